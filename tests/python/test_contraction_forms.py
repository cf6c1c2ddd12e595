"""Contractions in every form of loops: what is recognised, and that the result is the plain loops', bit for bit."""

from __future__ import annotations

import pytest
from contractions import SHAPES, noise, operands, product, subtracted

# ---------------------------------------------------------------- loop orders

ORDER = """
def {order}(A, B, C):
    n, p, m = C.shape[0], C.shape[1], A.shape[1]
    for {0} in range({1}):
        for {2} in range({3}):
            for {4} in range({5}):
                C[i, j] += A[i, k] * B[k, j]
"""


@pytest.mark.parametrize("order", ["ijk", "ikj", "jik", "jki", "kij", "kji"])
def test_loop_orders(contractions, order, tmp_path, monkeypatch):
    parts = [x for v in order for x in (v, {"i": "n", "j": "p", "k": "m"}[v])]
    (tmp_path / f"order_{order}.py").write_text(ORDER.format(*parts, order=order))
    monkeypatch.syspath_prepend(tmp_path)
    function = getattr(__import__(f"order_{order}"), order)
    for n, p, m in SHAPES:
        contractions.check(function, *operands(n, p, m))


# ---------------------------------------------------------------- starts, signs, ends


def accumulator(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s


def zeroed_element(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def zeroed_row(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def zeroed_before(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def scaled(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.5 * C[i, j]
            for k in range(A.shape[1]):
                C[i, j] += 1.25 * A[i, k] * B[k, j]


def alpha_beta(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = 1.25 * s + 0.5 * C[i, j]


def from_an_operand(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = B[0, j]
            for k in range(1, A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s if s > 0.0 else 0.0


def relu(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = max(s + 0.25, 0.0)


def named_parts(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            a = A[i, k]
            for j in range(C.shape[1]):
                C[i, j] = C[i, j] + a * B[k, j]


def horner(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s = s * B[k, j] + A[i, k]
            C[i, j] = s


STARTS = [accumulator, zeroed_element, zeroed_row, zeroed_before, subtracted, scaled, alpha_beta, relu,
          named_parts, horner]  # fmt: skip


@pytest.mark.parametrize("function", STARTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_starts_and_ends(contractions, function, shape):
    n, p, m = shape
    contractions.check(function, *operands(n, p, m))


def test_a_start_from_an_operand(contractions):
    contractions.check(from_an_operand, *operands(13, 29, 300))


# ---------------------------------------------------------------- triangles and bands


def syrk_lower(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i + 1):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * A[j, k]


def syrk_upper(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i, C.shape[0]):
            s = 0.5
            for k in range(A.shape[1]):
                s += A[i, k] * A[j, k]
            C[i, j] = s + 0.25 * C[i, j]


def trmm_lower(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(i + 1):
                s += A[i, k] * B[k, j]
            C[i, j] = s


def trmm_upper(A, B, C):
    for i in range(C.shape[0]):
        for k in range(i, A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def trmm_terms_outside(A, B, C):
    for k in range(A.shape[1]):
        for i in range(k, C.shape[0]):
            for j in range(C.shape[1]):
                C[i, j] -= A[i, k] * B[k, j]


def trmm_right(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.125
            for k in range(j):
                C[i, j] += A[i, k] * B[k, j]


def both_triangular(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i + 1):
            for k in range(j, i + 1):
                C[i, j] += A[i, k] * B[k, j]


def banded(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(max(0, i - 3), min(A.shape[1], i + 5)):
                C[i, j] += A[i, k] * B[k, j]


TRIANGLES = [syrk_lower, syrk_upper, trmm_lower, trmm_upper, trmm_terms_outside, trmm_right, both_triangular, banded]


@pytest.mark.parametrize("function", TRIANGLES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [0, 1, 2, 7, 41, 70])
def test_triangles(contractions, function, n):
    contractions.check(function, *operands(n, n, n))


@pytest.mark.parametrize("function", [syrk_lower, trmm_upper, trmm_terms_outside], ids=lambda f: f.__name__)
def test_triangles_with_many_terms(contractions, function):
    n, m = (17, 700) if function is syrk_lower else (300, 300)
    contractions.check(function, noise(n, m), noise(m, 9), noise(n, n if function is syrk_lower else 9))


# ---------------------------------------------------------------- more and fewer dimensions


def batched(A, B, C):
    for b in range(C.shape[0]):
        for i in range(C.shape[1]):
            for j in range(C.shape[2]):
                for k in range(A.shape[2]):
                    C[b, i, j] += A[b, i, k] * B[b, k, j]


def shared_right(A, B, C):
    for b in range(C.shape[0]):
        for i in range(C.shape[1]):
            for j in range(C.shape[2]):
                s = 0.0
                for k in range(A.shape[2]):
                    s += A[b, i, k] * B[0, k, j]
                C[b, i, j] = s


@pytest.mark.parametrize("function", [batched, shared_right])
@pytest.mark.parametrize(
    "shape",
    # The last three: more than one group of products, of blocks of terms, of blocks of columns.
    [(1, 5, 6, 7), (5, 8, 8, 8), (3, 17, 21, 40), (0, 3, 3, 3), (130, 3, 5, 4), (3, 9, 30, 300), (2, 5, 500, 6)],
    ids=str,
)
def test_batches(contractions, function, shape):
    b, n, p, m = shape
    contractions.check(function, noise(b, n, m), noise(max(b, 1), m, p), noise(b, n, p))


def batched_twice(A, B, C):
    for a in range(C.shape[0]):
        for b in range(C.shape[1]):
            for i in range(C.shape[2]):
                for j in range(C.shape[3]):
                    s = 0.0
                    for k in range(A.shape[3]):
                        s += A[a, b, i, k] * B[b, k, j]
                    C[a, b, i, j] = max(s, 0.0)


@pytest.mark.parametrize("shape", [(2, 3, 4, 5, 6), (3, 70, 2, 9, 3), (2, 3, 4, 5, 300)], ids=str)
def test_batches_of_batches(contractions, shape):
    a, b, n, p, m = shape
    contractions.check(batched_twice, noise(a, b, n, m), noise(b, m, p), noise(a, b, n, p))


def matrix_vector(A, x, y):
    for i in range(y.shape[0]):
        s = 0.0
        for k in range(x.shape[0]):
            s += A[i, k] * x[k]
        y[i] = s


def vector_matrix(A, x, y):
    for k in range(x.shape[0]):
        for j in range(y.shape[0]):
            y[j] += x[k] * A[k, j]


@pytest.mark.parametrize("shape", [(1, 1), (7, 300), (100, 33), (0, 4), (4, 0), (1000, 9)])
def test_matrix_and_vector(contractions, shape):
    n, m = shape
    contractions.check(matrix_vector, noise(n, m), noise(m), noise(n))
    contractions.check(vector_matrix, noise(n, m), noise(n), noise(m))


def convolution_1d(x, w, y):
    for i in range(y.shape[0]):
        for k in range(w.shape[0]):
            y[i] += x[i + k] * w[k]


def convolution_2d(x, w, y):
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            s = 0.0
            for r in range(w.shape[0]):
                for c in range(w.shape[1]):
                    s += x[i + r, j + c] * w[r, c]
            y[i, j] = s


def convolution_layer(x, w, y):
    for o in range(y.shape[0]):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                for c in range(x.shape[0]):
                    for r in range(w.shape[2]):
                        for s in range(w.shape[3]):
                            y[o, i, j] += w[o, c, r, s] * x[c, i + r, j + s]


@pytest.mark.parametrize("n", [1, 5, 64, 333])
def test_convolutions(contractions, n):
    contractions.check(convolution_1d, noise(n + 6), noise(7), noise(n))
    contractions.check(convolution_2d, noise(9 + 2, n + 4), noise(3, 5), noise(9, n))
    contractions.check(convolution_layer, noise(3, 6, n + 2), noise(8, 3, 3, 3), noise(8, 4, n))


# ---------------------------------------------------------------- what stays as it is


def floyd_warshall(d):
    for k in range(d.shape[0]):
        for i in range(d.shape[0]):
            for j in range(d.shape[0]):
                d[i, j] = min(d[i, j], d[i, k] + d[k, j])


def guarded_read(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                if k < B.shape[0]:
                    C[i, j] += A[i, k] * B[k, j]


def earlier_element(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            start = C[i, j]
            for k in range(A.shape[1]):
                C[i, j] += start * B[k, j]


# Flat tiles, wide and masked; pairs of vectors; few columns, whose rows are lanes, with terms and rows left over.
EDGES = [(1, 1, 40), (1, 300, 9), (3, 260, 40), (3, 300, 20), (4, 95, 7), (5, 1, 3)]
EDGES += [(17, 1, 33), (40, 2, 24), (21, 3, 8), (19, 3, 33), (37, 4, 35), (12, 12, 12), (9, 130, 5)]
# The same beyond little products: more than 32 x 32 x 32 terms, or an extent of 128.
EDGES += [(41, 40, 24), (37, 45, 53), (33, 130, 8), (12, 300, 12), (3, 128, 4), (45, 300, 17), (2, 700, 30), (29, 150, 3)]
# Tiles of little products: low, high and of one vector, with edges of all lengths.
EDGES += [(rows, 7, columns) for rows in (3, 5, 11, 16) for columns in (4, 9, 33)]


@pytest.mark.parametrize("shape", EDGES)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int16", "complex128"])
def test_shapes_at_the_edges_of_tiles(contractions, shape, dtype):
    contractions.check(product, *operands(*shape, dtypes=(dtype,) * 3))


def test_not_contractions(contractions):
    contractions.check(floyd_warshall, noise(17, 17), recognised=False)
    contractions.check(guarded_read, noise(5, 20), noise(11, 9), noise(5, 9), recognised=False)
    contractions.check(earlier_element, *operands(5, 9, 7), recognised=False)
