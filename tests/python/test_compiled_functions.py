"""NumPy's functions that are written in Python and compiled along: results, types and errors against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from beside_numpy import expressions
from corpus.compare import Tolerance, clone, outcome_difference, run
from corpus.sources import define

import rooftop
from rooftop import _compiled

CLOSE = Tolerance(64, 1e-13)
TYPES = ["float64", "float32", "int64", "int32", "uint8", "bool"]
NAN, INF = float("nan"), float("inf")


def check(expression, *calls, parameters="a", message=True, tolerance=CLOSE):
    """The compiled expression against NumPy's, for the arguments of each call."""
    plain = define(f"import numpy as np\ndef f({parameters}):\n    return {expression}\n")
    compiled = rooftop.jit(plain)
    for args in calls:
        args = args if isinstance(args, tuple) else (args,)
        expected, got = run(plain, clone(args)), run(compiled, clone(args))
        text = outcome_difference(expected, got, tolerance, message=message)
        assert text is None, f"{expression} of {args}: {text}"


def some(dtype, shape, seed=0):
    """Small numbers of the type with ties."""
    kind = np.dtype(dtype).kind
    values = np.random.default_rng(seed).integers(0 if kind in "ub" else -6, 7, shape)
    return (values * (0.375 if kind == "f" else 1)).astype(dtype)


def with_nans(dtype, shape):
    a = some(dtype, shape, 3)
    a[..., 1::3] = np.nan
    return a


def another_type(expression, types):
    """It differs from expression to expression: each takes a compilation."""
    return types[1 + len(expression) % (len(types) - 1)]


def vectors(expression, types=TYPES):
    other = another_type(expression, types)
    yield from (some("float64", n) for n in (0, 1, 2, 3, 5, 17, 100))
    yield from (with_nans("float64", 9), with_nans("float64", 50), np.full(4, NAN), np.array([0.0, INF, -INF, 1.0]))
    yield from (some(other, 51)[::3], some(other, 40)[::-1], some(other, 4)[::3], some(other, 4)[4::2])


def matrices(expression, types=TYPES):
    other = another_type(expression, types)
    yield from (some("float64", (3, 5)), some("float64", (1, 1)), with_nans("float64", (4, 7)))
    yield from (some(other, (7, 4)).T, some(other, (6, 8))[1:5:2, 6:0:-2])


@expressions("""
np.argmax(a) ; np.argmin(a) ; a.argmax() ; a.argmin(0) ; np.argmax(a, axis=-1) ; np.cumsum(a) ; a.cumsum(axis=0)
np.cumprod(a) ; np.var(a) ; np.std(a) ; a.var(ddof=1) ; np.std(a, axis=0, ddof=2) ; np.ptp(a * 1) ; np.cumsum(a, dtype=np.float32)
np.sort(a) ; np.argsort(a, kind="stable") ; np.unique(a) ; np.median(a) ; np.flatnonzero(a) ; np.nonzero(a)
a.nonzero() ; np.count_nonzero(a) ; np.flip(a) ; np.flip(a, 0) ; np.flipud(a) ; np.roll(a, 2) ; np.roll(a, -5, axis=0)
np.repeat(a, 3) ; a.repeat(2, 0) ; np.tile(a, 3) ; np.tile(a, 0) ; np.diag(a) ; np.diag(a, 2)
np.quantile(a * 1, 0.3) ; np.expand_dims(a, 0) + 0 ; np.expand_dims(a, axis=-1) + 0
np.atleast_1d(a) ; np.atleast_2d(a) ; np.nansum(a) ; np.nanmax(a) ; np.nanmin(a) ; np.nanmean(a)
np.linalg.norm(a) ; np.linalg.norm(a, 1) ; np.linalg.norm(a, 2) ; np.linalg.norm(a, np.inf) ; np.linalg.norm(a, 0) ; np.linalg.norm(a, 3) ; np.transpose(a)
""")
def test_vectors(expression):
    check(expression, *vectors(expression), tolerance=Tolerance(512, 1e-12))


@expressions("""
np.diff(a) ; np.diff(a, 2) ; np.diff(a, n=3, axis=-1) ; np.round(a) ; np.around(a, 1) ; np.round(a, decimals=-1) ; a.round(2)
np.trapezoid(a) ; np.trapezoid(a, dx=0.5) ; np.nan_to_num(a) ; np.nan_to_num(a, nan=1, posinf=7, neginf=-7)
np.clip(a, 1, 3) ; a.clip(1) ; np.clip(a, None, 2) ; np.clip(a, a_min=0, a_max=2)
""")
def test_vectors_of_numbers(expression):
    check(expression, *vectors(expression, TYPES[:-1]))


