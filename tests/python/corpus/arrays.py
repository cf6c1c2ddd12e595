"""NumPy arrays of every dtype, rank and stride: subscripts, stores with conversion, bounds, shapes, overlap."""

import numpy as np

from .registry import case, cases, grid, options
from .values import (
    DTYPES,
    INF,
    INTEGERS,
    NAN,
    REALS,
    SIGNED,
    extremes,
    f64,
    fortran,
    i64,
    layouts,
    noise,
    ramp,
    readonly,
    spaced,
    vec,
)

EVERY = [extremes(d) for d in DTYPES]
INT_ARRAYS = [extremes(d) for d in INTEGERS]


@grid(EVERY, (0, -1, 2))
def element(a, i):
    return a[i]


@grid([f64(1, 2, 3), f64(), spaced(i64(5, 6)), spaced(f64(1, 2, 3), -3)], (0, 1, -1, -3, 3, -4, 2**62))
def element_in_bounds(a, i):
    return a[i]


@grid([f64(1, 2, 3), f64()], (0, -1, -3, 3, -4))
def store_in_bounds(a, i):
    a[i] = 9.0


@grid(layouts(ramp((3, 4)))[:4], (0, -1, 3, -4), (0, -1, 4, -5))
def element_of_matrix(a, i, j):
    return a[i, j]


@grid([ramp((3, 4)), fortran(ramp((3, 4)))], (1, -1, 3), (2, -4, 4))
def element_by_two_subscripts(a, i, j):
    return a[i][j]


@cases(np.array(3.5), np.array(7, "int8"), np.array(True))
def element_of_rank_zero(a):
    return a[()]


@cases(np.array(3.5))
def store_to_rank_zero(a):
    a[()] = a[()] * 2


@cases(*[ramp((2, 2, 2, 2, 2), d) for d in ("int16", "float64", "complex64")])
def element_of_rank_five(a):
    return a[1, 0, -1, 1, 0]


@cases(*EVERY)
def double_in_place(a):
    for i in range(len(a)):
        a[i] = a[i] + a[i]


@cases(*[a for a in EVERY if a.dtype.kind not in "b"])
def negate_in_place(a):
    for i in range(a.size):
        a[i] = -a[i]


@cases(*[(np.zeros(3, d), v) for d in DTYPES for v in (1, 0, True)])
def store_int(a, value):
    for i in range(len(a)):
        a[i] = value


@grid([np.zeros(2, d) for d in INTEGERS], (127, 128, 255, 256, -1, -128, -129, 2**31, 2**32, 2**63 - 1))
def store_int_range(a, value):
    """A Python int that the dtype can't hold is refused."""
    a[0] = value


@grid([np.zeros(2, d) for d in ("float32", "float64", "complex64", "complex128", "bool")], (0.1, -0.0, 1e300, 1e-320, INF, NAN))
def store_float(a, value):
    a[1] = value


@grid([np.zeros(2, d) for d in INTEGERS], (2.9, -2.9, 100.0, -0.0, 300.5, NAN, INF))
def store_float_to_integers(a, value):
    """Cut towards zero as int() does, then wrapped to the dtype."""
    a[1] = value


@grid([np.zeros(2, d) for d in ("complex64", "complex128")], (1 + 2j, complex(NAN, -0.0)))
def store_complex(a, value):
    a[0] = value


@cases(*[(extremes(p)[:4], np.zeros(4, q)) for p in INTEGERS for q in INTEGERS])
def cast_between_integers(a, b):
    """A NumPy scalar that does not fit wraps in an unsigned dtype and is refused by a signed one."""
    for i in range(len(a)):
        b[i] = a[i]


@cases(*[(vec(p, 0, 1, 3, 100), np.zeros(4, q)) for p in ("bool", "int8", "uint64", "float32", "float64") for q in DTYPES])
def cast_values(a, b):
    for i in range(len(a)):
        b[i] = a[i]


@cases(*[(extremes("float64"), np.zeros(8, q)) for q in ("bool", "float32", "float64", "complex64", "complex128")])
def narrow_floats(a, b):
    for i in range(len(a)):
        b[i] = a[i]


@cases(*[ramp((3, 4), d) for d in DTYPES], ramp((0, 3)), ramp((2, 0)), *layouts(ramp((2, 3))))
def shape_of_matrix(a):
    n, m = a.shape
    return n, m, a.ndim, a.size, len(a), a.shape[0], a.shape[-1], a.shape


@cases(np.array(1.0), f64(), ramp((2, 3, 4)), spaced(f64(1, 2)))
def shape_of_any_rank(a):
    return a.shape, a.ndim, a.size, len(a.shape)


