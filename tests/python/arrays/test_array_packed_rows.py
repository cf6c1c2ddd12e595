"""Elementwise functions of rows with gaps, which are put side by side block by block."""

from __future__ import annotations

import numpy
import pytest

import rooftop

LENGTHS = (16, 255, 256, 257, 512, 513, 1000, 20_000)
STEPS = (2, -2, 3, 5)
ONE = ("sqrt", "sign", "reciprocal", "square", "negative", "floor", "isnan", "isneginf", "tanh", "exp", "log")
TWO = ("divide", "maximum", "fmin", "add", "power", "arctan2", "copysign")


def gapped(n: int, step: int, dtype: str, seed: int = 3) -> numpy.ndarray:
    memory = (numpy.random.default_rng(seed).random(abs(step) * n) + 0.1).astype(dtype)
    return memory[::step]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("n", LENGTHS)
def test_results_are_those_of_dense_rows(n, step, dtype):
    a, b = gapped(n, step, dtype), gapped(n, step, dtype, 4)
    ra, rb = rooftop.asarray(a), rooftop.asarray(b)
    dense_a, dense_b = rooftop.array(a), rooftop.array(b)
    for name in ONE:
        function = getattr(rooftop, name)
        numpy.testing.assert_array_equal(numpy.asarray(function(ra)), numpy.asarray(function(dense_a)), name)
    for name in TWO:
        function = getattr(rooftop, name)
        wanted = numpy.asarray(function(dense_a, dense_b))
        numpy.testing.assert_array_equal(numpy.asarray(function(ra, rb)), wanted, name)
        numpy.testing.assert_array_equal(numpy.asarray(function(ra, dense_b)), wanted, name)
        into = rooftop.zeros((n, 3))
        function(ra, rb, out=into[:, 1])
        numpy.testing.assert_array_equal(numpy.asarray(into[:, 1]), wanted.astype("float64"), name)
        assert not numpy.asarray(into[:, ::2]).any()


@pytest.mark.parametrize("place", [0, 255, 256, 300, 511, 999])
@pytest.mark.parametrize(
    "name, value, error",
    [("log", -1.0, "invalid"), ("exp", 1e4, "overflow"), ("reciprocal", 0.0, "divide"), ("sqrt", -1.0, "invalid")],
)
def test_errors_of_any_block_are_told(name, value, error, place):
    a = gapped(1000, 2, "float64")
    a[place] = value
    function = getattr(rooftop, name)
    with rooftop.errstate(all="raise"), pytest.raises(FloatingPointError, match=error):
        function(rooftop.asarray(a))
    a[place] = 1.0
    with rooftop.errstate(all="raise"):
        function(rooftop.asarray(a))


def test_in_place():
    a = gapped(1000, 2, "float64")
    wanted = numpy.sqrt(a)
    ra = rooftop.asarray(a)
    rooftop.sqrt(ra, out=ra)
    numpy.testing.assert_array_equal(a, wanted)
