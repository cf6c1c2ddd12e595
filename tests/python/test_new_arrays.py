"""Arrays that compiled functions make: results and types against NumPy's, references through all control flow, memory."""

from __future__ import annotations

import json
import re
import subprocess

import numpy as np
import pytest
from corpus.compare import Tolerance, clone, outcome_difference, run
from corpus.sources import define

import rooftop
import rooftop as rp

ULPS = Tolerance(4)
# A sum of up to a thousand terms in another order.
SUMS = Tolerance(4096)


def compare(function, *args, tolerance=ULPS, message=True):
    """The compiled function against the plain one: twice, as the second call takes the fast way."""
    compiled = rooftop.jit(function)
    expected = run(function, clone(args))
    for _ in range(2):
        got = run(compiled, clone(args))
        text = outcome_difference(expected, got, tolerance, message=message)
        assert text is None, text
    return compiled


def arrays(dtype, shape, seed=0):
    """Small numbers of the type, and 0 and 1 among them."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0 if np.dtype(dtype).kind in "ub" else -9, 10, shape)
    return (values * (0.125 if np.dtype(dtype).kind in "fc" else 1)).astype(dtype)


# ------------------------------------------------------------------------------------------ makers and keywords

SIZES = [0, 1, 3, 17, 1000]
OF_A_LENGTH = [
    lambda n: np.zeros(n),
    lambda n: np.zeros((n,), np.int8),
    lambda n: np.zeros(shape=(2, n), dtype="float32"),
    lambda n: np.zeros((n, 2, 3), dtype=complex),
    lambda n: np.ones(n),
    lambda n: np.ones((n, 3), bool),
    lambda n: np.ones((2, n), dtype=np.complex64),
    lambda n: np.ones((1, n, 1), "uint16"),
    lambda n: np.full(n, 7),
    lambda n: np.full(n, True),
    lambda n: np.full((n, 2), 2.5),
    lambda n: np.full((2, n), 1j),
    lambda n: np.full((n,), 2.75, dtype=int),
    lambda n: np.full(shape=n, fill_value=n, dtype=np.float32),
    lambda n: np.full(n, np.float32(0.1)),
    lambda n: np.arange(n),
    lambda n: np.arange(float(n)),
    lambda n: np.arange(n, dtype=np.float32),
    lambda n: np.arange(n, dtype="uint8"),
    lambda n: np.arange(1, n),
    lambda n: np.arange(n, -n, -3),
    lambda n: np.arange(0.5, n, 0.25),
    lambda n: np.arange(0, n, 1.5),
    lambda n: np.arange(start=2, stop=n, step=2),
    lambda n: np.arange(2, n, 3, np.int16),
    lambda n: np.arange(np.int32(n)),
    lambda n: np.linspace(0, 1, n),
    lambda n: np.linspace(-2.0, 3.0, num=n, endpoint=False),
    lambda n: np.linspace(0, 10, n, dtype=int),
    lambda n: np.linspace(5, 5, n, dtype=np.float32),
    lambda n: np.eye(min(n, 17)),
    lambda n: np.eye(min(n, 17), 5),
    lambda n: np.eye(3, min(n, 17), k=1),
    lambda n: np.eye(N=min(n, 17), k=-2, dtype=np.int32),
    lambda n: np.eye(4, M=6, k=n, dtype=bool),
    lambda n: np.identity(min(n, 17)),
    lambda n: np.identity(min(n, 17), dtype=np.uint8),
    lambda n: np.array([n, 2, 3]),
    lambda n: np.array((n, 0.5, True)),
    lambda n: np.array([[n, 1], [2.5, -n]]),
    lambda n: np.array([[[n], [1]], [[2], [3]]], dtype=np.int16),
    lambda n: np.array([(n, 1), (2, 3)], np.float32),
    lambda n: np.array([n > 1, False]),
    lambda n: np.array([np.int8(1), np.int16(n)]),
    lambda n: np.array([1j, n]),
    lambda n: np.array([[], []]),
    lambda n: np.array([], dtype=int),
    lambda n: np.asarray([n, 2.0]),
    lambda n: np.asarray([[n], [2]], dtype="int32"),
    lambda n: np.ascontiguousarray([n, 3]),
    lambda n: np.where(np.arange(n) % 2 == 0, 1, 2.5),
    lambda n: (np.arange(n) + 1).reshape(n, 1),
    lambda n: (np.arange(6 * n) * 2).reshape(2, n, 3),
    lambda n: (np.arange(6 * n) * 2).reshape((3, -1)),
    lambda n: np.arange(n).astype(np.float32) / 2,
    lambda n: np.zeros(n).dtype == np.float64,
    lambda n: np.zeros(np.zeros((2, n)).shape, np.zeros(1, np.int8).dtype),
]


def maker_name(function):
    """The text of the lambda."""
    import inspect

    return re.sub(r"^.*?lambda [^:]*: (.*),$", r"\1", inspect.getsource(function).strip())


@pytest.mark.parametrize("function", OF_A_LENGTH, ids=maker_name)
def test_makers(function):
    for n in SIZES:
        compare(function, n)


@pytest.mark.parametrize(
    "function",
    [
        lambda n: np.zeros(n),
        lambda n: np.ones((2, n)),
        lambda n: np.empty((n, 0)),
        lambda n: np.full(n, 1.0),
        lambda n: np.eye(n + n + 2, M=2 * n + 1),
        lambda n: np.identity(n),
        lambda n: np.linspace(0, 1, n),
        lambda n: (np.arange(5) + 1).reshape(2, 3 - n),
    ],
    ids=maker_name,
)
def test_sizes_that_are_refused(function):
    for n in (-1, -7):
        if "eye" in function.__code__.co_names:
            assert rooftop.jit(function)(n).shape == function(n).shape  # NumPy has negative lengths as 0 there
        else:
            compare(function, n, message="reshape" not in function.__code__.co_names)


def test_steps_of_nothing():
    compare(lambda n: np.arange(0, 5, n), 0, message=False)
    compare(lambda n: np.arange(0.0, 5.0, n), 0.0, message=False)


def test_empty_has_a_shape_and_a_type_and_takes_values():
    @rooftop.jit
    def f(a, n):
        x, y, z = np.empty(n, np.int16), np.empty((2, n)), np.empty_like(a)
        x.fill(3)
        y[...] = 0.5
        z[:] = a
        return x, y, z, np.empty_like(a, dtype=bool)

    for n in SIZES:
        a = arrays("float32", (n, 2))
        for got, expected in zip(f(a, n)[:3], f.py_func(a, n)):
            assert (got.dtype, got.shape, got.tolist()) == (expected.dtype, expected.shape, expected.tolist())
        assert (f(a, n)[3].dtype, f(a, n)[3].shape) == (bool, (n, 2))


# ------------------------------------------------------------------------------------------ from other arrays

OF_AN_ARRAY = [
    lambda a: np.zeros_like(a),
    lambda a: np.zeros_like(a, dtype=np.int8),
    lambda a: np.ones_like(a),
    lambda a: np.ones_like(a + a),
    lambda a: np.ones_like(a, "complex64"),
    lambda a: np.full_like(a, 1),
    lambda a: np.full_like(a, 2.5, dtype=float),
    lambda a: np.full_like(a=a, fill_value=True),
    lambda a: np.copy(a),
    lambda a: a.copy(),
    lambda a: (a + a).copy(),
    lambda a: a.T.copy(),
    lambda a: a[::-1].copy(),
    lambda a: np.array(a),
    lambda a: np.array(a, dtype=np.complex128),
    lambda a: np.asarray(a),
    lambda a: np.asarray(a, a.dtype),
    lambda a: np.asarray(a[1:]),
    lambda a: np.asarray(a, dtype=np.complex128),
    lambda a: np.ascontiguousarray(a),
    lambda a: np.ascontiguousarray(a[..., ::2]),
    lambda a: np.ascontiguousarray(a, dtype=np.complex128),
    lambda a: a.astype(np.complex64),
    lambda a: a.astype(a.dtype),
    lambda a: a.astype("complex128"),
    lambda a: (a * 2).astype(dtype=complex),
    lambda a: a.flatten(),
    lambda a: a.T.flatten(),
    lambda a: (a + a).T.flatten(),
    lambda a: (a + a).reshape(-1),
    lambda a: (a + a).reshape(a.size, 1),
    lambda a: a.copy().reshape((1, a.size)),
    lambda a: np.where(a, a, 1),
    lambda a: np.where(a == 1, 0, a),
    lambda a: np.where(a[:1] != 0, a, a + a),
    lambda a: np.where(True, a, 2),
    lambda a: a + a,
    lambda a: -(a * a) if a.dtype != np.bool_ else ~a,
    lambda a: (a + a).T,
    lambda a: (a * 2)[1:],
    lambda a: (a + a)[..., ::-2],
    lambda a: (a + 1, a == 1, a.dtype == np.float32),
    lambda a: (a + a).shape,
    lambda a: a.copy().T.copy(),
]
LAYOUTS = {
    "0": lambda d: arrays(d, 0),
    "1": lambda d: arrays(d, 1),
    "17": lambda d: arrays(d, 17),
    "1000 reversed": lambda d: arrays(d, 1000)[::-1],
    "every third": lambda d: arrays(d, 51)[::3],
    "2-D": lambda d: arrays(d, (3, 17)),
    "transposed": lambda d: arrays(d, (5, 3)).T,
    "no rows": lambda d: arrays(d, (0, 3)),
    "no columns": lambda d: arrays(d, (3, 0)),
    "window": lambda d: arrays(d, (6, 8))[1:5:2, 6:0:-2],
    "3-D": lambda d: arrays(d, (2, 3, 5)),
    "3-D transposed": lambda d: arrays(d, (2, 3, 4)).transpose(1, 2, 0),
}
DTYPES = ["bool", "int8", "int64", "uint16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("function", OF_AN_ARRAY, ids=maker_name)
def test_arrays_of_arrays(function):
    for position, make in enumerate(LAYOUTS.values()):
        for dtype in (DTYPES[position % 8], DTYPES[(position + 5) % 8], "float64"):
            compare(function, make(dtype))


@pytest.mark.parametrize("dtype", [*DTYPES, "float16"])
def test_every_type(dtype):
    def f(a, b):
        t = a + b
        return t, a.copy(), np.where(a == b, a, t), np.zeros_like(t), np.full_like(a, 1), a.astype(np.complex128), t[::2], np.array([a[0], b[0]])

    for n in (1, 3, 17, 1000):
        compare(f, arrays(dtype, n), arrays(dtype, n, 1))


CONVERSIONS = {
    "bool": lambda a: a.astype(bool),
    "int8": lambda a: a.astype(np.int8),
    "int32": lambda a: a.astype("int32"),
    "int64": lambda a: a.astype(int),
    "uint8": lambda a: np.array(a, np.uint8),
    "float16": lambda a: a.astype(np.float16),
    "float32": lambda a: np.asarray(a, np.float32),
    "float64": lambda a: (a * 2).astype(float),
}


@pytest.mark.parametrize("target", CONVERSIONS)
def test_conversions(target):
    for dtype in ("bool", "int8", "int64", "uint16", "float32", "float64"):
        a = np.abs(arrays(dtype, (3, 5))) if target == "uint8" else arrays(dtype, (3, 5))
        compare(CONVERSIONS[target], a)


BINARY = [
    lambda a, b: a + b,
    lambda a, b: np.where(a > b, a, b),
    lambda a, b: np.where(a < 0, b, 0.5),
    lambda a, b: (a - b).astype(np.float32),
    lambda a, b: (a * b).copy()[::-1],
    lambda a, b: np.maximum(a, b) * np.ones_like(b),
    lambda a, b: (a + b, a - b, (a * b).T),
    lambda a, b: (a == b).astype(int),
    lambda a, b: np.sqrt(np.abs(a) + np.abs(b)),
]


@pytest.mark.parametrize("function", BINARY, ids=maker_name)
def test_broadcasting_and_mixed_types(function):
    for a, b in [
        ((3, 1), (1, 4)),
        ((5,), (2, 5)),
        ((2, 3, 4), (3, 1)),
        ((1,), (0,)),
        ((3, 4), (3, 5)),
    ]:
        for one, other in (("float64", "float64"), ("int32", "float32"), ("int8", "uint8")):
            compare(function, arrays(one, a), arrays(other, b, 1))


def test_operands_whose_shapes_do_not_match_name_them():
    compare(lambda a, b: a + b, np.ones(3), np.ones(4))


def test_reductions_and_products_of_new_arrays():
    def f(a, b):
        p = a @ b
        centred = p - p.mean()
        return p, centred.sum(), (centred * centred).sum(axis=0), np.dot(p, np.ones(p.shape[1])), p.sum(axis=1).max()

    for n, k, m in ((1, 1, 1), (3, 17, 5), (40, 30, 20)):
        compare(f, np.abs(arrays("float64", (n, k))), np.abs(arrays("float64", (k, m))), tolerance=Tolerance(4096, 1e-9))


def filled_by_methods(a, n):
    x = np.empty(n)
    x.fill(2)
    y = np.zeros((n, 2), np.int8)
    y[:, 1].fill(-1)
    a.fill(x.sum())
    return x, y


def made_of_tuples(a):
    rows = (a[0], a[1], 2.0)
    return np.array(rows), np.array((rows, rows)), np.asarray(rows, dtype=int)


def nested_products(a, b):
    c = a @ b
    d = np.outer(c[0], c[:, 0])
    return np.einsum("ij,jk->ik", d, d) + d.T


def test_methods_and_tuples():
    for n in (0, 1, 17):
        compare(filled_by_methods, arrays("float32", n), n)
    compare(made_of_tuples, arrays("float64", 2))
    compare(nested_products, arrays("float64", (3, 4)), arrays("float64", (4, 3)))


def test_values_that_do_not_fit_are_refused():
    for value in (300, -1):
        compare(lambda a, k: np.full_like(a, k), np.zeros(3, np.uint8), value, message=False)
        compare(lambda a, k: np.full(3, k, np.uint8), np.zeros(3), value, message=False)
        compare(lambda a, k: np.array([k, 1], np.uint8), np.zeros(3), value, message=False)
        compare(lambda a, k: np.where(a > 0, a, k), np.zeros(3, np.uint8), value, message=False)


@pytest.mark.parametrize("k", [1, 2])
def test_contiguous_views_are_not_copied(k):
    """Whether a view is contiguous may be known at run time only."""

    def f(a, k):
        x = np.ascontiguousarray(a[::k])
        x[0] = 9
        return x

    compare(f, np.arange(6.0), k)


def test_all_columns_are_contiguous():
    def f(a, n):
        x = np.ascontiguousarray(a[:, :n])
        x[0, 0] = 9
        return x.sum()

    compare(f, np.ones((3, 4)), 4)
    compare(f, np.ones((3, 4)), 3)


def test_float32_bounds_of_linspace_and_arange():
    compare(lambda x: np.linspace(x, x + 1, 7), np.float32(0.1))
    compare(lambda x: np.arange(x, x + 3), np.float32(0.5))


def test_scalars_in_where():
    compare(lambda c: np.where(c, np.float32(1), 2.5) + 0, np.array([True, False]))
    compare(lambda c: np.where(c, np.int8(1), np.uint8(2)), np.array([True, False]))
    compare(lambda c: np.where(c, 1, 2), np.array([0.0, np.nan, 3.0]))


# ------------------------------------------------------------------------------------------ control flow

FLOW = []


def flow(*calls):
    """A function that is called with each of the tuples: compiled, and its ir by the interpreter."""

    def add(function):
        FLOW.append((function, calls))
        return function

    return add


A = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
M = np.arange(12.0).reshape(3, 4)
K = np.array([4, -1, 7, 0])
E0 = np.zeros(0)
LENGTHS = [(A, n) for n in (-1, 0, 1, 2, 5)]
EMPTY = E0, 3


@flow(*LENGTHS, EMPTY)
def rebound_in_a_loop(a, n):
    x = a + 1
    for i in range(n):
        x = x + i
    return x


@flow(*LENGTHS, EMPTY)
def parameter_rebound(a, n):
    for _ in range(n):
        a = a * 2
    return a


@flow(*LENGTHS)
def swapped(a, n):
    u, v = a + 1, np.zeros(len(a))
    for i in range(n):
        v[:] = u * 2
        u, v = v, u
    return u, v


@flow(*LENGTHS)
def swapped_with_a_parameter(a, n):
    u, v = a, a * 10
    for i in range(n):
        u, v = v, u
    return u, v


@flow(*LENGTHS)
def rotated_three(a, n):
    u, v, w = a + 1, a + 2, a + 3
    for i in range(n):
        u, v, w = w, u, v
        if i == 3:
            w = u
    return u, v, w


@flow((A, 0), (A, 1))
def bound_on_one_path(a, c):
    if c:
        x = a + 1
    else:
        y = a * 2
        return y[1:]
    return x


@flow((A, 0), (A, 1))
def unbound_on_one_path(a, c):
    if c:
        x = a + 1
    return x


@flow(*LENGTHS)
def unbound_without_rounds(a, n):
    for i in range(n):
        x = a * i
    return x


@flow((A, 0), (A, 1), (E0, 0))
def parameter_or_new(a, c):
    return a + 1 if c else a


@flow((A, 0), (A, 1), (A, 2), (A, 3))
def parameter_view_or_new(a, k):
    if k == 0:
        x = a
    elif k == 1:
        x = a[1:]
    elif k == 2:
        x = a + 1
    else:
        x = (a + 1)[::2]
    return x


@flow(*LENGTHS)
def early_return(a, n):
    x = a + 1
    if n < 0:
        return a
    for i in range(n):
        y = x * i
        if i == 1:
            return y[1:]
        x = y + a
        if i == 3:
            break
    else:
        return x
    return x + 100


@flow(*LENGTHS)
def breaks_and_continues(a, n):
    x = np.zeros(3)
    for i in range(n):
        t = a[:3] * i
        if i % 2 == 0:
            continue
        u = t + x
        if i == 3:
            x = u
            break
        x = u + 1
    else:
        x = x - 1
    return x


@flow(*LENGTHS)
def while_with_a_test_that_makes(a, n):
    x = a + 0.5
    k = 0
    while (x + n).sum() < 60.0 and k < 6:
        x = x + n
        k += 1
        if k == 5:
            break
    else:
        x = x * -1
    return k, x


@flow(*LENGTHS)
def endless_with_return(a, n):
    x = a.copy()
    while True:
        x = x + 1
        if x[0] > n:
            return x
        y = x[::2]


@flow((A, 2), (E0, 2))
def views_outlive_names(a, k):
    v = (a + 1)[1:]
    w = v[:k]
    v = a * 3
    return w, v[::-1]


@flow((M,), (M[:1],), (M.T,))
def row_kept_after_the_loop(m):
    t = m * 2
    kept = t[0]
    for row in t:
        if row[0] > 4.0:
            kept = row
    t = m + 1
    return kept


@flow((M,), (M.T,))
def rows_of_an_expression(m):
    total = np.zeros(m.shape[1])
    last = m[0]
    for row in m + 1:
        total = total + row
        last = row
    return total, last


@flow((A,), (E0,))
def shared_results(a):
    x = a + 1
    return x, x, x[::2], x.T, a


@flow((M,))
def shared_matrix(m):
    x = m - 1
    return x.T, x[1], x[:, ::2], x


@flow((M, 0), (M, 1))
def tuple_of_arrays_chosen(m, c):
    p = (m + 1, m[0]) if c else (m * 2, m[1] * 3)
    u, v = p
    return p, v, u


@flow((A, K.astype(float)), (A, E0))
def zipped(a, b):
    out = np.zeros(min(len(a), len(b)))
    for i, (x, y) in enumerate(zip(a + 1, b * 2)):
        out[i] = x * y
    return out


@flow((M,), (M[:0],))
def enumerated_rows(m):
    best = m.sum(axis=0)
    for i, row in enumerate(m + 1):
        if i == 1:
            best = row
            continue
        best = best + row[::-1]
    return best


@flow((M,))
def reversed_rows_zipped(m):
    x = m * 2
    for u, v in zip(x, reversed(x)):
        u[:] = v + 1
        last = u, v
    return x, last[0], last[1]


@flow((A, 1.0), (A, 100.0))
def walrus(a, limit):
    if (t := a * 2).sum() > limit:
        return t
    return (u := a + t) + u


@flow(*LENGTHS)
def walrus_in_while(a, n):
    k = 0
    while (t := a * k)[0] < 3.0 * n:
        k += 1
    return k, t


@flow(*[(A, i) for i in (-6, -5, 0, 4, 5)])
def index_error(a, i):
    x = a + 1
    y = x[1:]
    for row in (np.zeros((2, 3)) + 1):
        x = x * row[0]
    return x[i], y


@flow((A, 0), (A, 2))
def division_by_zero(a, n):
    x = a * 2
    total = 0
    for i in range(3):
        y = x + i
        total += 6 // (n - i if i < 2 else n)
        x = y
    return total, x


@flow((A, -1), (A, 2))
def raised(a, n):
    t = np.ones(abs(n)), a + 1
    if n < 0:
        raise ValueError("no")
    assert t[0].sum() > 1.0, "few"
    return t


@flow((A, 3), (A[:2], 3), (E0, 0))
def shapes_that_do_not_match(a, n):
    x = np.ones(n)
    y = a + 1
    return x + y[:n], y


def increased(x):
    return x + 1


def itself(x):
    return x


def tail(x):
    return x[1:]


def both(x, y):
    return y, x


def first_of(x, y, c):
    if c:
        return x
    return y * 2


def row_of(m, i):
    return m[i], m[i] + 1


def nothing(x):
    x[:] = 0


@flow((A,), (E0,))
def passed_and_returned(a):
    x = itself(a + 1)
    y = tail(x * 2)
    z = itself(itself(a))
    return x, y, z, increased(increased(a))


@flow((A, 0), (A, 1))
def passed_temporaries(a, c):
    u, v = both(a + 1, a)
    w = first_of(u, a - 1, c)
    x = first_of(a, u, c)
    first_of(a + 5, u + 5, c)
    both(a * 3, a * 4)[0].fill(0)
    nothing(u[1:])
    return u, v, w, x


@flow((M, 0), (M, 2), (M, 3))
def rows_from_a_callee(m, i):
    t = m + 1
    u, v = row_of(t, i)
    t = m
    return u, v, row_of(t, i)[0]


@flow((A, 0), (A, 1), (A, 5))
def recursive(a, n):
    if n == 0:
        return a
    return recursive(a + n, n - 1)


@flow((A, 0), (A, 3))
def recursive_new(a, n):
    if n == 0:
        return np.zeros(len(a))
    below = recursive_new(a[1:], n - 1)
    x = a.copy()
    x[1:] += below
    return x


@flow((A, 0), (A, 4), (A, 5))
def recursive_pair(a, n):
    if n == 0:
        return a, a + 1
    u, v = recursive_pair(a * 2, n - 1)
    if n == 4:
        return v, u[:2]
    return v, u


def even(x, n):
    return x if n == 0 else odd(x + 1, n - 1)


def odd(x, n):
    return x * 1 if n == 0 else even(x[1:], n - 1)


@flow((A, 0), (A, 1), (A, 4))
def mutual(a, n):
    t = even(a, n)
    return t, odd(t, n)


@flow((A, 3), (A, 0))
def loops_in_loops(a, n):
    x = a + 0
    for i in range(n):
        y = x * 2
        for j in range(i + 1):
            if j == 2:
                y = x
                break
            y = y - a
            for k in range(2):
                z = y
                if i == 1 and k == 1:
                    continue
                x = z + k
        else:
            x = y
    return x, y if n > 0 else x


@flow((A, 4))
def same_array_under_names(a, n):
    x = a + 1
    y = x
    z = y[1:]
    for i in range(n):
        y = z if i % 2 else x
        x = x
        w = y
    x[0] = 9
    return x, y, z, w


@flow((A, 2), (A, 0))
def stored_and_dropped(a, n):
    out = np.zeros((3, len(a)))
    for i in range(3):
        t = a * i
        out[i] = t
        t = out[i]
        if i == n:
            break
        t += 1
    a + 1
    np.zeros(3)
    return out, t


@flow((A, 1), (A, 3))
def kinds_change(a, n):
    x = np.arange(n)
    x = x * 0.5
    y = x
    x = np.zeros((n, 2))
    if n > 2:
        y = y[:2]
    return x, y


@flow((A, 0), (A, 1), (A, 2))
def logic(a, n):
    x = a + 1
    y = (n > 0 and x[0] > 0) and (x + n).sum() > 3
    z = x if y or (a * n).max() > 2 else (x + 1)[1:]
    w = (a if n == 2 else x) if n else a[:2]
    return z, w


@flow((A, 2))
def unpacked(a, n):
    (u, v), w = (a + 1, a[n:] * 2), a
    u, (v, w) = v, (u, w[1:])
    c, d = np.array([n, 7])
    p, q = np.ones((2, 3)) * n
    return c, d, u, v, w, p, q


@flow((A,))
def chained(a):
    x = y = a + 1
    z = b = x[1:]
    y = y * 2
    x += 1
    return x, y, z, b


@flow((A,), (E0,))
def augmented(a):
    x = a
    x = x + 1
    x *= 3
    x[1:] += x[:-1]
    y = x
    y -= 1
    return x, y


@flow((A, 0), (A, 2))
def conditional_expression_of_temporaries(a, n):
    return (a + 1 if n else a * 2)[1:], increased(a if n else a + 3), (a + 1 if n > 1 else a - 1).sum()


@flow((A, 3), (A, 0))
def iterated_name_rebound(a, n):
    x = a + 1
    for v in x:
        x = x * 2
        x[0] = v
        if v > n + 2:
            break
    return x


@flow((K, 2), (K, 9))
def integers(k, n):
    x = np.zeros(len(k), np.int64)
    for i, v in enumerate(k):
        if v < 0:
            continue
        x = x + v
        if v > n:
            return k, x
    while x[0] > 0:
        x = x // 2
        t = x[:1]
    return t, x


@flow((M,), (M[:1],))
def diffusion(m):
    u, v = m.copy(), np.empty_like(m)
    for _ in range(3):
        v[...] = u
        v[1:-1, 1:-1] = (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]) / 4
        u, v = v, u
    return u


@flow((M, 0), (M, 1))
def deep_tuples(m, c):
    t = ((m + 1, m[0]), m[1] * 2)
    if c:
        t = ((m, t[0][1]), t[1])
    (x, y), z = t
    for i in range(2):
        (x, y), z = (x + 1, z), y
    return x, (y, z)


FLOWS = pytest.mark.parametrize("function, calls", FLOW, ids=[f.__name__ for f, _ in FLOW])


def shared(result):
    """Which of the result's arrays share memory."""
    flat = list(leaves(result))
    return [np.shares_memory(x, y) if isinstance(x, np.ndarray) and isinstance(y, np.ndarray) else x is y for x in flat for y in flat]


