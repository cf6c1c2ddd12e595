"""What the tests of compiled whole-array forms share: the comparison of compiled functions with plain ones."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from corpus.compare import Outcome, Tolerance, clone, outcome_difference, run
from corpus.sources import define

import rooftop
import rooftop as rp

CLOSE = Tolerance(4, 1e-12)


@cache
def compiled(function, fp_model="default"):
    return rooftop.jit(fp_model=fp_model)(function)


def leaves(value):
    """What the nested tuples hold."""
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, tuple) else [value]


def as_numpys(value):
    """With NumPy's views of rooftop's arrays, and its scalars."""
    if isinstance(value, tuple):
        return tuple(as_numpys(item) for item in value)
    return np.asarray(value)[() if isinstance(value, rp.generic) else ...] if isinstance(value, (rp.ndarray, rp.generic)) else value


def compare(function, *args, module="numpy", tolerance=CLOSE, message=True):
    """The compiled function against the plain one: twice, as the second call takes the fast way."""

    def outcome(f):
        given = clone(args)
        if module == "rooftop":
            given = tuple(rp.asarray(x) if isinstance(x, np.ndarray) else x for x in given)
        return run(f, given)

    expected = outcome(function)
    for _ in range(2):
        got = outcome(compiled(function))
        if expected.error is None and got.error is None:
            assert [type(x) for x in leaves(got.value)] == [type(x) for x in leaves(expected.value)]
        as_numpy = [Outcome(as_numpys(o.args), as_numpys(o.value), o.error) for o in (expected, got)]
        text = outcome_difference(*as_numpy, tolerance, message=message)
        assert text is None, f"{args}: {text}"
    return got, expected


def arrays(dtype, shape, seed=0):
    """Small numbers of the type, and 0 and 1 among them."""
    kind = np.dtype(dtype).kind
    values = np.random.default_rng(seed).integers(0 if kind in "ub" else -9, 10, shape)
    return (values * (0.125 if kind in "fc" else 1)).astype(dtype)


def expressions(text):
    """Marks a test that takes each of the expressions."""
    found = [x.strip() for line in text.strip().splitlines() for x in line.split(" ; ")]
    return pytest.mark.parametrize("expression", found)


def function_of(expression, parameters, module="numpy"):
    return define(f"import {module} as np\ndef f({parameters}):\n    return {expression}\n")
