"""Arrays that compiled functions make: results and types against NumPy's, memory."""

from __future__ import annotations

import numpy as np
import pytest
from beside_numpy import arrays, compare, expressions, function_of
from corpus.compare import Tolerance

import rooftop
import rooftop as rp

MODULES = pytest.mark.parametrize("module", ["numpy", "rooftop"])

# ------------------------------------------------------------------------------------------ makers and keywords


@expressions("""
np.zeros(n) ; np.zeros((n,), np.int8) ; np.zeros(shape=(2, n), dtype="float32") ; np.zeros((n, 2, 3), dtype=complex)
np.ones(n) ; np.ones((n, 3), bool) ; np.ones((2, n), dtype=np.complex64) ; np.ones((1, n, 1), "uint16")
np.full(n, 7) ; np.full(n, True) ; np.full((n, 2), 2.5) ; np.full((2, n), 1j) ; np.full((n,), 2.75, dtype=int)
np.full(shape=n, fill_value=n, dtype=np.float32) ; np.full(n, np.float32(0.1))
np.arange(n) ; np.arange(float(n)) ; np.arange(n, dtype=np.float32) ; np.arange(n % 256, dtype="uint8")
np.arange(1, n) ; np.arange(n, -n, -3) ; np.arange(0.5, n, 0.25) ; np.arange(0, n, 1.5)
np.arange(start=2, stop=n, step=2) ; np.arange(2, n, 3, np.int16) ; np.arange(np.int32(n)) ; np.arange(n, dtype=complex)
np.arange(stop=n) ; np.arange(0, 5, n) ; np.arange(0.0, 5.0, n)
np.linspace(0, 1, n) ; np.linspace(-2.0, 3.0, num=n, endpoint=False) ; np.linspace(0, 10, n, dtype=int)
np.linspace(5, 5, n, dtype=np.float32) ; np.linspace(n, 1) ; np.linspace(-1.5, 1.5, n, n > 1)
np.eye(n % 20) ; np.eye(n % 20, 5) ; np.eye(3, n % 20, k=1) ; np.eye(N=n % 20, k=-2, dtype=np.int32)
np.eye(4, M=6, k=n, dtype=bool) ; np.identity(n % 20) ; np.identity(n % 20, dtype=np.uint8)
np.array([n, 2, 3]) ; np.array((n, 0.5, True)) ; np.array([[n, 1], [2.5, -n]]) ; np.array([n > 1, False])
np.array([[[n], [1]], [[2], [3]]], dtype=np.int16) ; np.array([(n, 1), (2, 3)], np.float32) ; np.array([1j, n])
np.array([np.int8(1), np.int16(n)]) ; np.array([[], []]) ; np.array([], dtype=int) ; np.array([[1, n], [3, 4]]).T[1]
np.asarray([n, 2.0]) ; np.asarray([[n], [2]], dtype="int32") ; np.ascontiguousarray([n, 3]) ; np.copy([n, 1])
np.where(np.arange(n) % 2 == 0, 1, 2.5) ; np.where(np.arange(n) > 1, np.float32(1), 2.5) ; np.zeros(n)[::2]
(np.arange(n) + 1).reshape(n, 1) ; (np.arange(6 * n) * 2).reshape(2, n, 3) ; (np.arange(6 * n) * 2).reshape((3, -1))
np.arange(n).astype(np.float32) / 2 ; np.zeros(np.zeros((2, n)).shape, np.zeros(1, np.int8).dtype)
np.eye(n % 20)[:, :2].copy().T ; (np.ones((n, 2)) * np.arange(2)).flatten() ; np.zeros(n) == 0
""")
@MODULES
def test_makers(expression, module):
    function = function_of(expression, "n", module)
    for n in (0, 1, 3, 17, 1000):
        compare(function, n, module=module, message="reshape" not in expression and "arange" not in expression)


@expressions("""
np.zeros(n) ; np.ones((2, n)) ; np.empty((n, 0)) ; np.full(n, 1.0) ; np.eye(n) ; np.eye(2, M=n) ; np.identity(n)
np.linspace(0, 1, n) ; np.zeros_like(np.ones(n)) ; np.ones((3, -1 * n, n), bool)
""")
def test_negative_lengths_are_refused(expression):
    for n in (-1, -7):
        got, _ = compare(function_of(expression, "n"), n)
        assert isinstance(got.error, ValueError)


def test_shapes_of_other_sizes_are_refused():
    for n in (-1, 0, 4, 7):
        compare(function_of("(a + 1).reshape(2, n + 4)", "a, n"), np.ones(6), n, message=False)
        compare(function_of("(a + 1).reshape(-1, n)", "a, n"), np.ones(6), n if n > 0 else 5, message=False)


def test_empty_has_a_shape_and_a_type_and_takes_values():
    def f(a, n):
        x, y, z, b = np.empty(n, np.int16), np.empty((2, n)), np.empty_like(a), np.empty_like(a, dtype=bool)
        x.fill(3)
        y[...] = 0.5
        y[:, 1:].fill(-1)
        z[:] = a
        b.fill(n)
        a.fill(x.sum())
        return x, y, z, b

    for n in (0, 1, 3, 17, 1000):
        compare(f, arrays("float32", (n, 2)), n)