@cases(*[noise((3, 4), d) for d in ("float64", "int32", "complex64")], np.zeros((0, 4)), *layouts(noise((3, 4))))
@options(merged=True, atol=1e-12)
def sum_of_matrix(a):
    total = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j]
    return total


@cases(*layouts(noise((4, 3))))
@options(merged=True, atol=1e-12)
def sum_by_columns(a):
    total = 0.0
    for j in range(a.shape[1]):
        for i in range(a.shape[0]):
            total += a[i, j]
    return total


@cases((f64(1, 2, 3), f64(0.5, 0.25, 4), 2.0), (noise(100), noise(100, seed=2), -0.1), (f64(), f64(), 1.0))
@options(atol=1e-14)
def axpy(x, y, a):
    for i in range(len(x)):
        y[i] += a * x[i]


@cases((noise(33, "float32"), noise(33, "float32", 2), 0.1), (noise(5, "float64"), noise(5, "float32"), 0.1))
@options(atol=1e-6)
def axpy_mixed(x, y, a):
    for i in range(x.size):
        y[i] = y[i] + a * x[i]


@cases((f64(1, 2, 3), f64(4, 5)), (f64(4, 5), f64(1, 2, 3)), (noise(20), noise(20)))
@options(merged=True, atol=1e-14)
def dot_with_wrong_length(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@cases(f64(1, 2, 3, 4), f64(1), f64(), spaced(f64(1, 2, 3), -2), noise(33))
def reverse_in_place(a):
    i, j = 0, len(a) - 1
    while i < j:
        a[i], a[j] = a[j], a[i]
        i += 1
        j -= 1


@cases(f64(1, 2, 3), i64(5), readonly(f64(1, 2)))
def store_to_readonly(a):
    a[0] = 0


@cases(readonly(f64(1, 2)), readonly(ramp((2, 2), "int32")))
def read_readonly(a):
    return a[0]


def overlapping(shift, n=8, dtype="float64"):
    base = ramp(n + abs(shift), dtype)
    return (base[shift:], base[:n]) if shift > 0 else (base[:n], base[-shift:])


@cases(overlapping(1), overlapping(-1), overlapping(3), overlapping(-4, 40), (f64(1, 2, 3), f64(7, 8, 9)))
def copy_overlapping(dst, src):
    for i in range(len(src)):
        dst[i] = src[i]


@cases(overlapping(1), overlapping(-1), overlapping(2, 30), overlapping(-8, 64))
@options(atol=1e-9)
def smooth_overlapping(dst, src):
    for i in range(1, len(src) - 1):
        dst[i] = 0.25 * src[i - 1] + 0.5 * src[i] + 0.25 * src[i + 1]


@cases(overlapping(1, 20, "int32"), overlapping(-1, 20, "int32"))
def add_overlapping(a, b):
    for i in range(len(a)):
        a[i] += b[len(b) - 1 - i]


def crossed(n=6):
    base = ramp(n)
    return base, base[::-1]


@cases(crossed(), crossed(7), crossed(40))
def overlapping_backwards(a, b):
    for i in range(len(a)):
        a[i] = b[i] + 1.0


def same_matrix():
    m = ramp((4, 4))
    return m, m.T


@cases(same_matrix())
def add_transposed_in_place(a, b):
    """Reads what earlier iterations wrote."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i, j] += b[i, j]


@cases(np.ndarray((4, 3), "float64", f64(1, 2, 3), strides=(0, 8)))
def zero_stride(a):
    """All rows are the same memory."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            a[i, j] += 1.0


@cases((f64(0, 0, 0, 0), i64(3, 1, 3, -1, 0)), (f64(0, 0), i64(0, 5)), (f64(0, 0), i64(0, -3)))
def scatter_add(a, index):
    for k in index:
        a[k] += 1.0


@cases((f64(1, 2, 3), i64(2, 0, -1)), (f64(1, 2, 3), i64(0, 3)), (f64(1, 2), np.array([1, 0], "uint8")))
def gather(a, index):
    total = 0.0
    for i in range(len(index)):
        total = total * 10 + float(a[index[i]])
    return total


@cases((f64(3, 1, 2), i64(0, 0, 0)), (f64(1), i64(5)))
def permute_twice(a, p):
    for i in range(len(p)):
        p[i] = (i * 2 + 1) % len(p)
    for i in range(len(a)):
        a[p[i]] += a[i]


@cases(f64(1, 2, 3, 4, 5), f64(1, 2), f64(1), f64())
def negative_subscripts(a):
    n = len(a)
    for i in range(1, n // 2 + 1):
        a[-i] += a[i - 1]


@cases((f64(1, 2, 3), 5), (f64(1, 2, 3), 3), (f64(1, 2, 3), 0))
def error_in_the_middle(a, n):
    """Elements before the bad one are written."""
    for i in range(n):
        a[i] = -1.0


@cases((ramp((3, 3)), 4, 2), (ramp((3, 3)), 2, 4), (ramp((3, 3)), 3, 3))
def error_in_the_nest(a, n, m):
    for i in range(n):
        for j in range(m):
            a[i, j] = 100.0


@cases(*[vec(d, 100, 27, 1, -128 if d == "int8" else 5) for d in SIGNED])
def wrapping_sum(a):
    total = a[0]
    for i in range(1, len(a)):
        total = total + a[i]
    return total


@cases(*INT_ARRAYS)
def checksum(a):
    total = 0
    for i in range(len(a)):
        total = (total * 31 + int(a[i])) % 1_000_003
    return total


@cases(*[noise(9, d) for d in REALS])
def float_of_element(a):
    total = 0.0
    for i in range(len(a)):
        total += float(a[i])
    return total


@cases(*[vec(d, 3, 1, 2) for d in INTEGERS + REALS], f64(NAN, 1, 2), f64(1, NAN), f64(5))
def greatest_element(a):
    best = a[0]
    for i in range(1, len(a)):
        if a[i] > best:
            best = a[i]
    return best


@cases(*[noise(7, d) for d in INTEGERS + REALS], f64(1))
def min_and_max(a):
    low = high = a[0]
    for x in a:
        low = min(low, x)
        high = max(high, x)
    return low, high


@cases((f64(1, -2, 3, -0.0, NAN), 0.0), (f64(), 1.0))
def count_above(a, threshold):
    count = 0
    for i in range(len(a)):
        if a[i] > threshold:
            count += 1
    return count


@cases((noise(6), np.zeros(6, bool)), (f64(NAN, 0, -1), np.zeros(3, bool)))
def store_comparisons(a, out):
    for i in range(len(a)):
        out[i] = a[i] > 0


@cases((f64(1, 5, -3), 0.0, 2.0), (f64(NAN, INF, -INF), -1.0, 1.0))
def clip_in_place(a, low, high):
    for i in range(len(a)):
        if a[i] < low:
            a[i] = low
        elif a[i] > high:
            a[i] = high


@cases((f64(1, 2, 3, 4), f64(0, 0, 0, 0)), (f64(5), f64(0)), (f64(), f64()))
@options(merged=True)
def running_sum(a, out):
    total = 0.0
    for i in range(len(a)):
        total += a[i]
        out[i] = total
    return total


@cases((ramp((2, 3, 4)), 0.5), (np.zeros((2, 0, 3)), 1.0), (ramp((2, 3, 4), "float32")[:, ::-1, ::2], 0.1))
def scale_rank_three(a, s):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            for k in range(a.shape[2]):
                a[i, j, k] *= s


@cases((i64(5, 6, 7), 1), (i64(5, 6, 7), 3), (i64(5), -1))
def subscript_by_expression(a, n):
    return a[n - 1] + a[2 * n - 3], a[n // 2], a[len(a) - 1]


@cases((i64(1, 2), True), (i64(1, 2), False))
def subscript_by_condition(a, flag):
    return a[1 if flag else 0], a[-1] if flag else a[0]


@cases(*[vec(d, 7, 2, 0, 5) for d in SIGNED])
def integer_ops_in_place(a):
    a[0] //= 2
    a[1] <<= 3
    a[2] |= 5
    a[3] %= 3
    a[0] ^= a[3]
    a[1] -= a[0]
    a[2] **= 2


@cases(np.array([5, 0, 7], "int64"), np.array([5, 0, -128], "int8"))
def element_division_by_zero(a):
    """NumPy's integers divide by zero to 0, without an exception."""
    return a[0] // a[1], a[2] % a[1], a[2] // (a[1] - a[1] - 1)


@cases(noise(5, "complex128"), noise(5, "complex64"), extremes("complex128"))
@options(atol=1e-6)
def complex_elements(a):
    for i in range(len(a)):
        a[i] = a[i] * a[i] + 1j


@cases((noise(4, "complex128"), np.zeros(4)), (noise(4, "complex64"), np.zeros(4, "float32")))
@options(atol=1e-6)
def squared_magnitudes(a, out):
    for i in range(len(a)):
        out[i] = a[i].real * a[i].real + a[i].imag * a[i].imag


@cases((f64(1, 2), 7), (i64(1, 2), 3))
def return_the_argument(a, x):
    a[0] = x
    return a


@cases((f64(1, 2), f64(3, 4)))
def return_arguments_swapped(a, b):
    return b, a


@case(f64(1, 2, 3), True)
@case(f64(1, 2, 3), False)
def choose_an_array(a, flag):
    b = a if flag else a[1:]
    b[0] = 100.0
    return len(b)
