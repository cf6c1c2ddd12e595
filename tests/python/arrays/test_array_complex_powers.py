"""Powers of complex numbers: within four units of the exact ones, exact where they are numbers, NumPy's for zeros."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy
import pytest

import rooftop

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

import _ulps  # noqa: E402

TYPES = ("complex64", "complex128")


def normal(rng: numpy.random.Generator, scale: float, count: int = 1500) -> numpy.ndarray:
    return (rng.standard_normal(count) + 1j * rng.standard_normal(count)) * scale


def uniform(rng: numpy.random.Generator, real: float, imaginary: float = 0) -> numpy.ndarray:
    return rng.uniform(-real, real, 1500) + 1j * rng.uniform(-imaginary, imaginary, 1500)


CASES = {
    "usual ones": lambda rng: (normal(rng, 1), normal(rng, 1)),
    "exponents up to 40": lambda rng: (normal(rng, 1), uniform(rng, 40, 40)),
    "real exponents": lambda rng: (normal(rng, 1), uniform(rng, 40)),
    "whole exponents": lambda rng: (normal(rng, 1), rng.integers(-99, 100, 1500) + 0j),
    "large whole exponents": lambda rng: (normal(rng, 1), rng.integers(-500, 500, 1500) + 0j),
    "large exponents": lambda rng: (normal(rng, 2), uniform(rng, 1000, 300)),
    "bases of length one": lambda rng: (numpy.exp(1j * rng.uniform(-3, 3, 1500)), uniform(rng, 1e5, 100)),
    "bases near one": lambda rng: (1 + normal(rng, 1e-9), normal(rng, 1e8)),
    "real bases": lambda rng: (normal(rng, 1).real + 0j, uniform(rng, 40)),
    "imaginary bases": lambda rng: (1j * normal(rng, 1).real, uniform(rng, 40)),
    "bases of any size": lambda rng: (normal(rng, 1) * numpy.exp(rng.uniform(-700, 700, 1500)), normal(rng, 1)),
    "subnormal bases": lambda rng: (normal(rng, 1e-309), normal(rng, 1)),
    "huge bases": lambda rng: (normal(rng, 4e307), normal(rng, 1)),
}


#: Cases of numbers that float32 does not hold.
WIDE = {"bases of any size", "subnormal bases", "huge bases"}


@pytest.mark.parametrize("case, dtype", [(case, d) for case in CASES for d in TYPES if d == TYPES[1] or case not in WIDE])
def test_powers_are_within_four_units(case, dtype):
    with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
        base, exponent = (value.astype(dtype) for value in CASES[case](numpy.random.default_rng(11)))
        exact = _ulps.exact_values("power", dtype, [base, exponent])
        made = numpy.asarray(rooftop.power(base, exponent))
        largest = numpy.finfo(dtype).max
        finite = (abs(exact.real) < largest) & (abs(exact.imag) < largest)
        assert numpy.isfinite(made[finite]).all()
        assert _ulps.errors(made[finite], exact[finite]).max() <= 4


@pytest.mark.parametrize("dtype", TYPES)
def test_powers_of_gaussian_integers_are_exact(dtype):
    digits = numpy.finfo(dtype).nmant + 1
    for real in range(-4, 5):
        for imaginary in range(-4, 5):
            whole, power = (real, imaginary), (1, 0)
            for n in range(1, 60):
                power = (power[0] * whole[0] - power[1] * whole[1], power[0] * whole[1] + power[1] * whole[0])
                if max(map(abs, power)) >= 1 << digits:
                    break
                for made in (
                    rooftop.array([complex(*whole)], dtype) ** n,
                    rooftop.power(rooftop.array([complex(*whole)], dtype), n + 0j),
                    rooftop.array([complex(*whole)] * 9, dtype)[3:] ** rooftop.full(6, n, dtype),
                ):
                    assert made[0] == complex(*power), (whole, n)


def test_negative_powers_are_exact_where_they_are_numbers():
    z = rooftop.array([1 + 1j, 2j, -1j, 0.5 - 0.5j])
    for n in range(-40, 0):
        made, exact = numpy.asarray(z**n), _ulps.exact_values("power", "complex128", [numpy.asarray(z), numpy.full(4, n + 0j)])
        assert made.tolist() == exact.astype(complex).tolist(), n


def parts(value) -> list:
    """Equal for equal numbers, zeros of one sign, and NaN."""
    value = numpy.asarray(value)
    return [repr(part) for part in (*value.real.ravel().tolist(), *value.imag.ravel().tolist())]


INFINITIES = [complex(a, b) for a in (numpy.inf, -numpy.inf, 1.0) for b in (0.0, numpy.inf, -1.0) if (a, b) != (1, 0)]


@pytest.mark.parametrize("dtype", TYPES)
def test_zeros_and_infinities_are_numpys(dtype):
    zeros = [complex(a, b) for a in (0.0, -0.0) for b in (0.0, -0.0)]
    exponents = [0, 0.5, 1, 2, 3, -1, -2, 1j, 1 + 1j, -1 + 1j, 100, complex("nan")]
    with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
        for base in zeros:
            for exponent in exponents:
                pair = [numpy.array([base], dtype), numpy.array([exponent], dtype)]
                assert parts(rooftop.power(*pair)) == parts(numpy.power(*pair)), (base, exponent)
        for base in INFINITIES[:-1]:
            for exponent in (0, 0.5, 1, 2, 1.5 + 0.5j):
                pair = [numpy.array([base], dtype), numpy.array([exponent], dtype)]
                assert parts(rooftop.power(*pair)) == parts(numpy.power(*pair)), (base, exponent)


def test_zeros_of_the_imaginary_part_have_numpys_signs():
    for base in (complex(1000, 0.0), complex(1000, -0.0), complex(0.25, -0.0)):
        for exponent in (complex(2.5, 0.0), complex(2.5, -0.0), complex(-2.5, 0.0), complex(-2.5, -0.0)):
            ours, theirs = (module.power(module.array([base]), exponent) for module in (rooftop, numpy))
            assert numpy.signbit(numpy.asarray(ours).imag) == numpy.signbit(theirs.imag), (base, exponent)


@pytest.mark.parametrize(
    "base, exponent, words",
    [
        (0j, -1, {"invalid value"}),
        (0j, 1j, {"invalid value"}),
        (1e200 + 0j, 1.75, {"overflow"}),
        (1000 + 0j, 200, {"overflow"}),
        (0j, 2.5, set()),
        (1 + 1j, 2.5, set()),
        (complex("nan"), 2.5, set()),
    ],
)
def test_errors(base, exponent, words):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rooftop.power(rooftop.array([base]), complex(exponent))
    assert {str(item.message).split(" encountered")[0] for item in caught} == words


def test_float_power_is_of_two_float64():
    base, exponent = numpy.array([1 + 2j, -3j], "complex64"), numpy.array([0.5, 2 + 1j], "complex64")
    made = rooftop.float_power(base, exponent)
    assert made.dtype == "complex128"
    assert made.tolist() == rooftop.power(base.astype(complex), exponent.astype(complex)).tolist()


@pytest.mark.parametrize("dtype", TYPES)
def test_every_layout_has_the_same_bits(dtype):
    rng = numpy.random.default_rng(3)
    base, exponent = normal(rng, 1, 64).astype(dtype), _ulps.exponents(64, rng).astype(dtype)
    whole = rooftop.power(base, exponent)
    for i in range(64):
        assert whole[i] == rooftop.power(base[i], exponent[i])
        assert whole[i] == rooftop.power(rooftop.asarray(base[i : i + 5]), exponent[i])[0]
        assert whole[i] == rooftop.power(base[i], rooftop.asarray(exponent[i : i + 5]))[0]
    assert (rooftop.power(rooftop.asarray(base)[::-3], rooftop.asarray(exponent)[::-3]) == whole[::-3]).all()


@pytest.mark.parametrize("dtype", TYPES)
def test_methods_go_from_power_to_power(dtype):
    rng = numpy.random.default_rng(4)
    base, exponent = (rooftop.asarray(normal(rng, 1, n).astype(dtype)) for n in (5, 4))
    outer = rooftop.power.outer(base, exponent)
    assert outer.tolist() == [[rooftop.power(a, b).item() for b in exponent] for a in base]
    wanted = [base[0]]
    for factor in base[1:]:
        wanted.append(rooftop.power(wanted[-1], factor))
    assert rooftop.power.accumulate(base).tolist() == [value.item() for value in wanted]
    target = rooftop.array(base)
    rooftop.power.at(target, [1, 1], 2 + 0j)
    assert target[1] == rooftop.power(rooftop.power(base[1], 2 + 0j), 2 + 0j)
