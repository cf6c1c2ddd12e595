"""Arrays large enough for vectors, blocks and threads: the same bits as CPython under strict, any order of operands."""

from __future__ import annotations

import numpy as np
import pytest
from corpus import arrays, linear, loops, simulation, sorting, tables
from corpus.compare import EXACT, Tolerance, clone, outcome_difference, run
from corpus.sources import define
from corpus.values import noise, ramp, spaced

import rooftop

SIZES = (1, 7, 8, 9, 63, 64, 65, 1000, 4099)


def check(function, *args, merged=True, fp_model="strict", tolerance=EXACT):
    expected = run(function, clone(args))
    got = run(rooftop.jit(fp_model=fp_model)(function), clone(args))
    assert outcome_difference(expected, got, tolerance, merged) is None


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_axpy(n, dtype):
    check(arrays.axpy, noise(n, dtype), noise(n, dtype, 2), 0.1)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("step", [2, -1, -3])
def test_axpy_of_strided_vectors(n, step):
    check(arrays.axpy, spaced(noise(n), step), spaced(noise(n, seed=2), -step), 0.1)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "complex64"])
def test_double_in_place(dtype):
    check(arrays.double_in_place, noise(1003, dtype))


@pytest.mark.parametrize("target", ["int8", "uint16", "int64", "float32", "float64", "complex128", "bool"])
@pytest.mark.parametrize("source", ["uint8", "int32", "float64"])
def test_casts(source, target):
    values = np.abs(noise(517, source))
    check(arrays.cast_values, values, np.zeros(517, target))


@pytest.mark.parametrize("n", SIZES)
def test_sums_keep_their_order(n):
    check(loops.sum_elements, noise(n) * 10.0 ** (ramp(n) % 17))


@pytest.mark.parametrize("shift", [1, 2, 3, 7, 8, 9, 16, 31, -1, -2, -5, -8, -33])
def test_overlapping_copies(shift):
    check(arrays.copy_overlapping, *arrays.overlapping(shift, 1000))
    check(arrays.smooth_overlapping, *arrays.overlapping(shift, 1000))
    check(arrays.add_overlapping, *arrays.overlapping(shift, 1000, "int32"))


def test_overlap_backwards():
    check(arrays.overlapping_backwards, *arrays.crossed(2001))


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 200, 5), (64, 64, 64), (65, 33, 70), (17, 1, 90), (100, 60, 8)])
@pytest.mark.parametrize("function", ["ijk", "ikj", "jik", "jki", "kij", "kji"])
def test_matmul(function, shape):
    n, k, m = shape
    args = noise((n, k)), noise((k, m), seed=2), noise((n, m), seed=3)
    check(getattr(linear, f"matmul_{function}"), *args)


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8", "complex128"])
def test_matmul_of_other_dtypes(dtype):
    check(linear.matmul_ijk, noise((40, 37), dtype), noise((37, 41), dtype, 2), np.zeros((40, 41), dtype))


def test_matmul_of_other_layouts():
    a, b = noise((41, 50)), noise((45, 50), seed=2)
    check(linear.matmul_ijk, a, b.T, np.zeros((41, 45), order="F"))
    check(linear.matmul_ijk, a[::-1, ::2], np.ascontiguousarray(b.T)[::2], np.zeros((41, 90))[:, ::2])


@pytest.mark.parametrize("function", ["ijk", "ikj", "kij"])
def test_matmul_by_default_is_close(function):
    args = noise((150, 170)), noise((170, 130), seed=2), np.zeros((150, 130))
    expected = args[0] @ args[1]
    rooftop.jit(getattr(linear, f"matmul_{function}"))(*args)
    np.testing.assert_allclose(args[2], expected, rtol=1e-12, atol=1e-12)


def test_large_matmul_with_threads():
    n = 600
    args = noise((n, n)), noise((n, n), seed=2), np.zeros((n, n))
    rooftop.jit(linear.matmul_ijk)(*args)
    np.testing.assert_allclose(args[2], args[0] @ args[1], rtol=1e-11, atol=1e-11)


def test_matmul_whose_target_is_an_operand():
    m = noise((40, 40))
    base = noise((60, 40))
    check(linear.matmul_ijk, m, m, m)
    check(linear.matmul_ijk, base[:40], noise((40, 40)), base[20:])


@pytest.mark.parametrize("bad", [0, 1, 500, 999, 1000])
def test_error_in_the_middle_keeps_what_was_stored(bad):
    text = """
        def f(a, index, n):
            for i in range(n):
                a[index[i]] = i + 1.0
    """
    index = np.arange(1000)
    if bad < 1000:
        index[bad] = 5000
    check(define(text), np.zeros(1000), index, 1000)
    check(arrays.error_in_the_middle, np.zeros(bad), 1000)


def test_error_in_a_nest_keeps_what_was_stored():
    check(arrays.error_in_the_nest, np.zeros((70, 80)), 90, 80)
    check(arrays.error_in_the_nest, np.zeros((70, 80)), 70, 81)
    check(linear.matmul_wrong_shapes, noise((40, 50)), noise((49, 45)), np.zeros((40, 45)))


def test_division_by_zero_in_the_middle():
    text = """
        def f(a, d):
            for i in range(len(a)):
                a[i] = 100 // int(d[i])
    """
    divisors = np.arange(700, 0, -1) - 300
    check(define(text), np.zeros(700), divisors)


def test_int_overflow_in_the_middle():
    text = """
        def f(a, x):
            for i in range(len(a)):
                a[i] = i
                x *= 3
            return x
    """
    function = define(text)
    a = np.zeros(100)
    with pytest.raises(OverflowError):
        rooftop.jit(function)(a, 1)
    # 3 ** 39 is the last that fits.
    assert a.tolist() == [float(i) if i < 40 else 0.0 for i in range(100)]


