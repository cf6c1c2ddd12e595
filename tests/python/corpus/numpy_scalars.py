"""NumPy scalars: wrapping integers, float32 rounding, promotion by NEP 50, mixing with Python scalars."""

import numpy as np

from .registry import case, cases, grid
from .values import DTYPES, I64_MAX, INF, INTEGERS, NAN, REALS, extremes


def ends(dtype):
    return tuple(extremes(dtype))


def each(dtypes):
    """Pairs of extreme values, of one dtype each."""
    return [(a, b) for d in dtypes for a in ends(d) for b in ends(d)[:4]]


def one_of_each(dtypes=DTYPES):
    return [np.dtype(d).type(3 if d != "bool" else 1) for d in dtypes]


@cases(*[v for d in DTYPES for v in ends(d)])
def identity(x):
    return x


@cases(*each(INTEGERS))
def wrapping_arithmetic(a, b):
    return a + b, a - b, a * b


@cases(*each(REALS))
def float_arithmetic(a, b):
    return a + b, a - b, a * b, a / b


@cases(*each(INTEGERS))
def integer_division(a, b):
    """Division by zero gives 0, the least value over -1 wraps."""
    return a // b, a % b


@cases(*each(INTEGERS))
def true_division(a, b):
    return a / b


@cases(*each(REALS))
def float_floor_division(a, b):
    return a // b, a % b


@cases(*each(INTEGERS))
def bitwise(a, b):
    return a & b, a | b, a ^ b, ~a


@cases(*[(a, s) for d in ("int8", "int32", "uint16", "int64", "uint64") for a in ends(d)[:5] for s in (0, 3, 7, 63, 64)])
def shifts(a, n):
    return a << n, a >> n


@cases(*each(INTEGERS + REALS))
def comparisons(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


@cases(*[v for d in INTEGERS + REALS for v in ends(d)])
def unary(a):
    return -a, +a, abs(a)


@grid(one_of_each(), one_of_each())
def promotion(a, b):
    return a * b


@grid(one_of_each(INTEGERS + REALS), one_of_each(INTEGERS + REALS))
def promotion_of_division(a, b):
    return a / b


@grid(one_of_each(), (1, 2.5, True, 1j))
def with_python_scalar(a, x):
    """Python's scalars are weak: the NumPy dtype stays where the kind allows it."""
    return a + x, x + a


@grid(one_of_each(INTEGERS), (127, 128, 255, 256, -1, 70000, 2**40))
def python_int_out_of_bounds(a, n):
    return a + n


@grid(one_of_each(INTEGERS), (300, -300, 2**40))
def compare_with_python_int(a, n):
    return a < n, a == n, n <= a


@cases(*[v for d in DTYPES[:-2] for v in ends(d)])
def to_python_int(a):
    return int(a)


@cases(*[v for d in DTYPES[:-2] for v in ends(d)])
def to_python_float(a):
    return float(a)


@cases(*[v for d in DTYPES for v in ends(d)])
def truth(a):
    return bool(a), not a


@cases(*[(np.float64(x), y) for x in (1.0, -0.0, INF, NAN) for y in (0.0, 2.0, -0.0)])
def float64_division(a, y):
    """A NumPy float divides by zero without an exception."""
    return a / y, a // y, a % y


@grid((np.float64(2.5), np.float32(2.5), np.float64(-0.5), np.float64(1e18)))
def rounding(a):
    return round(a)


@cases(*[(np.dtype(d).type(3), n) for d in INTEGERS + REALS for n in (0, 2, 3)])
def power(a, n):
    return a**n


@cases((np.int64(2), -1), (np.int32(2), -2), (np.int64(2), 62), (np.int64(2), 64), (np.uint8(2), 7), (np.uint8(2), 8))
def integer_power_edges(a, n):
    return a**n


@cases(*[(np.dtype(d).type(7), np.dtype(d).type(-2 if d[0] != "u" else 2)) for d in INTEGERS + REALS])
def division_with_remainder(a, b):
    return divmod(a, b)


@cases((np.int32(3), np.int32(9)), (np.float32(3), np.float32(-0.0)), (np.float64(NAN), np.float64(1)))
def minimum(a, b):
    return min(a, b), max(a, b)


@cases(*one_of_each(INTEGERS))
def as_loop_bound(n):
    total = 0
    for k in range(n):
        total += k
    return total


@case(np.int64(I64_MAX), np.int64(1))
@case(np.int64(5), np.int64(6))
def int64_wraps(a, b):
    return a + b, a * b


@cases((np.bool_(True), np.bool_(True)), (np.bool_(True), np.bool_(False)))
def bool_scalars(a, b):
    """NumPy's bools add as `or` and multiply as `and`."""
    return a + b, a * b, a & b, a | b, a ^ b, ~a, a == b


@cases(np.complex64(3 - 4j), np.complex128(3 - 4j), np.complex128(complex(INF, NAN)))
def complex_scalars(z):
    return z.real, z.imag, abs(z), z * z, z + 1, -z


@cases((np.complex128(1 + 2j), np.complex128(0)), (np.complex64(1 + 2j), np.complex64(3 - 1j)), (np.complex128(2j), np.complex128(1e200 + 1e200j)))
def complex_division(z, w):
    return z / w
