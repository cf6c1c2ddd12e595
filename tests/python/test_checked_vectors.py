"""Vector loops whose rounds can raise: the rounds before the failing one are done, those after it are not."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.sources import define

import rooftop

LENGTHS = (0, 1, 5, 31, 32, 33, 100, 1000)
PLACES = (None, 0, 7, 31, 32, 33, 99, 500)

EXPONENTS = """
import math

def f(x, y):
    for i in range(len(x)):
        y[i] = math.exp(x[i])
"""

DOMAIN = """
import math

def f(x, y):
    for i in range(len(x)):
        y[i] = math.sqrt(x[i]) + math.log(1.0 + x[i])
"""

GATHER = """
import math

def f(x, d, y):
    for i in range(len(d)):
        y[i] = math.sin(x[d[i]]) * math.tanh(x[d[i]] + 1.0)
"""

DIVISION = """
def f(x, d, y):
    for i in range(len(d)):
        y[i] = int(x[i]) // int(d[i]) + 1
"""


def outcome(function, *args) -> str | None:
    try:
        function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def check(text: str, args: tuple, tolerance: float = 0.0) -> None:
    function = define(text)
    expected = [a.copy() for a in args]
    got = [a.copy() for a in args]
    compiled = rooftop.jit(function)
    assert outcome(compiled, *got) == outcome(function, *expected)
    np.testing.assert_allclose(got[-1], expected[-1], rtol=tolerance)
    assert "reduce_and" in compiled._handle(compiled.signatures[0]).optimised_ir, "the loop is not a checked vector loop"


def placed(values: np.ndarray, place: int | None, bad) -> np.ndarray:
    if place is not None and place < len(values):
        values[place] = bad
    return values


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text, bad", [(EXPONENTS, 1000.0), (DOMAIN, -0.5)])
def test_math_errors(text, bad, n, place):
    x = placed(np.random.default_rng(n).random(n), place, bad)
    check(text, (x, np.zeros(n)), tolerance=1e-14)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("place", PLACES)
def test_indices_out_of_range(n, place):
    random = np.random.default_rng(n)
    d = placed(random.integers(-3, 3, n), place, 3)
    check(GATHER, (np.arange(3.0), d, np.zeros(n)), tolerance=1e-13)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("place", PLACES)
def test_division_by_zero(n, place):
    d = placed(np.arange(1, n + 1), place, 0)
    check(DIVISION, (np.arange(n) * 7, d, np.zeros(n, int)))


def test_two_bad_rounds_raise_the_first():
    x = np.ones(100)
    x[40], x[45] = 1000.0, -2000.0
    text = EXPONENTS.replace("math.exp(x[i])", "math.exp(x[i]) + math.sqrt(x[i] + 1000.0)")
    check(text, (x, np.zeros(100)), tolerance=1e-14)


def test_a_check_after_a_store_keeps_the_store():
    """Not a vector loop: the element before the failing check is written."""
    function = define("import math\ndef f(x, y):\n    for i in range(len(x)):\n        y[i] = 1.0\n        y[i] = math.exp(x[i])\n")
    x, y = np.zeros(100), np.zeros(100)
    x[50] = 1000.0
    with pytest.raises(OverflowError):
        rooftop.jit(function)(x, y)
    assert y[50] == 1.0 and y[51] == 0.0
