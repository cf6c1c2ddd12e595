"""Whole arrays in compiled code: what is refused and how it is said, and that products become contractions."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from contractions import SHAPES, operands
from corpus.sources import define, line_of

import rooftop

REFUSED = {
    "truth": ("truth value", "def f(a, b):\n    if a < b:  #!\n        return 1"),
    "element": ("element", "def f(a, b):\n    a[0, 0] = a + b  #!"),
    "tuple": ("tuple", "def f(a, b):\n    a[:] = a + (1, 2)  #!"),
    "string": ("str", "def f(a, b):\n    a[:] = a + 'x'  #!"),
    "rank": ("dimensions", "def f(a, b):\n    a[0] += b  #!"),
    "rank_stored": ("rank 2 into one of rank 1", "def f(a, b):\n    a[0] = a + b  #!"),
    "matmul_in_place": ("in-place matrix", "def f(a, b):\n    a @= b  #!"),
    "matmul_of_number": ("enough dimensions", "def f(a, b):\n    a[:] = a @ 2  #!"),
    "keyword": ("where", "def f(a, b):\n    np.add(a, b, out=a, where=True)  #!"),
    "out_kind": ("np.add(out=…) must be an array", "def f(a, b):\n    np.add(a, b, out=a.shape)  #!"),
    "out_type": ("out of bool", "def f(a, b, c=np.zeros((2, 2), bool)):\n    np.add(a, b, out=c)  #!"),
    "out_rank": ("dimensions", "def f(a, b):\n    np.dot(a, b, out=a[0])  #!"),
    "outer_of_matrices": ("outer", "def f(a, b):\n    a[:] = np.outer(a, b)  #!"),
    "einsum_unknown": ("string", "def f(a, b, c='ij'):\n    a[:] = np.einsum(1, a)  #!"),
    "einsum_ellipsis": ("ellipsis", "def f(a, b):\n    a[:] = np.einsum('...i->...i', a)  #!"),
    "einsum_count": ("operands", "def f(a, b):\n    a[:] = np.einsum('ij,jk->ik', a)  #!"),
    "einsum_rank": ("dimensions", "def f(a, b):\n    a[:] = np.einsum('ijk->ij', a)  #!"),
    "einsum_output": ("never appeared", "def f(a, b):\n    a[:] = np.einsum('ij->ik', a)  #!"),
    "einsum_twice": ("multiple times", "def f(a, b):\n    a[:] = np.einsum('ij->ii', a)  #!"),
    "einsum_letter": ("'1'", "def f(a, b):\n    a[:] = np.einsum('i1->i', a)  #!"),
    "axis_of_a_variable": ("constant integer", "def f(a, b):\n    k = int(a[0, 0])\n    a[0] = b.sum(axis=k)  #!"),
    "axis_out_of_bounds": ("axis 2 is out of bounds for array of dimension 2", "def f(a, b):\n    return a.sum(axis=2)  #!"),
    "sum_of_number": ("pass an array", "def f(a, b):\n    return np.sum(a[0, 0])  #!"),
    "sum_into_out": ("out=", "def f(a, b):\n    np.sum(a, out=b)  #!"),
    "largest_complex": ("complex", "def f(a, b):\n    return np.max(a * 1j)  #!"),
    "einsum_number": ("number", "def f(a, b):\n    a[:] = np.einsum('ij,->ij', a, 2)  #!"),
}


def error_of(text, *args):
    function = define("import numpy as np\n" + text)
    with pytest.raises(rooftop.CompileError) as caught:
        rooftop.jit(function)(*args)
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_place(name):
    words, text = REFUSED[name]
    error = error_of(text, np.ones((2, 2)), np.ones((2, 2)))
    assert error.lineno == line_of("import numpy as np\n" + text, "#!")
    assert words in str(error)


@pytest.mark.parametrize(
    "dtype, statement, kept",
    [("int64", "a += 1.5", False), ("int64", "a /= 2", False), ("uint8", "a += b", False), ("float32", "a += 1j", False), ("float32", "a += c", True), ("int8", "a *= b", True)],
)
def test_casting_of_in_place_operators_is_numpy_s(dtype, statement, kept):
    text = f"def f(a, b, c):\n    {statement}  #!"
    args = np.ones(2, dtype), np.ones(2, "int16"), np.ones(2)
    if kept:
        function = define(text)
        expected = args[0].copy()
        function(expected, *args[1:])
        rooftop.jit(function)(*args)
        assert np.array_equal(args[0], expected)
        return
    with pytest.raises(TypeError) as numpy_error:
        define(text)(*args)
    error = error_of(text, *args)
    assert str(numpy_error.value).replace("_UFuncOutputCastingError", "") in str(error)
    assert np.array_equal(args[0], np.ones(2))


def test_buffers_that_are_no_arrays_have_no_arithmetic():
    for buffer in (array("d", [1.0]), memoryview(bytearray(8)).cast("d")):
        assert "asarray" in error_of("def f(a):\n    a[:] = a + a  #!", buffer).hint


def test_read_only_targets_raise():
    a = np.ones(3)
    a.flags.writeable = False

    @rooftop.jit
    def f(a):
        a += 1

    with pytest.raises(ValueError, match="read-only"):
        f(a)


def test_an_exception_leaves_the_target_alone():
    @rooftop.jit
    def f(a, b, out):
        out[:] = a**b

    a, b, out = np.array([2, 3, 4]), np.array([2, 2, -1]), np.zeros(3, "int64")
    with pytest.raises(ValueError, match="negative integer powers"):
        f(a, b, out)
    assert not out.any()


def matrix_product(A, B, C):
    C[:] = A @ B


def added_product(A, B, C):
    C += A @ B


def negated_product(A, B, C):
    C -= 2.0 * (A @ B)


def dot_into(A, B, C):
    np.dot(A, B, out=C)


def einsum(A, B, C):
    C[:] = np.einsum("ik,kj->ij", A, B)


def transposed_operand(A, B, C):
    C[:] = A @ B.T.T


def rows(A, B, C):
    for i in range(A.shape[0]):
        for k in range(A.shape[1]):
            C[i, :] += A[i, k] * B[k, :]


def rows_of_products(A, B, C):
    for i in range(A.shape[0]):
        C[i] = A[i] @ B


def dots(A, B, C):
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            C[i, j] = np.dot(A[i, :], B[:, j])


def outers(A, B, C):
    for k in range(A.shape[1]):
        C += np.outer(A[:, k], B[k, :])


def loops_over_views(A, B, C):
    for i in range(A.shape[0]):
        row, out = A[i], C[i]
        for j in range(B.shape[1]):
            column = B[:, j]
            for k in range(len(row)):
                out[j] += row[k] * column[k]


# Multiples of 1/8 that are small: their sums are exact in any order.
PRODUCTS = [matrix_product, added_product, negated_product, dot_into, einsum, transposed_operand, rows, rows_of_products, dots, outers, loops_over_views]


@pytest.mark.parametrize("function", PRODUCTS, ids=lambda f: f.__name__)
def test_products_are_contractions(contractions, function):
    for n, p, m in SHAPES:
        contractions.check(function, *operands(n, p, m))


def views_of(base, *windows):
    """Windows (rows, columns, transposed) of a copy of the array, and the copy."""
    copy = base.copy()
    return copy, [(copy[r, c].T if transposed else copy[r, c]) for r, c, transposed in windows]


ALL = slice(None)
OVERLAPS = {
    "one array": [(ALL, ALL, False)] * 3,
    "its transpose": [(ALL, ALL, False), (ALL, ALL, True), (ALL, ALL, False)],
    "windows": [(slice(0, 20), slice(0, 20), False), (slice(20, 40), slice(0, 20), False), (slice(10, 30), slice(0, 20), False)],
    "side by side": [(ALL, slice(0, 13), False), (slice(0, 13), slice(13, 26), False), (ALL, slice(26, 39), False)],
}


@pytest.mark.parametrize("windows", OVERLAPS.values(), ids=OVERLAPS)
@pytest.mark.parametrize("function", [matrix_product, added_product, rows, outers], ids=lambda f: f.__name__)
def test_products_onto_operands(function, windows):
    base = operands(40, 40, 40)[0]
    expected, args = views_of(base, *windows)
    with np.errstate(all="ignore"):
        function(*args)
    got, args = views_of(base, *windows)
    rooftop.jit(fp_model="strict")(function)(*args)
    assert np.array_equal(got, expected, equal_nan=True)
    assert not np.array_equal(got, base)


def test_large_expressions_agree_with_numpy():
    @rooftop.jit
    def f(a, b, x, out):
        out[:] = (a - b) * x + np.sqrt(np.abs(a)) / 2.0
        out[1:] += out[:-1] * 0.5
        out[:, ::2] -= 1

    rng = np.random.default_rng(0)
    a, b, x = rng.random((700, 300)), rng.random((700, 300)), rng.random(300)
    expected, got = np.zeros((700, 300)), np.zeros((700, 300))
    f.py_func(a, b, x, expected)
    f(a, b, x, got)
    np.testing.assert_allclose(got, expected, rtol=1e-14, atol=1e-14)


def test_explain_counts_products():
    function = rooftop.jit(matrix_product)
    for _ in range(2):
        function(*operands(40, 20, 30))
    text = function.explain()
    assert "contraction" in text and "48 kflop" in text