def leaves(value):
    if isinstance(value, tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@FLOWS
def test_control_flow(function, calls):
    for args in calls:
        compiled = compare(function, *args)
        expected, got = run(function, clone(args)), run(compiled, clone(args))
        if expected.error is None:
            assert shared(got.value) == shared(expected.value)


def written(value):
    """An argument as rooftop-opt reads it."""
    if isinstance(value, np.ndarray):
        return json.dumps(value.tolist()) if value.size else f"zeros({', '.join(map(str, value.shape))})"
    return json.dumps(value)


def same_values(tokens, expected):
    """The interpreter's results with those of Python: an integer behind an array is the array's owner."""
    tokens = list(tokens)
    for value in leaves(expected):
        got = tokens.pop(0)
        if isinstance(value, np.ndarray):
            assert got == value.tolist()
            if tokens and isinstance(tokens[0], int) and not isinstance(tokens[0], bool):
                tokens.pop(0)
        else:
            assert got == value
    assert tokens == []


@FLOWS
@pytest.mark.parametrize("passes", ["", "simplify,owners", "all"])
def test_references_in_the_interpreter(function, calls, passes, root, tmp_path):
    """It stops where an array is used after its last reference, or still has one at the end."""
    tool = root / "build" / "release" / "rooftop-opt"
    if not tool.exists():
        pytest.skip("rooftop-opt is not built")
    compiled = rooftop.jit(fp_model="strict")(function)
    for args in calls:
        expected = run(function, clone(args))
        file = tmp_path / "f.ir"
        file.write_text(compiled.ir(*args))
        name = re.search(rf'func @(\S+) "{function.__name__}"', file.read_text())[1]
        call = f"{name}({', '.join(map(written, args))})"
        done = subprocess.run([tool, f"--passes={passes}", f"--run={call}", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        line = done.stdout.split("\n")[0]
        if expected.error is not None:
            assert line == f"raises {type(expected.error).__name__}: {expected.error}"
        else:
            same_values(json.loads("[" + line.removeprefix("returns ") + "]"), expected.value)


# ------------------------------------------------------------------------------------------ memory

RESIDENT = """
    import resource
    import numpy as np
    import rooftop

    def resident():
        return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

    def grown(f, *args):
        f(*args)
        before = resident()
        f(*args)
        return (resident() - before) >> 20
"""


def lines_of(run_python, text, **variables):
    import textwrap

    done = run_python(textwrap.dedent(RESIDENT) + textwrap.dedent(text), **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_loops_that_make_arrays_do_not_grow(run_python):
    lines = lines_of(
        run_python,
        """
        @rooftop.jit
        def kept(a, n):
            total = 0.0
            x = a
            for i in range(n):
                x = np.full(131072, float(i))
                total += x[i]
            return total, x

        @rooftop.jit
        def rebound(a, n):
            x, y = a + 1, a[1:]
            for i in range(n):
                if i % 3 == 0:
                    continue
                x, y = y + 1 if i % 2 else x * 2, x
                if len(y) < 1000 or len(x) != len(y):
                    x = y = a.copy()
            return x

        print(grown(kept, np.zeros(3), 20000), grown(rebound, np.zeros(131072), 3000))
        print(kept(np.zeros(3), 20000)[0])
        """,
    )
    assert [int(n) < 50 for n in lines[0].split()] == [True, True], lines
    assert float(lines[1]) == 20000 * 19999 / 2


def test_calls_do_not_leak(run_python):
    lines = lines_of(
        run_python,
        """
        import rooftop as rp

        @rooftop.jit
        def several(a, i):
            x = a + 1
            y = np.zeros((len(a), 3))
            return x, x[::2], y.T, a, x[i]

        def often(f, *args):
            for k in range(10000):
                try:
                    f(*args)
                except IndexError:
                    pass

        for a in (np.ones(1000), np.ones(3), rp.ones(1000)):
            print(grown(often, several, a, 0), grown(often, several, a, 5000))
        """,
    )
    assert all(int(n) < 20 for line in lines for n in line.split()), lines


def test_recursion_without_end_frees_its_arrays(run_python):
    lines = lines_of(
        run_python,
        """
        @rooftop.jit
        def f(a, n):
            return f(a + 1, n + 1) + a if n >= 0 else a

        def often():
            for k in range(20):
                try:
                    f(np.ones(10), 0)
                except RecursionError:
                    pass

        print(grown(often))
        """,
    )
    assert int(lines[0]) < 50


def test_sizes_beyond_memory_are_errors_and_all_goes_on(run_python):
    lines = lines_of(
        run_python,
        """
        @rooftop.jit
        def zeros(n, m, k):
            x = np.ones(1000)
            y = np.zeros((n, m, k))
            y[n - 1, m - 1, k - 1] = 1
            return x, y

        @rooftop.jit
        def vector(n):
            return np.zeros(n)

        @rooftop.jit
        def outer(a):
            return np.zeros((len(a), len(a), len(a), len(a), len(a), len(a))) + 1

        for call in ((zeros, 1 << 60, 1, 1), (zeros, 1 << 50, 1, 1), (zeros, 1 << 32, 1 << 32, 1), (zeros, 1 << 31, 1 << 31, 4),
                     (zeros, 1 << 30, 1 << 30, 2), (vector, 1 << 60), (vector, 1 << 61), (vector, (1 << 63) - 1), (outer, np.ones(1 << 11))):
            try:
                print(call[0](*call[1:]))
            except (MemoryError, ValueError) as error:
                print(type(error).__name__)
        x, y = zeros(2, 3, 4)
        print(x.sum(), y.sum(), vector(3).tolist())
        """,
    )
    assert lines == ["MemoryError"] * 9 + ["1000.0 1.0 [0.0, 0.0, 0.0]"]


def test_results_outlive_the_arguments_and_are_their_own():
    @rooftop.jit
    def f(a):
        x = a + 1
        return x, x[1:], a[1:], a.copy(), np.zeros(len(a))

    for make in (np.arange, rp.arange):
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


def test_read_only_arguments_give_writable_results():
    a = np.arange(5.0)
    a.flags.writeable = False

    @rooftop.jit
    def f(a):
        x = a.copy()
        x[0] = 9
        return x, a + 1, a[1:], np.asarray(a)

    x, y, z, w = f(a)
    assert [r.flags.writeable for r in (x, y, z, w)] == [True, True, False, False]
    assert x.tolist() == [9, 1, 2, 3, 4] and w is a


def test_a_parameter_that_may_be_read_only_or_new():
    @rooftop.jit
    def f(a, c):
        x = a + 1 if c else a
        return x

    a = np.arange(3.0)
    a.flags.writeable = False
    assert f(a, 0) is a
    assert f(a, 1).tolist() == [1, 2, 3]


# ------------------------------------------------------------------------------------------ rooftop's own arrays

OURS = [
    lambda n: rp.zeros(n),
    lambda n: rp.ones((n, 2), rp.float32),
    lambda n: rp.full((2, n), 7, dtype="int8"),
    lambda n: rp.arange(n),
    lambda n: rp.arange(0.5, n, 0.25),
    lambda n: rp.linspace(0, 1, n, endpoint=False),
    lambda n: rp.eye(3, n, k=1),
    lambda n: rp.identity(n, bool),
    lambda n: rp.array([[n, 1.5], [2, 3]]),
    lambda n: rp.where(rp.arange(n) > 1, 2, 3.5),
    lambda n: (rp.arange(2 * n) + 1).reshape(2, n).T,
    lambda n: rp.arange(n).astype(rp.complex64)[::2],
    lambda n: rp.zeros_like(rp.ones((n, 2)))[1:],
]
OURS_OF_ARRAYS = [
    lambda a: a + 1,
    lambda a: (a * 2)[1:],
    lambda a: a.copy(),
    lambda a: a.flatten(),
    lambda a: a.T.copy(),
    lambda a: rp.asarray(a),
    lambda a: rp.ascontiguousarray(a, dtype=rp.float32),
    lambda a: rp.where(a > 1, a, 0),
    lambda a: rp.full_like(a, 2),
    lambda a: rp.empty_like(a) * 0,
    lambda a: rp.copy(a)[:1],
    lambda a: a.astype(float),
]


def same_ours(got, expected):
    assert type(got) is type(expected) is rp.ndarray
    assert (got.dtype, got.shape, got.tolist()) == (expected.dtype, expected.shape, expected.tolist())


@pytest.mark.parametrize("function", OURS, ids=maker_name)
def test_makers_of_rooftop(function):
    for n in (0, 1, 3, 17):
        compiled = rooftop.jit(function)
        same_ours(compiled(n), function(n))
        same_ours(compiled(n), function(n))


@pytest.mark.parametrize("function", OURS_OF_ARRAYS, ids=maker_name)
def test_arrays_of_rooftop(function):
    for dtype in ("int32", "float64"):
        for a in (rp.arange(5), rp.arange(0), rp.arange(2000)[::-2], rp.arange(12).reshape(3, 4).T):
            same_ours(rooftop.jit(function)(a.astype(dtype)), function(a.astype(dtype)))


@FLOWS
def test_control_flow_with_arrays_of_rooftop(function, calls):
    """The same functions: without an argument of NumPy's, only the module's own np.zeros and its like give NumPy's."""
    text = define("import rooftop as np\n" + "\n\n".join(sources(function)), function.__name__)
    for args in calls:
        ours = tuple(rp.array(x) if isinstance(x, np.ndarray) else x for x in args)
        expected = run(function, clone(args))
        got = run(rooftop.jit(text), ours)
        assert type(got.error) is type(expected.error)
        if expected.error is not None:
            continue
        for x, y in zip(leaves(got.value), leaves(expected.value), strict=True):
            if isinstance(y, np.ndarray):
                assert type(x) is rp.ndarray and x.tolist() == y.tolist()
            else:
                assert x == y


def sources(function):
    """The function's text and those of the functions that it may call."""
    import inspect

    helpers = increased, itself, tail, both, first_of, row_of, nothing, even, odd
    return [re.sub(r"^@flow.*\n", "", inspect.getsource(f)) for f in (*helpers, function)]
