"""Constants, and NumPy's other names for types."""

import numbers as _numbers

from rooftop._core import (
    bool,  # noqa: A004 - NumPy's name
    complex64,
    complex128,
    float16,
    float32,
    float64,
    floating,
    inexact,
    int8,
    int16,
    int32,
    int64,
    integer,
    number,
    uint8,
    uint16,
    uint32,
    uint64,
)

# What abstract classes of numbers they are: NumPy's scalars say the same of themselves.
_numbers.Number.register(number)
_numbers.Complex.register(inexact)
_numbers.Real.register(floating)
_numbers.Integral.register(integer)

pi = 3.141592653589793
e = 2.718281828459045
euler_gamma = 0.5772156649015329
inf = float("inf")
nan = float("nan")
newaxis = None
little_endian = True

bool_ = bool
byte, short, intc, int_, long, longlong, intp = int8, int16, int32, int64, int64, int64, int64
ubyte, ushort, uintc, uint, ulong, ulonglong, uintp = uint8, uint16, uint32, uint64, uint64, uint64, uint64
half, single, double = float16, float32, float64
csingle, cdouble = complex64, complex128