# ------------------------------------------------------------------------------------------ from other arrays

SHAPES = [
    lambda d: arrays(d, (5, 3)).T,
    lambda d: arrays(d, 0),
    lambda d: arrays(d, 1000)[::-1],
    lambda d: arrays(d, (3, 17)),
    lambda d: arrays(d, 51)[::3],
    lambda d: arrays(d, (6, 8))[1:5:2, 6:0:-2],
    lambda d: arrays(d, (2, 3, 4)).transpose(1, 2, 0),
    lambda d: arrays(d, (0, 3)),
]
DTYPES = ["float64", "int64", "float32", "bool", "complex64", "uint16", "int8", "complex128", "float16"]


@expressions("""
np.zeros_like(a) ; np.zeros_like(a, dtype=np.int8) ; np.ones_like(a + a) ; np.ones_like(a, "complex64")
np.full_like(a, 1) ; np.full_like(a, 2.5, dtype=float) ; np.full_like(a=a, fill_value=True)
np.copy(a) ; a.copy() ; a.T.copy() ; a[::-1].copy() ; (a + a).copy() ; a.copy().T.copy()
np.array(a) ; np.array(a, dtype=np.complex128) ; np.asarray(a) ; np.asarray(a, a.dtype) ; np.asarray(a[1:])
np.asarray(a, dtype=np.complex128) ; np.ascontiguousarray(a) ; np.ascontiguousarray(a, dtype=np.complex128)
a.astype(np.complex64) ; a.astype(a.dtype) ; (a * 2).astype(dtype=complex)
a.flatten() ; a.T.flatten() ; (a + a).T.flatten() ; (a + a).reshape(-1) ; a.copy().reshape((1, a.size))
np.where(a, a, 1) ; np.where(a == 1, 0, a) ; np.where(a[:1] != 0, a, a + a) ; np.where(True, a, 2)
np.asarray([a.size, 2 * a.size]) ; np.array(a.shape + (1.5,)) ; a + a ; (a + a).T ; (a * 2)[1:] ; (a + a)[..., ::-2] ; (a + 1, a == 1, (a + a).shape, (a * a).ndim, (a + a).size)
""")
@MODULES
def test_arrays_of_arrays(expression, module):
    function = function_of(expression, "a", module)
    first = len(expression)
    for i, make in enumerate(SHAPES):
        compare(function, make(DTYPES[(first + i) % 9 if module == "numpy" else i % 2]), module=module)


@expressions("""
a.astype(bool) ; a.astype(np.int8) ; a.astype("int32") ; a.astype(int) ; a.astype(np.float16) ; np.array(a, "uint8")
np.asarray(a, np.float32) ; (a * 2).astype(float) ; np.ascontiguousarray(a, complex) ; np.full(3, a[0, 0], np.int16)
""")
def test_conversions(expression):
    for dtype in DTYPES[:4] + DTYPES[5:7]:
        compare(function_of(expression, "a"), np.abs(arrays(dtype, (3, 5))))


@expressions("""
a + b ; np.where(a > b, a, b) ; np.where(a < b, b, 0.5)[::-1] ; (a - b).astype(np.float32) ; (a * b).copy()[::-1]
np.maximum(a, b) * np.ones_like(b) ; (a + b, a - b, (a * b).T) ; (a == b).astype(int) ; np.sqrt(np.abs(a) + np.abs(b))
""")
def test_broadcasting_and_mixed_types(expression):
    function = function_of(expression, "a, b")
    types = ("float64", "float64"), ("int32", "float32"), ("int8", "uint8")
    for i, (a, b) in enumerate([((3, 1), (1, 4)), ((5,), (2, 5)), ((2, 3, 4), (3, 1)), ((1,), (0,)), ((3, 4), (3, 5))]):
        compare(function, arrays(types[i % 3][0], a), arrays(types[i % 3][1], b, 1), message="0.5" not in expression)


def test_reductions_and_products_of_new_arrays():
    def f(a, b):
        p = a @ b
        centred = p - p.mean()
        d = np.outer(p[0], p[:, 0]) + np.einsum("ij,jk->ki", a, b)[:, :1]
        return p, centred.sum(), (centred * centred).sum(axis=0), np.dot(p, np.ones(p.shape[1])), d.sum(axis=1).max()

    for n, k, m in ((1, 1, 1), (3, 17, 5), (40, 30, 20)):
        args = np.abs(arrays("float64", (n, k))), np.abs(arrays("float64", (k, m)))
        compare(f, *args, tolerance=Tolerance(4096, 1e-9))


@expressions("np.full_like(a, k) ; np.full(3, k, np.uint8) ; np.array([k, 1], np.uint8) ; np.array([k], a.dtype) ; a + k")
def test_values_that_do_not_fit_are_refused(expression):
    for value in (300, -1):
        got, _ = compare(function_of(expression, "a, k"), np.zeros(3, np.uint8), value)
        assert isinstance(got.error, OverflowError)


