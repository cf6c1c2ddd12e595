"""Dense and sparse linear algebra as loops: matmul in every order and layout, factorisations, solvers."""

import math

import numpy as np

from .registry import case, cases, options
from .values import INF, NAN, f64, fortran, i64, layouts, noise, ramp

N, K, M = 5, 4, 3


def product(dtype="float64", order="C", rows=N, inner=K, columns=M):
    return (
        np.array(noise((rows, inner), dtype), order=order),
        np.array(noise((inner, columns), dtype, 2), order=order),
        np.zeros((rows, columns), dtype, order=order),
    )


PRODUCTS = (
    product(),
    product("float32"),
    product("int32"),
    product("uint8"),
    product("complex128"),
    product(order="F"),
    product(rows=17, inner=33, columns=9),
    product(rows=0),
    product(inner=0),
    product(rows=1, inner=1, columns=1),
)


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_ijk(a, b, c):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_ikj(a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            for j in range(b.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_jik(a, b, c):
    for j in range(b.shape[1]):
        for i in range(a.shape[0]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_jki(a, b, c):
    for j in range(b.shape[1]):
        for k in range(a.shape[1]):
            for i in range(a.shape[0]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_kij(a, b, c):
    for k in range(a.shape[1]):
        for i in range(a.shape[0]):
            for j in range(b.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS)
@options(atol=1e-5)
def matmul_kji(a, b, c):
    for k in range(a.shape[1]):
        for j in range(b.shape[1]):
            for i in range(a.shape[0]):
                c[i, j] += a[i, k] * b[k, j]


@cases(*PRODUCTS[:7])
@options(atol=1e-5)
def matmul_with_accumulator(a, b, c):
    n, m, p = a.shape[0], a.shape[1], b.shape[1]
    for i in range(n):
        for j in range(p):
            total = 0
            for k in range(m):
                total += a[i, k] * b[k, j]
            c[i, j] = total


@case(noise((4, 5)), noise((4, 3)), np.zeros((5, 3)))
@case(noise((2, 2), "float32"), noise((2, 2), "float32"), np.zeros((2, 2), "float32"))
@options(atol=1e-5)
def matmul_transposed_left(a, b, c):
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            for k in range(a.shape[0]):
                c[i, j] += a[k, i] * b[k, j]


@case(noise((4, 5)), noise((3, 5)), np.zeros((4, 3)))
@case(noise((4, 4)), noise((4, 4)), noise((4, 4)).T)
@options(atol=1e-13)
def matmul_transposed_right(a, b, c):
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[j, k]


def in_place_product():
    m = noise((4, 4))
    return m, m, m


def overlapping_product():
    m = noise((6, 4))
    return m[:4], noise((4, 4), seed=5), m[2:]


@cases(in_place_product(), overlapping_product())
@options(strict_only="values grow to 1e79, and roundings with them")
def matmul_overlapping(a, b, c):
    """The target is one of the operands: the order of the loops is what it is in Python."""
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases((noise((3, 4)), noise((3, 5)), np.zeros((3, 5))), (noise((3, 4)), noise((4, 2)), np.zeros((3, 3))))
@options(atol=1e-13)
def matmul_wrong_shapes(a, b, c):
    """The loops run into an index error where the shapes don't fit, after what came before was stored."""
    for i in range(a.shape[0]):
        for j in range(c.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]


@cases((f64(1, NAN, INF).reshape(1, 3), f64(1, 0, -0.0).reshape(3, 1), np.zeros((1, 1))))
def matmul_of_specials(a, b, c):
    for i in range(1):
        for j in range(1):
            for k in range(3):
                c[i, j] += a[i, k] * b[k, j]


@cases((noise((3, 4, 5)), noise((3, 5, 2)), np.zeros((3, 4, 2))))
@options(atol=1e-13)
def batched_matmul(a, b, c):
    for s in range(a.shape[0]):
        for i in range(a.shape[1]):
            for j in range(b.shape[2]):
                for k in range(a.shape[2]):
                    c[s, i, j] += a[s, i, k] * b[s, k, j]


@cases((noise((4, 3)), np.zeros((4, 4))), (noise((1, 1)), np.zeros((1, 1))))
@options(atol=1e-13)
def syrk(a, c):
    for i in range(a.shape[0]):
        for j in range(i + 1):
            total = 0.0
            for k in range(a.shape[1]):
                total += float(a[i, k]) * float(a[j, k])
            c[i, j] = total
            c[j, i] = total


@cases((noise((3, 4)), noise((4, 3), seed=2), np.full((3, 3), INF)), (np.full((2, 2), INF), noise((2, 2)), np.full((2, 2), INF)))
def min_plus_product(a, b, c):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                s = a[i, k] + b[k, j]
                if s < c[i, j]:
                    c[i, j] = s


@cases((noise((4, 3)), noise(3), np.zeros(4)), (noise((0, 3)), noise(3), np.zeros(0)), (noise((3, 4)).T, noise(3), np.zeros(4)))
@options(atol=1e-13)
def matrix_vector(a, x, y):
    for i in range(len(a)):
        for j in range(len(x)):
            y[i] += a[i, j] * x[j]


@cases((noise(4), noise(3), np.zeros((4, 3))), (i64(1, 2), i64(3), np.zeros((2, 1), "int64")))
def outer_product(x, y, a):
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            a[i, j] = p * q


@cases((ramp((3, 4)), np.zeros((4, 3))), (ramp((2, 2), "int8"), np.zeros((2, 2), "int8")), (fortran(ramp((3, 2))), np.zeros((2, 3))))
def transpose(a, b):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            b[j, i] = a[i, j]


@cases(ramp((4, 4)), fortran(ramp((3, 3))), ramp((1, 1)))
def transpose_in_place(a):
    for i in range(len(a)):
        for j in range(i):
            a[i, j], a[j, i] = a[j, i], a[i, j]


def dominant(n, seed=1):
    return noise((n, n), seed=seed) + n * np.eye(n)


@cases(*layouts(dominant(5)), dominant(1), np.zeros((2, 2)))
@options(atol=1e-12)
def lu_in_place(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]


@cases((noise((5, 5)), np.zeros(5, "int64")), (f64(0, 1, 1, 0).reshape(2, 2), np.zeros(2, "int64")))
@options(atol=1e-12)
def lu_with_pivots(a, pivots):
    n = len(a)
    sign = 1
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[p, k]):
                p = i
        pivots[k] = p
        if p != k:
            sign = -sign
            for j in range(n):
                a[k, j], a[p, j] = a[p, j], a[k, j]
        for i in range(k + 1, n):
            a[i, k] = a[i, k] / a[k, k]
            for j in range(k + 1, n):
                a[i, j] = a[i, j] - a[i, k] * a[k, j]
    return sign


def positive(n):
    m = noise((n, n))
    return m @ m.T + n * np.eye(n)


@cases(positive(4), fortran(positive(5)), positive(1), -positive(3))
@options(atol=1e-12)
def cholesky(a):
    """math.sqrt raises where the matrix is not positive definite."""
    n = len(a)
    for j in range(n):
        for k in range(j):
            a[j, j] -= a[j, k] * a[j, k]
        a[j, j] = math.sqrt(a[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a[i, j] /= a[j, j]
    for i in range(n):
        for j in range(i + 1, n):
            a[i, j] = 0.0


@cases((np.tril(dominant(4)), noise(4)), (np.eye(2), f64(1, 2)))
@options(atol=1e-13)
def forward_substitution(lower, b):
    for i in range(len(b)):
        for j in range(i):
            b[i] -= lower[i, j] * b[j]
        b[i] /= lower[i, i]


@cases((dominant(5), noise(5)), (dominant(1), f64(3)))
@options(atol=1e-12)
def gauss_solve(a, b):
    n = len(b)
    for k in range(n):
        for i in range(k + 1, n):
            f = a[i, k] / a[k, k]
            for j in range(k, n):
                a[i, j] -= f * a[k, j]
            b[i] -= f * b[k]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            b[i] -= a[i, j] * b[j]
        b[i] /= a[i, i]


@cases((f64(0, 1, 1), f64(4, 4, 4), f64(1, 1, 0), f64(5, 6, 5)), (f64(0), f64(2), f64(0), f64(3)))
@options(atol=1e-14)
def thomas_solve(low, diagonal, up, x):
    for i in range(1, len(x)):
        w = low[i] / diagonal[i - 1]
        diagonal[i] -= w * up[i - 1]
        x[i] -= w * x[i - 1]
    x[-1] = x[-1] / diagonal[-1]
    for i in range(len(x) - 2, -1, -1):
        x[i] = (x[i] - up[i] * x[i + 1]) / diagonal[i]


@case(f64(1, 2, 3, 4), i64(0, 2, 1, 3), i64(0, 2, 2, 4), f64(1, 1, 1, 1), f64(0, 0, 0))
@case(f64(), i64(), i64(0), f64(), f64())
@case(f64(1.0), i64(9), i64(0, 1), f64(1, 1), f64(0))
@options(atol=1e-14)
def sparse_matrix_vector(data, columns, starts, x, y):
    for i in range(len(y)):
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            total += float(data[k]) * float(x[columns[k]])
        y[i] = total


@cases((dominant(4), f64(1, 1, 1, 1), f64(0, 0, 0, 0), 20), (np.eye(1), f64(2), f64(0), 3))
@options(atol=1e-10)
def power_iteration(a, v, w, steps):
    size = 0.0
    for _ in range(steps):
        for i in range(len(v)):
            w[i] = 0.0
            for j in range(len(v)):
                w[i] += a[i, j] * v[j]
        size = 0.0
        for x in w:
            size = max(size, abs(float(x)))
        for i in range(len(v)):
            v[i] = w[i] / size
    return size


@cases((positive(4), noise(4), np.zeros(4), 4), (np.eye(2), f64(1, 2), f64(0, 0), 2))
@options(atol=1e-8)
def steepest_descent(a, b, x, steps):
    n = len(b)
    for _ in range(steps):
        rr = 0.0
        rar = 0.0
        for i in range(n):
            ri = float(b[i])
            for j in range(n):
                ri -= float(a[i, j]) * float(x[j])
            rr += ri * ri
        for i in range(n):
            rar += float(a[i, i]) * rr / n
        step = rr / rar if rar > 0.0 else 0.0
        for i in range(n):
            x[i] += step * b[i]
    return x[0]


@cases((noise((4, 3)), np.zeros((3, 3))), (noise((1, 2)), np.zeros((2, 2))))
@options(atol=1e-12)
def gram_schmidt(q, r):
    n, m = q.shape
    for k in range(m):
        size = 0.0
        for i in range(n):
            size += float(q[i, k]) ** 2
        r[k, k] = math.sqrt(size)
        for i in range(n):
            q[i, k] /= r[k, k]
        for j in range(k + 1, m):
            for i in range(n):
                r[k, j] += q[i, k] * q[i, j]
            for i in range(n):
                q[i, j] -= q[i, k] * r[k, j]


@cases(*layouts(noise((4, 4))), np.zeros((2, 3)))
@options(atol=1e-12)
def frobenius_and_trace(a):
    total = 0.0
    trace = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += float(a[i, j]) * float(a[i, j])
            if i == j:
                trace += float(a[i, j])
    return math.sqrt(total), trace


@cases((noise((3, 3)), noise(3), np.zeros((3, 3))))
@options(atol=1e-12)
def relu_of_affine(a, bias, out):
    for i in range(3):
        for j in range(3):
            total = float(bias[j])
            for k in range(3):
                total += float(a[i, k]) * float(a[k, j])
            out[i, j] = total if total > 0.0 else 0.0
