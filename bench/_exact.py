"""Values of functions that lose digits in the C library's wider types, of 500 bits, as long doubles."""

from __future__ import annotations

from collections.abc import Callable

import gmpy2
import numpy
from gmpy2 import mpc, mpfr

BITS = 500

#: Scales results so that the two doubles that are taken of each are not subnormal.
LIFT = 200


def _long(value: mpfr) -> numpy.longdouble:
    if not value:
        return numpy.longdouble(float(value))  # of its sign
    lifted = gmpy2.mul_2exp(value, LIFT) if abs(value) < 1 else value
    high = float(lifted)
    low = float(lifted - high) if numpy.isfinite(high) else 0.0
    made = numpy.longdouble(high) + numpy.longdouble(low)
    return numpy.ldexp(made, -LIFT) if abs(value) < 1 else made


def _log1p(z: complex) -> tuple[mpfr, mpfr]:
    x, y = mpfr(z.real), mpfr(z.imag)
    above = x * (2 + x) + y * y
    real = gmpy2.log1p(above) / 2 if above > -0.5 else gmpy2.log(gmpy2.hypot(1 + x, y))
    return real, gmpy2.atan2(y, 1 + x)


def _expm1(z: complex) -> tuple[mpfr, mpfr]:
    x, y = mpfr(z.real), mpfr(z.imag)
    return gmpy2.expm1(x) * gmpy2.cos(y) - 2 * gmpy2.sin(y / 2) ** 2, gmpy2.exp(x) * gmpy2.sin(y)


def _power(a: complex, b: complex) -> tuple[mpfr, mpfr]:
    made = mpc(a) ** mpc(b)
    return made.real, made.imag


def _logaddexp(x: float, y: float) -> mpfr:
    larger, smaller = mpfr(max(x, y)), mpfr(min(x, y))
    return larger + gmpy2.log1p(gmpy2.exp(smaller - larger))


def _logaddexp2(x: float, y: float) -> mpfr:
    larger, smaller = mpfr(max(x, y)), mpfr(min(x, y))
    return larger + gmpy2.log1p(gmpy2.exp2(smaller - larger)) / gmpy2.const_log2()


def _of_real(function: Callable) -> Callable:
    def apply(*inputs: numpy.ndarray) -> numpy.ndarray:
        made = getattr(numpy, function.__name__[1:])(*(value.astype("longdouble") for value in inputs))
        # Where the sum keeps its size the wide type has digits enough.
        few = numpy.isfinite(made) & (abs(made) < 0.5)
        with gmpy2.context(precision=BITS, emax=1 << 30, emin=-(1 << 30)):
            found = zip(*(value[few].tolist() for value in inputs))
            made[few] = [_long(function(*arguments)) for arguments in found]
        return made

    return apply


def _of_complex(function: Callable) -> Callable:
    def apply(*inputs: numpy.ndarray) -> numpy.ndarray:
        made = numpy.empty(inputs[0].shape, numpy.clongdouble)
        with gmpy2.context(precision=BITS, emax=1 << 30, emin=-(1 << 30)):
            for i, arguments in enumerate(zip(*(value.tolist() for value in inputs))):
                made.real[i], made.imag[i] = map(_long, function(*arguments))
        return made

    return apply


COMPLEX = {"log1p": _of_complex(_log1p), "expm1": _of_complex(_expm1), "power": _of_complex(_power)}


REAL = {"logaddexp": _of_real(_logaddexp), "logaddexp2": _of_real(_logaddexp2)}


def function(name: str, dtype: str) -> Callable | None:
    """The function over arrays of the type, if it is one of these."""
    return (COMPLEX if dtype.startswith("complex") else REAL).get(name)
