"""Errors of the mathematical functions in units of the last place, against wider types of the C library.

float16 and float32 are held against float64, float64 and complex128 against the 80 bits of x86's long double, whose own
errors are a thousandth of a unit; what cancels there against many digits (`_exact.py`). Of complex results the distance
counts, in units of the larger part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import _exact
import numpy

import rooftop

#: Functions of real numbers that are rounded by the accuracy of an algorithm; all others are exact or rounded once.
REAL = (
    "exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh "
    "cbrt sqrt reciprocal degrees radians"
).split()
PAIRS = "power arctan2 hypot logaddexp logaddexp2".split()
COMPLEX = (
    "exp expm1 log log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh "
    "sqrt square power"
).split()
WIDER = {
    "float16": "float64",
    "float32": "float64",
    "float64": "longdouble",
    "complex64": "complex128",
    "complex128": "clongdouble",
}
PATTERNS = {"float16": numpy.uint16, "float32": numpy.uint32, "float64": numpy.uint64}


@dataclass
class Figure:
    """The errors of one function for one type: the largest, its argument, and how many results are the nearest ones."""

    name: str
    dtype: str
    largest: float = 0.0
    at: tuple = ()
    nearest: int = 0
    count: int = 0

    def add(self, inputs: list[numpy.ndarray], ours: numpy.ndarray, exact: numpy.ndarray) -> None:
        found = errors(ours, exact)
        worst = int(found.argmax()) if found.size else 0
        self.nearest += int((found <= 0.5).sum())
        self.count += found.size
        if found.size and found[worst] > self.largest:
            self.largest, self.at = float(found[worst]), tuple(value[worst].item() for value in inputs)

    @property
    def share(self) -> float:
        """Of the results, how many are the number nearest to the exact one."""
        return self.nearest / self.count if self.count else 1.0


def distance(ours: numpy.ndarray, exact: numpy.ndarray, unit_of: numpy.ndarray) -> numpy.ndarray:
    """|ours - exact| in units of the last place of `unit_of`, rounded to the type of `ours`."""
    kind = numpy.finfo(ours.dtype)
    wide = exact.dtype.type
    with numpy.errstate(all="ignore"):
        # What overflows is the next power of two: infinity is the nearest number to everything beyond.
        limit = numpy.ldexp(wide(1), kind.maxexp)
        mine = numpy.clip(ours.astype(wide), -limit, limit)
        truth = numpy.clip(exact, -limit, limit)
        _, exponent = numpy.frexp(numpy.clip(numpy.abs(unit_of), None, kind.max))
        unit = numpy.ldexp(wide(1), numpy.maximum(exponent, kind.minexp + 1) - 1 - kind.nmant)
        off = numpy.abs(mine - truth) / unit
    off[numpy.isnan(ours) & numpy.isnan(exact)] = 0
    off[numpy.isnan(ours) != numpy.isnan(exact)] = numpy.inf
    return off.astype(numpy.float64)


def errors(ours: numpy.ndarray, exact: numpy.ndarray) -> numpy.ndarray:
    if ours.dtype.kind != "c":
        return distance(ours, exact, exact)
    finite = numpy.isfinite(ours) & numpy.isfinite(exact)  # which part of an infinity is NaN is no matter of accuracy
    ours, exact = ours[finite], exact[finite]
    larger = numpy.maximum(numpy.abs(exact.real), numpy.abs(exact.imag))
    return numpy.hypot(distance(ours.real, exact.real, larger), distance(ours.imag, exact.imag, larger))


def measure(name: str, dtype: str, batches: Iterator[list[numpy.ndarray]]) -> Figure:
    """The errors of a function over batches of arguments."""
    figure = Figure(name, dtype)
    function = getattr(rooftop, name)
    with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
        for inputs in batches:
            ours = numpy.asarray(function(*inputs))
            figure.add(inputs, ours, exact_values(name, dtype, inputs))
    return figure


def has_many_digits(name: str, dtype: str) -> bool:
    return _exact.function(name, dtype) is not None


def exact_values(name: str, dtype: str, inputs: list[numpy.ndarray]) -> numpy.ndarray:
    function = _exact.function(name, dtype)
    if function is not None:
        return function(*inputs)
    return getattr(numpy, name)(*(value.astype(WIDER[dtype]) for value in inputs))


def every(dtype: str, step: int = 1) -> Iterator[list[numpy.ndarray]]:
    """All numbers of a type, or each `step`-th, in batches."""
    patterns, batch = PATTERNS[dtype], 1 << 20
    end = 1 << (8 * numpy.dtype(dtype).itemsize)
    for first in range(0, end, batch * step):
        yield [
            numpy.arange(first, min(first + batch * step, end), step, dtype=numpy.int64).astype(patterns).view(dtype)
        ]


def special(dtype: str) -> numpy.ndarray:
    """Ends of ranges, zeros, infinities, neighbours of one, and multiples of pi/4 with their neighbours."""
    kind = numpy.finfo(dtype)
    turns = numpy.arange(1, 200) * (numpy.pi / 4)
    values = [
        0.0,
        1.0,
        0.5,
        2.0,
        kind.max,
        kind.tiny,
        kind.smallest_subnormal,
        kind.eps,
        numpy.inf,
        numpy.nan,
        numpy.log(float(kind.max)),
    ]
    with numpy.errstate(all="ignore"):
        near = numpy.concatenate([values, turns]).astype(dtype)
        near = numpy.concatenate(
            [near, numpy.nextafter(near, near.dtype.type(0)), numpy.nextafter(near, near.dtype.type(numpy.inf))]
        )
    return numpy.concatenate([near, -near])


def strata(dtype: str, count: int, seed: int = 0) -> numpy.ndarray:
    """Random numbers: half of any exponent, half of those in which functions are used, and the special ones."""
    rng = numpy.random.default_rng(seed)
    patterns = PATTERNS[dtype]
    anywhere = rng.integers(0, numpy.iinfo(patterns).max, count // 2, dtype=patterns, endpoint=True).view(dtype)
    usual = (rng.standard_normal(count - count // 2) * numpy.exp(rng.uniform(-8, 4, count - count // 2))).astype(dtype)
    return numpy.concatenate([special(dtype), anywhere, usual])


def exponents(count: int, rng: numpy.random.Generator) -> numpy.ndarray:
    """Complex ones up to 40 in each part, as many real ones, and as many whole ones, up to 120."""
    made = rng.uniform(-40, 40, count) + 1j * rng.uniform(-40, 40, count)
    made[1::3] = made[1::3].real
    made[2::3] = rng.integers(-120, 121, made[2::3].size)
    return made


def samples(name: str, dtype: str, count: int, seed: int = 0) -> Iterator[list[numpy.ndarray]]:
    """Stratified arguments of a function, in batches."""
    for number in range(0, count, 1 << 18):
        size = min(count - number, 1 << 18)
        first = strata(
            "float64" if dtype == "complex128" else "float32" if dtype == "complex64" else dtype, size, seed + number
        )
        rng = numpy.random.default_rng(seed + number + 1)
        other = rng.permutation(first)
        if dtype.startswith("complex"):
            made = numpy.empty(first.shape, dtype)
            made.real, made.imag = first, other
            made = made[numpy.isfinite(made)]
            yield [made, exponents(made.size, rng).astype(dtype)] if name == "power" else [made]
        else:
            yield [abs(first), other] if name == "power" else [first, other] if name in PAIRS else [first]
