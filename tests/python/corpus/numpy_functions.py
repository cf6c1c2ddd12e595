"""NumPy's scalar types as conversions and its elementwise functions on numbers."""

import numpy as np

from .registry import cases, grid, options
from .values import FLOATS, I64_MAX, INTS, f64, noise


@cases(0, 1, -1, 100, 127, 128, -129, I64_MAX)
def int_to_numpy(n):
    return np.int64(n), np.float64(n), np.bool_(n)


@cases(0, 127, -128, 128)
def int_to_int8(n):
    return np.int8(n)


@cases(0, 255, 256, -1)
def int_to_uint8(n):
    return np.uint8(n)


@cases(0.0, -2.9, 2.9, 1e10)
def float_to_numpy_int(x):
    return np.int64(x)


@cases(*FLOATS, 0.1)
def float_to_float32(x):
    return np.float32(x), np.float64(x)


@cases(np.int16(-300), np.int16(5), np.float64(100.7), np.uint8(255))
def numpy_to_numpy(x):
    return np.int8(x), np.float32(x), np.int64(x)


@cases(*FLOATS, 2)
def exact_functions(x):
    return np.sqrt(x), np.floor(x), np.ceil(x), np.trunc(x), np.rint(x), np.fabs(x)


@cases(*INTS[:7], *FLOATS)
def absolute(x):
    return np.abs(x), np.absolute(x)


@grid(FLOATS[2:6] + FLOATS[-3:], (0.0, -0.0, 1.0, -2.5, float("nan")))
def minimum_and_maximum(x, y):
    """NaN wins, unlike in min and max. Of two zeros NumPy gives one or the other, by its vector unit."""
    return np.minimum(x, y), np.maximum(x, y)


@grid((5, -5, I64_MAX, -I64_MAX - 1, True, np.int8(-128), np.uint8(200), np.uint64(9), 2.5), (3, -1, np.int8(-1), np.uint16(7), False, 1.5))
def fmod_of_integers(x, y):
    """Of integers an integer; what is by zero is zero."""
    return np.fmod(x, y)


@grid((0.0, 3.0, -3.0, float("inf")), (1.0, -0.0))
def copy_sign(x, y):
    return np.copysign(x, y)


@cases(np.float32(2.0), np.float32(0.3), np.int32(4), 0.5, 2)
@options(strict_ulps=4)
def transcendental(x):
    """NumPy's own vector functions differ from the C library's in the last place."""
    return np.exp(x), np.log(x), np.sin(x), np.cos(x), np.tanh(x), np.arctan(x)


@cases(-1.0, 0.0, 2.0)
def no_domain_errors(x):
    """NaN and infinities instead of math's exceptions."""
    return np.sqrt(x), np.log(x * 0.0), np.exp(x * 1000)


@cases(f64(1, 4, -9), noise(10, "float32"))
def map_sqrt(a):
    for i in range(len(a)):
        a[i] = np.sqrt(np.abs(a[i])) + np.maximum(a[i], 0)


@cases(noise(8, "int32"), noise(8, "uint8"))
def accumulate_in_a_wide_type(a):
    total = np.int64(0)
    for x in a:
        total += x
    return total


@cases(noise(8, "float32"))
def accumulate_in_float32(a):
    total = np.float32(0)
    for x in a:
        total += x
    return total
