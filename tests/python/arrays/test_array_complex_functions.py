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
FUNCTIONS = [name for name in _ulps.COMPLEX if name not in ("square", "expm1", "power")]
#: NumPy computes these by formulas that lose digits.
NAIVE = ("expm1", "log1p")
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
    vanishing = (ours.real == 0) & (theirs.real == 0) & (inputs != 0)  # by what is left of a square: of either sign
    ours.real[vanishing] = theirs.real[vanishing]
    for mine, other in ((ours.real, theirs.real), (ours.imag, theirs.imag)):
        wrong = numpy.isnan(mine) != numpy.isnan(other)
        wrong |= ~numpy.isnan(mine) & (numpy.signbit(mine) != numpy.signbit(other))
        wrong |= numpy.isinf(mine) != numpy.isinf(other)
        finite = numpy.isfinite(mine) & numpy.isfinite(other)
        mine, other = mine[finite], other[finite]
        wrong[finite] |= numpy.abs(mine - other) > 32 * kind.eps * numpy.abs(other) + 8 * kind.smallest_subnormal
        assert not wrong.any(), list(zip(inputs[wrong], ours[wrong], theirs[wrong]))[:5]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", [*FUNCTIONS, "expm1", "log2", "exp2"])
def test_special_values_are_numpys(name, dtype):
    inputs = grid(dtype)
    with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
        ours, theirs = numpy.asarray(getattr(rooftop, name)(inputs)), theirs_or_exact(name, inputs)
    assert ours.dtype == theirs.dtype
    assert_parts_agree(ours, theirs, inputs)


def theirs_or_exact(name: str, inputs: numpy.ndarray) -> numpy.ndarray:
    theirs = getattr(numpy, name)(inputs)
    if name not in NAIVE:
        return theirs
    known = numpy.isfinite(inputs)
    if name == "expm1":  # of overflow beside an imaginary zero, NaN
        known &= (inputs.real < 1000) & ((inputs.imag != 0) | (inputs.real < 80))
    theirs[known] = _ulps.exact_values(name, inputs.dtype.name, [inputs[known]]).astype(inputs.dtype)
    return theirs


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_part_is_within_four_units(name, dtype):
    largest = 0.0
    for (inputs,) in _ulps.samples(name, dtype, 1 << 16, seed=1):
        with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
            ours = numpy.asarray(getattr(rooftop, name)(inputs))
            exact = _ulps.exact_values(name, dtype, [inputs])
        finite = numpy.isfinite(ours) & numpy.isfinite(exact)
        for mine, truth in ((ours.real[finite], exact.real[finite]), (ours.imag[finite], exact.imag[finite])):
            largest = max(largest, float(_ulps.distance(mine, truth, truth).max()))
    assert largest <= 4


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name, poles", [("arctanh", [1, -1]), ("arctan", [1j, -1j]), ("log", [0]), ("log10", [0]), ("log1p", [-1])])
def test_poles_divide_by_zero(name, poles, dtype):
    for pole in poles:
        with rooftop.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
            getattr(rooftop, name)(rooftop.array([pole], dtype))


@pytest.mark.parametrize("dtype", TYPES)
def test_log1p_near_the_circle_where_it_vanishes(dtype):
    """|1 + z| is 1 or nearly so: the real part is what is left of 2x + x² + y²."""
    angle = numpy.random.default_rng(2).uniform(-3.1, 3.1, 4096)
    inputs = (numpy.exp(1j * angle) - 1).astype(dtype)
    inputs = numpy.concatenate([inputs, inputs * 1e-8, [-0.5 + 0.75**0.5 * 1j, -0.08 + 0.39191835884530846j, 1e-30j]])
    figure = _ulps.measure("log1p", dtype, iter([[inputs.astype(dtype)]]))
    assert figure.largest <= 4
    made = numpy.asarray(rooftop.log1p(inputs.astype(dtype)))
    exact = _ulps.exact_values("log1p", dtype, [inputs.astype(dtype)])
    assert _ulps.distance(made.real, exact.real, exact.real).max() <= 4


@pytest.mark.parametrize("dtype", TYPES)
def test_small_and_large_expm1(dtype):
    tiny = numpy.finfo(dtype).tiny
    largest = 88.7 if dtype == "complex64" else 709.7
    inputs = numpy.array([tiny + tiny * 1j, 1e-20 + 1e-18j, 1e-9j, largest + 1.5707964j, largest + 3j, -1e30 + 1j], dtype)
    assert _ulps.measure("expm1", dtype, iter([[inputs]])).largest <= 4


def test_zeros_of_expm1_keep_their_signs():
    made = numpy.asarray(rooftop.expm1(rooftop.array([complex(0.0, 0.0), complex(-0.0, -0.0), complex(-0.0, 0.0)])))
    assert numpy.signbit(made.real).tolist() == [False, True, True]
    assert numpy.signbit(made.imag).tolist() == [False, True, False]
