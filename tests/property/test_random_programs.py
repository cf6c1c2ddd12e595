"""Random programs: compiled under fp_model="strict" against CPython, bit by bit, exceptions and stores included.

A failure prints the program and Hypothesis's blob that reproduces it; every find becomes a function of the corpus.
"""

from __future__ import annotations

import math

import pytest
from corpus import wide
from corpus.compare import Outcome, clone, outcome_difference, run
from corpus.sources import define
from hypothesis import given, note, settings
from hypothesis import strategies as st
from programs import array_arguments, program, round_arguments, round_program, scalar_arguments

import rooftop

# Half a minute by default; the profile `thorough` runs 2000 of each.
EXAMPLES = settings.default.max_examples


@st.composite
def scalar_cases(draw):
    text = program(draw, arrays=False)
    return text, [scalar_arguments(draw) for _ in range(3)]


@st.composite
def array_cases(draw):
    text = program(draw, arrays=True)
    return text, [scalar_arguments(draw) + array_arguments(draw) for _ in range(3)]


@st.composite
def round_cases(draw):
    text = round_program(draw)
    return text, [round_arguments(draw) for _ in range(3)]


def expected_outcome(function, checked, args) -> tuple[Outcome, bool]:
    """CPython's outcome, or OverflowError at the place where an int leaves 64 bits."""
    outcome = run(checked, clone(args))
    if isinstance(outcome.error, wide.Beyond64Bits):
        return Outcome(outcome.args, error=OverflowError()), False
    return run(function, clone(args)), True


def check(text: str, cases: list[tuple]) -> None:
    note(text)
    function = define(text)
    checked = wide.checked_namespace(text, "<checked>", {"__name__": "checked"})["f"]
    compiled = rooftop.jit(fp_model="strict")(function)
    for args in cases:
        expected, message = expected_outcome(function, checked, args)
        difference = outcome_difference(expected, run(compiled, clone(args)), message=message)
        if difference is not None:
            pytest.fail(f"{difference}\nf{args!r}\n{text}", pytrace=False)


@settings(max_examples=EXAMPLES)
@given(scalar_cases())
def test_scalar_programs(case):
    check(*case)


@settings(max_examples=EXAMPLES)
@given(array_cases())
def test_array_programs(case):
    check(*case)


@settings(max_examples=EXAMPLES)
@given(round_cases())
def test_rounds_of_a_loop(case):
    check(*case)


INT_OPERATORS = ("+", "-", "*", "//", "%", "&", "|", "^", "<", "==", "<<", ">>")


@pytest.mark.parametrize("operator", INT_OPERATORS)
def test_int_operator(operator):
    """One operator, many values: the numbers at which checks go wrong."""
    text = f"def f(a, b):\n    return a {operator} b\n"
    function = define(text)
    compiled = rooftop.jit(fp_model="strict")(function)
    edges = st.sampled_from([s * 2**k + d for k in range(64) for s in (1, -1) for d in (-1, 0, 1)])
    ints = (edges | st.integers(-(2**63), 2**63 - 1)).filter(lambda n: -(2**63) <= n < 2**63)
    counts = st.integers(-2, 70) if operator in ("<<", ">>") else ints

    @settings(max_examples=300)
    @given(ints, counts)
    def holds(a, b):
        expected = run(function, (a, b))
        message = True
        if type(expected.value) is int and not -(2**63) <= expected.value < 2**63:
            expected, message = Outcome((a, b), error=OverflowError()), False
        assert outcome_difference(expected, run(compiled, (a, b)), message=message) is None

    holds()


FLOAT_EXPRESSIONS = (
    "x + y",
    "x - y",
    "x * y",
    "x / y",
    "x // y",
    "x % y",
    "x < y",
    "x == y",
    "min(x, y)",
    "max(x, y)",
    "divmod(x, y)",
    "x * y + x",
    "math.fmod(x, y)",
    "math.atan2(x, y)",
    "math.hypot(x, y)",
    "math.copysign(x, y)",
    "math.isclose(x, y)",
    "round(x)",
    "int(x)",
    "math.floor(x)",
    "math.ceil(x)",
    "math.exp(x)",
    "math.log(x)",
    "math.sin(x)",
    "math.tanh(x)",
    "math.frexp(x)",
)


@pytest.mark.parametrize("expression", FLOAT_EXPRESSIONS)
def test_float_expression(expression):
    function = define(f"import math\ndef f(x, y):\n    return {expression}\n")
    compiled = rooftop.jit(fp_model="strict")(function)

    @settings(max_examples=200)
    @given(st.floats(), st.floats() | st.sampled_from([0.0, -0.0, 1.0, math.inf]))
    def holds(x, y):
        expected = run(function, (x, y))
        message = True
        if type(expected.value) is int and not -(2**63) <= expected.value < 2**63:
            expected, message = Outcome((x, y), error=OverflowError()), False
        assert outcome_difference(expected, run(compiled, (x, y)), message=message) is None

    holds()


@settings(max_examples=300)
@given(
    st.integers(0, 12),
    st.none() | st.integers(-15, 15),
    st.none() | st.integers(-15, 15),
    st.none() | st.integers(-4, 4),
)
def test_slices(n, start, stop, step):
    """Every slice has CPython's length and elements; a view of the whole as fast path is no exception."""
    parts = ":".join("" if part is None else str(part) for part in (start, stop, step))
    dynamic = [part for part in (start, stop, step) if part is not None]
    names = iter("ijk")
    text_parts = ":".join("" if part is None else next(names) for part in (start, stop, step))
    text = f"def f(a, i, j, k):\n    b = a[{text_parts}]\n    s = 0\n    for x in b:\n        s = s * 3 % 10007 + int(x)\n    return len(b), s\n"
    import numpy as np

    function = define(text)
    args = (np.arange(n), *(dynamic + [0, 0, 0])[:3])
    difference = outcome_difference(run(function, args), run(_slice_function(text), args))
    assert difference is None, parts


_compiled: dict[str, object] = {}


def _slice_function(text: str):
    if text not in _compiled:
        _compiled[text] = rooftop.jit(define(text))
    return _compiled[text]