@expressions("""
np.argmax(a) ; np.argmax(a, 0) ; np.argmax(a, axis=1) ; a.argmin(axis=0) ; np.argmin(a, -1)
np.cumsum(a) ; np.cumsum(a, 0) ; a.cumsum(1) ; np.cumprod(a) ; np.cumprod(a, axis=0)
np.var(a) ; np.var(a, 0) ; np.var(a, axis=1, ddof=1) ; a.std() ; a.std(0) ; np.ptp(a * 1, axis=1)
np.sort(a) ; np.sort(a, 0) ; np.argsort(a, kind="stable") ; np.argsort(a, 0, kind="stable") ; np.unique(a)
np.median(a, axis=0) ; np.median(a, 1) ; np.flatnonzero(a) ; np.nonzero(a) ; np.count_nonzero(a)
np.roll(a, 3) ; np.roll(a, 4, axis=1) ; np.flip(a) ; np.flip(a, 0) ; np.flip(a, axis=1) ; np.flipud(a) ; np.fliplr(a)
np.repeat(a, 2) ; np.repeat(a, 2, axis=0) ; np.repeat(a, 3, axis=1) ; np.trace(a) ; a.trace(1) ; np.trace(a, offset=-1)
np.diag(a) ; np.diag(a, 1) ; np.diagonal(a, -1) ; a.diagonal() ; np.triu(a) ; np.triu(a, 1) ; np.tril(a) ; np.tril(a, k=-2) ; np.tril(a, 99)
np.kron(a, a[:2]) ; np.expand_dims(a, 1) + 0 ; np.swapaxes(a, 0, 1) ; np.transpose(a) ; np.atleast_2d(a) ; np.nansum(a) ; np.nanmax(a)
np.linalg.norm(a) ; np.linalg.norm(a, axis=0) ; np.linalg.norm(a, axis=1)
""")
def test_matrices(expression):
    read_only = "diag" in expression  # NumPy's are views
    if read_only:
        expression += " + 0"
    check(expression, *matrices(expression), tolerance=Tolerance(512, 1e-12))


@expressions("""
np.diff(a) ; np.diff(a, axis=0) ; np.diff(a, 2, 1) ; np.round(a, 1) ; np.nan_to_num(a) ; np.clip(a, 1, 2)
np.cov(a) ; np.cov(a, rowvar=False) ; np.cov(a, bias=True) ; np.cov(a, ddof=0) ; np.corrcoef(a)
""")
def test_matrices_of_numbers(expression):
    calls = [a for a in matrices(expression, TYPES[:-1]) if a.size > 1 or "co" not in expression]
    check(expression, *calls, tolerance=Tolerance(512, 1e-12))


# ------------------------------------------------------------------------------------------ of several


A, B, I = some("float64", 7), some("float64", 4, 1), some("int64", 7, 2)
M, N, K = some("float64", (4, 3)), some("float64", (2, 3), 1), some("int32", (4, 3), 2)


@expressions("""
np.concatenate((a, b)) ; np.concatenate((a, b, a, b), axis=0) ; np.hstack((a, b))
np.append(a, b) ; np.convolve(a, b) ; np.convolve(a, b, "same") ; np.convolve(b, a, mode="valid") ; np.convolve(b, a, "same")
np.kron(a, b) ; np.searchsorted(np.cumsum(np.abs(a)), b) ; np.searchsorted(np.cumsum(np.abs(a)), b, side="right") ; np.array_equal(a, b)
np.array_equal(a, a) ; np.polyval(a, b) ; np.polyval(b, 2) ; np.polyval(a, 0.5) ; np.searchsorted(np.cumsum(np.abs(a)), 1)
np.searchsorted(np.cumsum(b * b), 1.5, "right") ; np.meshgrid(a, b) ; np.meshgrid(a, b, indexing="ij") ; np.interp(b, np.arange(len(a)), a)
np.interp(b, np.arange(len(a)) * 0.5, a, left=-1, right=7.5) ; np.interp(1.25, np.arange(len(b)), b) ; np.interp(2, np.arange(len(b)), b)
np.cross(a[:3], b[:3]) ; np.average(a) ; np.percentile(a, np.array([0, 10, 50, 99.5, 100])) ; np.quantile(b, b * b / 9)
""")
def test_two_vectors(expression):
    others = [(I, B), (I, I[1:5].copy()), (some("float32", 7), some("float32", 9)[::2])]
    check(expression, (A, B), others[len(expression) % 3], parameters="a, b")