@pytest.mark.parametrize("shape", [(3, 3), (50, 70), (200, 33)])
def test_stencils(shape):
    a = noise(shape)
    check(simulation.jacobi, a, np.zeros(shape), 3)
    check(simulation.gauss_seidel, a, 2)
    check(simulation.jacobi, a.T, np.zeros(shape).T, 2)


def test_mandelbrot():
    check(simulation.mandelbrot, np.zeros((48, 64), "int32"), -2.0, 1.0, -1.2, 1.2, 80)


def test_life():
    check(simulation.life, noise((40, 50), "bool"), np.zeros((40, 50), bool))


def test_convolution():
    check(simulation.convolve_image, noise((40, 50)), noise((5, 3), seed=2), np.zeros((36, 48)))


def test_floyd_warshall():
    check(tables.floyd_warshall, tables.distances(40, 1))
    check(tables.floyd_warshall_by_min, tables.distances(33, 2, tables.FAR).astype("int64"))


def test_sorts():
    for function in (sorting.heap_sort, sorting.insertion_sort, sorting.shell_sort):
        check(function, noise(300))


def test_histogram_with_repeated_targets():
    text = """
        def f(counts, index):
            for k in index:
                counts[k] += 1
    """
    index = np.random.default_rng(1).integers(-7, 7, 5000)
    check(define(text), np.zeros(7, "int64"), index)


def test_conditional_stores():
    text = """
        def f(a, b, limit):
            n = 0
            for i in range(len(a)):
                if a[i] > limit:
                    b[i] = a[i]
                    n += 1
                elif a[i] < -limit:
                    b[i] = -a[i]
            return n
    """
    check(define(text), noise(3001), np.zeros(3001), 0.5)
    check(define(text), noise(3001, "float32"), np.zeros(3001), 0.25)


def test_conditional_subscript_is_guarded():
    """A lane whose condition is false must not read outside of the array."""
    text = """
        def f(a, b):
            for i in range(len(b)):
                if i < len(a):
                    b[i] = a[i] + 1.0
                else:
                    b[i] = -1.0
    """
    check(define(text), noise(500), np.zeros(1003))


def test_data_dependent_inner_loops():
    text = """
        def f(a, out):
            for i in range(len(a)):
                n = a[i]
                steps = 0
                while n != 1:
                    if n % 2 == 0:
                        n = n // 2
                    else:
                        n = 3 * n + 1
                    steps += 1
                out[i] = steps
    """
    check(define(text), np.arange(1, 1001), np.zeros(1000, "int64"))


def test_break_in_a_long_loop():
    text = """
        def f(a, x):
            for i in range(len(a)):
                if a[i] == x:
                    break
                a[i] = 0.0
            else:
                return -1
            return i
    """
    for position in (0, 5, 700, 2000):
        a = np.ones(1500)
        if position < 1500:
            a[position] = 7.0
        check(define(text), a, 7.0)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "exp", "log", "tanh", "atan", "sqrt", "log1p", "expm1", "cbrt", "erf"])
def test_vector_math_by_default_is_within_ulps(name):
    text = f"import math\ndef f(a, b):\n    for i in range(len(a)):\n        b[i] = math.{name}(a[i])\n"
    a = np.abs(np.concatenate([noise(2000), noise(2000, seed=2) * 100, 10.0 ** noise(500, seed=3)]))
    check(define(text), a, np.zeros_like(a))
    check(define(text), a, np.zeros_like(a), fp_model="default", tolerance=Tolerance(4))


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "tanh", "atan"])
def test_vector_math_is_the_same_at_every_width(name):
    """An element's result does not depend on how many there are or where it lies."""
    text = f"import math\ndef f(a):\n    for i in range(len(a)):\n        a[i] = math.{name}(a[i])\n"
    function = rooftop.jit(define(text))
    values = noise(1000)
    whole = values.copy()
    function(whole)
    for start, stop in ((0, 1), (3, 11), (17, 980), (999, 1000)):
        part = values[start:stop].copy()
        function(part)
        assert part.tobytes() == whole[start:stop].tobytes()


def test_vector_math_of_special_values():
    specials = np.array([0.0, -0.0, 5e-324, -5e-324, 1e-310, np.nan] * 20)
    for name in ("sin", "cos", "tan", "exp", "tanh", "atan", "expm1", "log1p", "asinh"):
        text = f"import math\ndef f(a):\n    for i in range(len(a)):\n        a[i] = math.{name}(a[i])\n"
        check(define(text), specials, fp_model="default", tolerance=Tolerance(2))


def test_math_error_in_the_middle_of_a_vector_loop():
    text = "import math\ndef f(a):\n    for i in range(len(a)):\n        a[i] = math.log(a[i])\n"
    values = np.abs(noise(1000)) + 0.5
    values[613] = -1.0
    check(define(text), values)


def test_huge_strides_and_tiny_arrays():
    base = np.zeros((3, 200_000))
    base[:, 0] = (1, 2, 3)
    check(loops.sum_elements, base[:, 0])


def test_array_beyond_four_gigabytes_of_address_range():
    """Offsets are 64-bit: a broadcast array has many elements and little memory."""
    a = np.broadcast_to(np.arange(4.0), (2**31, 4))
    function = rooftop.jit(define("def f(a, i, j):\n    return a[i, j] + a[-1, -1], a.size, len(a)\n"))
    assert function(a, 2**31 - 1, 2) == (5.0, 2**33, 2**31)