def test_bounds_of_other_types():
    compare(function_of("np.arange(0.0, n, 1.0)", "n"), float("nan"))
    compare(function_of("np.arange(x, x + 3)", "x"), np.float32(0.5))
    compare(function_of("np.linspace(x, x + 1, 7)", "x"), np.float32(0.1))


@pytest.mark.parametrize("k", [1, 2])
def test_contiguous_views_are_not_copied(k):
    """Whether a view is contiguous may be known at run time only."""

    def f(a, m, k):
        x, y = np.ascontiguousarray(a[::k]), np.ascontiguousarray(m[:, : 5 - k])
        x[0] = y[0, 0] = 9
        return x.sum(), y.sum()

    compare(f, np.arange(6.0), np.ones((3, 4)), k)


# ------------------------------------------------------------------------------------------ memory

RESIDENT = """
import resource
import numpy as np
import rooftop
import rooftop as rp

def grown(f, *args):
    f(*args)
    before = int(open("/proc/self/statm").read().split()[1])
    f(*args)
    print((int(open("/proc/self/statm").read().split()[1]) - before) * resource.getpagesize() >> 20)

@rooftop.jit
def kept(a, n):
    total, x = 0.0, a
    for i in range(n):
        x = np.full(131072, float(i))
        total += x[i]
    return total, x

@rooftop.jit
def rebound(a, n):
    x, y = a + 1, a[1:]
    for i in range(n):
        if i % 3 == 0: continue
        x, y = y + 1 if i % 2 else x * 2, x
        if len(y) < 1000 or len(x) != len(y): x = y = a.copy()
    return x

@rooftop.jit
def several(a, i):
    x, y = a + 1, np.zeros((len(a), 3))
    return x, x[::2], y.T, a, x[i]

@rooftop.jit
def endless(a, n):
    return endless(a + 1, n + 1) + a if n >= 0 else a

def often(f, times, *args):
    for k in range(times):
        try:
            f(*args)
        except (IndexError, RecursionError):
            pass

grown(kept, np.zeros(3), 20000)
grown(rebound, np.zeros(131072), 3000)
for a in (np.ones(1000), np.ones(3), rp.ones(1000)):
    grown(often, several, 10000, a, 0)
    grown(often, several, 10000, a, 5000)
grown(often, endless, 20, np.ones(10), 0)
"""


def test_memory_does_not_grow(run_python):
    """In long loops, over many calls, and by exceptions."""
    done = run_python(RESIDENT)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 9 and all(int(n) < 30 for n in done.stdout.split()), done.stdout


def test_sizes_beyond_memory_are_errors_and_all_goes_on():
    @rooftop.jit
    def zeros(n, m, k):
        x, y = np.ones(1000), np.zeros((n, m, k))
        y[n - 1, m - 1, k - 1] = 1
        return x, y

    @rooftop.jit
    def computed(a):
        return np.zeros((len(a), len(a), len(a), len(a), len(a), len(a))) + 1

    large, third = (1 << 63) - 1, 1 << 31
    for shape in ((1 << 60, 1, 1), (1 << 50, 1, 1), (1 << 61, 1, 1), (large, 1, 1), (third * 2, third * 2, 1), (third, third, 4), (large, large, large)):
        with pytest.raises(MemoryError):
            zeros(*shape)
    with pytest.raises(MemoryError):
        computed(np.ones(1 << 11))
    x, y = zeros(2, 3, 4)
    assert x.sum() == 1000 and y.sum() == 1 and computed(np.ones(2)).sum() == 64


@pytest.mark.parametrize("make", [np.arange, rp.arange], ids=["numpy", "rooftop"])
def test_results_outlive_the_arguments_and_are_their_own(make):
    @rooftop.jit
    def f(a):
        x = a + 1
        return x, x[1:], a[1:], a.copy(), np.zeros(len(a))

    for n in (3, 17, 1000, 100_000):
        a = make(float(n))
        x, y, part, copy, zeros = f(a)
        for result in (x, y, copy, zeros):
            assert result.flags.writeable and not np.shares_memory(np.asarray(result), np.asarray(a))
        assert np.shares_memory(np.asarray(x), np.asarray(y)) and np.shares_memory(np.asarray(part), np.asarray(a))
        x[1] = -1
        copy[0] = zeros[0] = 5
        assert a[0] == 0 and a[1] == 1 and y[0] == -1
        del a, x, copy, zeros
        junk = [np.full(n, 7.0) for _ in range(20)]
        assert y[0] == -1 and y[1:].tolist() == [float(i) for i in range(3, n + 1)]
        assert part.tolist() == [float(i) for i in range(1, n)]


def test_read_only_arguments():
    @rooftop.jit
    def f(a, c):
        x = a.copy()
        x[0] = 9
        return x, a + 1, a[1:], np.asarray(a), a + 1 if c else a

    a = np.arange(5.0)
    a.flags.writeable = False
    assert [r.flags.writeable for r in f(a, 1)[:4]] == [True, True, False, False]
    assert f(a, 0)[0].tolist() == [9, 1, 2, 3, 4] and f(a, 0)[3] is a and f(a, 0)[4] is a
    assert f(a, 1)[4].tolist() == [1, 2, 3, 4, 5]