@expressions("""
np.vstack((a, b)) ; np.stack((a, b)) ; np.stack((a, b), -1) ; np.column_stack((a, b)) ; np.cov(a, b)
np.column_stack((a, b, b)) ; np.isclose(a, b) ; np.allclose(a, b) ; np.allclose(a, a, equal_nan=True) ; np.isclose(a, a + 1e-9)
np.isclose(a, b, rtol=0.5, atol=0.25, equal_nan=True) ; np.average(a, weights=b * b) ; np.trapezoid(a, b) ; np.corrcoef(a, b)
np.clip(a, b, b + 1) ; np.clip(a, a_min=None, a_max=b) ; np.append(a, b) ; np.array_equal(a, b)
""")
def test_vectors_of_one_length(expression):
    n = np.array([1.0, NAN, INF, -INF])
    f = some("float32", 7)
    special = [(n, n), (n, n[::-1])] if "co" not in expression else []
    other = (I, A) if len(expression) % 2 else (f, f[::-1])
    check(expression, (A, A), (A, A + 1e-7), other, *special, parameters="a, b", message=False)


@expressions("""
np.concatenate((a, b)) ; np.concatenate((a, b, a), axis=-2) ; np.concatenate((a, a, a), -1)
np.vstack((a, b)) ; np.vstack((a, b[0])) ; np.hstack((a, a)) ; np.stack((a, a)) ; np.column_stack((a, a[:, 0])) ; np.append(a, b)
np.kron(a, b) ; np.cross(a[:2], b) ; np.array_equal(a, b) ; np.array_equal(a, a) ; np.isclose(a, b[0]) ; np.clip(a, 0, b[0])
np.take(a, np.array([2, 0, -1])) ; np.take(a, np.array([1, -1]), axis=0) ; a.take(np.array([1, 1]), 0) ; np.searchsorted(a[0] * a[0] * 0, b)
""")
def test_two_matrices(expression):
    others = [(K, N), (K, K[:2].copy()), (M[:, ::-1], N)]
    check(expression, (M, N), others[len(expression) % 3], parameters="a, b")


@expressions("np.concatenate([a, b, a]) ; np.hstack([a, b]) ; np.vstack([a, a]) ; np.stack([a, a], axis=1)")
def test_lists(expression):
    check(expression, (A, B), parameters="a, b")


def test_shapes_that_do_not_fit():
    for expression in ("np.concatenate((a, b), 1)", "np.concatenate((a, b))", "np.vstack((a, b))", "np.stack((a, b))"):
        check(expression, (M, np.ones((3, 2))), parameters="a, b", message="stack((" in expression and "v" not in expression)
    check("np.stack((a, b))", (A, B), parameters="a, b")
    check("np.concatenate((a, b))", (M, B), parameters="a, b", message=False)


@expressions("""
np.bincount(a) ; np.bincount(a, minlength=9) ; np.bincount(a, a * 0.5) ; np.bincount(a, weights=a, minlength=2) ; np.bincount(a, minlength=-1)
""")
def test_bincount(expression):
    some_ints = [some(d, n) for d in ("uint8", "int64", "int32") for n in ((1, 50) if "*" in expression or "weights" in expression else (0, 1, 50))]
    check(expression, *some_ints, np.abs(some("int64", 9)), np.abs(some("int64", 90))[::4])


@expressions("""
np.histogram(a) ; np.histogram(a, 5) ; np.histogram(a, bins=7, range=(0, 3)) ; np.histogram(a, range=(-1.5, 1.5), bins=3)
np.histogram(a, 0) ; np.histogram(a, 3, (2, 1)) ; np.histogram(a, np.array([-1.0, 0.0, 0.75, 3.0])) ; np.histogram(a, np.array([1, 0]))
""")
def test_histogram(expression):
    random = np.random.default_rng(1).normal(size=1000)
    edges = [some("int64", 100), some("int32", 50)[::3]]
    check(expression, A, np.full(3, 2.0), random, random[::-2], M, *edges) if "array" not in expression else check(expression, A, random, *edges)
    if "range" not in expression and "array" not in expression:
        check(expression, np.empty(0), np.array([1.0, NAN]))


def test_messages_are_texts_put_together():
    @rooftop.jit
    def f(x, name):
        if x < 0:
            raise ValueError("x of " + name + " is negative")
        return x

    with pytest.raises(ValueError, match=r"^x of f is negative$"):
        f(-1, "f")



def test_order_of_many():
    """Runs of every length, many ties, and what pivots are bad for."""
    random = np.random.default_rng(5)

    def f(a):
        b = a.copy()
        b.sort()
        return np.sort(a), np.argsort(a), np.median(a), np.percentile(a, 31), np.unique(a), b

    def plain(a):
        return np.sort(a), np.argsort(a, kind="stable"), np.median(a), np.percentile(a, 31), np.unique(a), np.sort(a)

    compiled = rooftop.jit(f)
    for n in [*range(1, 70), 1000, 1023, 1024, 1025, 1536, 5000]:
        for values in (random.normal(size=n), random.integers(0, 9, n) * 1.0, np.arange(n) * 1.0, -np.arange(n) * 1.0, np.arange(n) % 2.0):
            text = outcome_difference(run(plain, (values,)), run(compiled, (values,)), CLOSE)
            assert text is None, f"{n}: {text}"


