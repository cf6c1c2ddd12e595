"""Windows, i0, and sequences of powers against NumPy, to a few units in the last place."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, agree, sample

LENGTHS = [0, 1, 2, 3, 4, 7, 51, 1000, -3, 2.5, 7.0, 0.5, True, None, "x", numpy.int64(5), float("nan"), float("inf")]


@pytest.mark.parametrize("name", ["bartlett", "blackman", "hamming", "hanning"])
def test_windows(name):
    for length in LENGTHS[:-1]:
        ours = agree(lambda np: type(getattr(np, name)(length)).__name__)
        if ours == "ndarray":
            theirs = getattr(numpy, name)(length)
            assert numpy.allclose(getattr(__import__("rooftop"), name)(length), theirs, rtol=1e-14, atol=1e-16)


def test_kaiser():
    import rooftop

    for length in LENGTHS[:-2]:
        for beta in (0, 1, 5.0, 14, 40.5, -3):
            if agree(lambda np: type(np.kaiser(length, beta)).__name__) == "ndarray":
                assert numpy.allclose(rooftop.kaiser(length, beta), numpy.kaiser(length, beta), rtol=1e-13, atol=0, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_bessel(dtype):
    values = sample(dtype)
    small = values[abs(values.astype(float)) < 700] if values.dtype.kind != "c" else values
    tolerance = {"float16": 8, "float32": 16}.get(dtype, 16)
    agree(lambda np: np.i0(np.array(small)), ulps=tolerance, warns=False)
    agree(lambda np: np.i0(np.array(values)), ulps=tolerance, warns=False)


def test_bessel_of_a_range():
    agree(lambda np: np.i0(np.linspace(-30, 30, 999)), ulps=16)
    agree(lambda np: np.i0(np.linspace(0, 30, 60).reshape(3, 20)), ulps=16)
    for value in (0, 3.5, [1.0, 2.0], [], numpy.zeros(0), numpy.zeros((0, 2)), 1j, "x"):
        agree(lambda np: np.i0(value), ulps=16)
        agree(lambda np: np.i0(np.array(value)), ulps=16)


def test_sequences_of_powers():
    ends = [(0, 3), (1, 1000), (1.0, 256.0), (1e-5, 10), (1000, 1), (0.1, 0.1), (-1, -100), (2, 0), (1j, 3), ([1, 2], 4)]
    for start, stop in ends:
        for options in ({}, {"num": 4}, {"num": 1}, {"num": 0}, {"endpoint": False}, {"dtype": int}, {"num": -1}, {"axis": -1}):
            agree(lambda np: np.logspace(start, stop, **options) if abs(numpy.max(stop)) < 300 else 0, ulps=4)
            agree(lambda np: np.geomspace(start, stop, **options) if options.get("dtype") is None else 0, ulps=8)
        agree(lambda np: np.logspace(start, stop, 7, base=2.0) if abs(numpy.max(stop)) < 300 else 0, ulps=4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_of_vectors(dtype):
    values = numpy.arange(5).astype(dtype)
    for options in ({}, {"N": 3}, {"N": 0}, {"N": 1}, {"N": 7, "increasing": True}, {"N": -1}, {"N": 2.5}):
        agree(lambda np: np.vander(np.array(values), **options))
    agree(lambda np: np.vander(np.array(values)).strides)
    agree(lambda np: np.vander(np.array([values])))
