"""Mathematical functions of complex numbers: NumPy's values at zeros of both signs, branch cuts, infinities and NaNs, and
each part by itself as accurate as functions of real numbers."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy
import pytest

import rooftop

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

import _ulps  # noqa: E402

#: Of the others a part is a difference of products, which may cancel.
FUNCTIONS = [name for name in _ulps.COMPLEX if name != "square"]
TYPES = ("complex64", "complex128")
EDGES = [0.0, 0.25, 1.0, 1.5, 2.0, 25.0, 800.0, 1e17, numpy.pi / 2, numpy.inf, 1e-40, 1e30]
EDGES = [*EDGES, *(-edge for edge in EDGES), numpy.nan]


def grid(dtype: str) -> numpy.ndarray:
    """Every pair of parts, and those with parts at the ends of the type's range."""
    kind = numpy.finfo(dtype)
    values = numpy.array([*EDGES, kind.max, kind.tiny, -kind.max, -kind.tiny, kind.smallest_subnormal], kind.dtype)
    real, imaginary = numpy.meshgrid(values, values)
    made = numpy.empty(real.size, dtype)
    made.real, made.imag = real.ravel(), imaginary.ravel()
    return made


def assert_parts_agree(ours: numpy.ndarray, theirs: numpy.ndarray, inputs: numpy.ndarray) -> None:
    """The same infinities, NaNs and signs, and values that differ by no more than both libraries err."""
    kind = numpy.finfo(ours.dtype)
    for mine, other in ((ours.real, theirs.real), (ours.imag, theirs.imag)):
        wrong = numpy.isnan(mine) != numpy.isnan(other)
        wrong |= ~numpy.isnan(mine) & (numpy.signbit(mine) != numpy.signbit(other))
        wrong |= numpy.isinf(mine) != numpy.isinf(other)
        finite = numpy.isfinite(mine) & numpy.isfinite(other)
        mine, other = mine[finite], other[finite]
        wrong[finite] |= numpy.abs(mine - other) > 32 * kind.eps * numpy.abs(other) + 8 * kind.smallest_subnormal
        assert not wrong.any(), list(zip(inputs[wrong], ours[wrong], theirs[wrong]))[:5]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", [*FUNCTIONS, "log2", "exp2"])
def test_special_values_are_numpys(name, dtype):
    inputs = grid(dtype)
    with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
        ours, theirs = numpy.asarray(getattr(rooftop, name)(inputs)), getattr(numpy, name)(inputs)
    assert ours.dtype == theirs.dtype
    assert_parts_agree(ours, theirs, inputs)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_part_is_within_four_units(name, dtype):
    largest = 0.0
    for (inputs,) in _ulps.samples(name, dtype, 1 << 16, seed=1):
        with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
            ours = numpy.asarray(getattr(rooftop, name)(inputs))
            exact = getattr(numpy, name)(inputs.astype(_ulps.WIDER[dtype]))
        finite = numpy.isfinite(ours) & numpy.isfinite(exact)
        for mine, truth in ((ours.real[finite], exact.real[finite]), (ours.imag[finite], exact.imag[finite])):
            largest = max(largest, float(_ulps.distance(mine, truth, truth).max()))
    assert largest <= 4


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name, poles", [("arctanh", [1, -1]), ("arctan", [1j, -1j]), ("log", [0]), ("log10", [0])])
def test_poles_divide_by_zero(name, poles, dtype):
    for pole in poles:
        with rooftop.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
            getattr(rooftop, name)(rooftop.array([pole], dtype))