def test_sort_in_place():
    def f(a, m):
        a.sort()
        m.sort(axis=0)
        m[1:].sort()

    args = with_nans("float64", 30)[::-1], some("int32", (5, 6))
    assert outcome_difference(run(f, clone(args)), run(rooftop.jit(f), clone(args))) is None


# ------------------------------------------------------------------------------------------ linear algebra


@expressions("np.linalg.det(a) ; np.linalg.inv(a) ; np.linalg.solve(a, a[0]) ; np.linalg.solve(a, a[:, :2]) ; np.linalg.cholesky(a @ a.T)")
def test_linear_systems(expression):
    random = np.random.default_rng(2)
    calls = [random.normal(size=(n, n)) + np.eye(n) for n in (1, 2, 5, 48, 49, 130)]
    check(expression, *calls, random.integers(-9, 9, (4, 4)) + 20 * np.eye(4, dtype=int), tolerance=Tolerance(10**6, 1e-9))


def test_systems_without_a_solution():
    zero, wide = np.ones((3, 3)), np.ones((2, 3))
    assert rooftop.jit(lambda a: np.linalg.det(a))(zero) == 0.0
    for name, text in (("inv(a)", "Singular matrix"), ("solve(a, a)", "Singular matrix"), ("cholesky(-a)", "Matrix is not positive definite")):
        compiled = rooftop.jit(define(f"import numpy as np\ndef f(a):\n    return np.linalg.{name}\n"))
        for a, message in ((zero, text), (wide, "Last 2 dimensions of the array must be square")):
            with pytest.raises(ValueError, match=message):
                compiled(a)


# ------------------------------------------------------------------------------------------ numbers and errors


@expressions("""
np.round(x) ; np.round(x, 1) ; np.around(x, -1) ; np.clip(x, 0, 2) ; np.isclose(x, x) ; np.allclose(x, 1) ; np.linspace(0, x, 3)
np.logspace(0, x, 5) ; np.logspace(0, x, 4, base=2.0) ; np.logspace(0, x, num=3, endpoint=False)
""")
def test_numbers(expression):
    check(expression, 1.25, 2, np.float32(0.5), np.int32(7), parameters="x")


@expressions("""
np.repeat(a, -1) ; np.percentile(a, 101) ; np.quantile(a, -0.5) ; np.quantile(a, np.array([0.5, 2])) ; np.convolve(a, a[:0]) ; np.argmax(a[:0])
np.argmin(a[:0], 0) ; np.interp(a, a[:0], a[:0]) ; np.interp(a, a, a[1:]) ; np.diff(a, -1) ; np.take(a, np.array([0, 99])) ; np.nanmax(a[:0])
np.bincount(a.astype(int) - 9) ; np.argmax(a[:, None][:, :0], axis=1) ; np.average(a, weights=a * 0)
""")
def test_errors(expression):
    check(expression, A, message="diff" not in expression)


@pytest.mark.parametrize("name", ["argmax", "cumsum", "sort", "roll", "flip", "repeat", "median", "var"])
def test_refusals(name):
    more = ", 1" if name in ("roll", "repeat") else ""
    for axis, argument in (("2", np.ones((2, 2))), ("n", np.ones((2, 2)))):
        f = define(f"import numpy as np\ndef f(a, n):\n    return np.{name}(a{more}, axis={axis})\n")
        with pytest.raises(rooftop.CompileError, match="compiled code"):
            rooftop.jit(f)(argument, 0)


def test_the_table_names_functions_of_numpy():
    for name, function in _compiled.FUNCTIONS.items():
        path = name.split(".")[1:]
        found = getattr(np.linalg, path[1]) if len(path) == 2 else getattr(np, path[0])
        assert callable(found) and callable(function)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8"])
def test_fill_diagonal(dtype):
    def f(a):
        np.fill_diagonal(a, 7)

    args = (some(dtype, (3, 5)),)
    assert outcome_difference(run(f, clone(args)), run(rooftop.jit(f), clone(args))) is None


@expressions("sum(a) ; sum(a[1:], 0.5) ; np.ndim(a) ; np.ndim(a[0]) ; np.shape(a) ; np.size(a)")
def test_sizes_and_pythons_sum(expression):
    check(expression, A, np.arange(5), message=False)
