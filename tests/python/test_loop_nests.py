"""Loop nests that the optimiser schedules, guards or must leave alone: the same bits as CPython under strict."""

from __future__ import annotations

import numpy as np
import pytest

import rooftop


def check(function, *args):
    """Runs the function compiled and in Python on copies of the arguments, which must end alike."""
    expected = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    got = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    with np.errstate(all="ignore"):
        result = function(*expected)
    assert rooftop.jit(fp_model="strict")(function)(*got) == result
    for e, g in zip(expected, got, strict=True):
        assert np.array_equal(e, g, equal_nan=True) if isinstance(e, np.ndarray) else e == g


def noise(*shape, dtype="float64"):
    values = np.random.default_rng(sum(shape)).integers(-40, 40, shape)
    return (values / 8).astype(dtype) if np.dtype(dtype).kind == "f" else values.astype(dtype)


# ---------------------------------------------------------------- vectors used as matrices


def flat_scale(a, b, n, m):
    for i in range(n):
        for j in range(m):
            a[i * m + j] = a[i * m + j] * 2.0 + b[i * m + j]


def flat_stencil(a, b, n, m):
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            a[i * m + j] = b[i * m + j - 1] + b[i * m + j + 1] + b[(i - 1) * m + j] + b[(i + 1) * m + j]


def flat_in_place(a, b, n, m):
    for i in range(n):
        for j in range(1, m):
            a[i * m + j] = a[i * m + j] + a[i * m + j - 1]


def flat_named(a, b, n, m):
    for i in range(n):
        row = i * m
        for j in range(m):
            t = row + j
            a[t] = b[t] - a[t]


@pytest.mark.parametrize("function", [flat_scale, flat_stencil, flat_in_place, flat_named])
@pytest.mark.parametrize(("n", "m"), [(50, 100), (3, 7), (0, 5), (1, 33)])
def test_vectors_as_matrices(function, n, m):
    check(function, noise(n * m), noise(n * m), n, m)


def test_a_flat_index_beyond_the_end_raises_after_the_same_stores():
    a, b = noise(60), noise(60)
    expected = a.copy()
    for f, x in ((flat_scale, expected), (rooftop.jit(fp_model="strict")(flat_scale), a)):
        with pytest.raises(IndexError):
            f(x, b, 4, 20)
    assert np.array_equal(a, expected)


# ---------------------------------------------------------------- contractions


def gemm(A, B, C, alpha, beta):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = alpha * s + beta * C[i, j]


def scaled_start(A, B, C, alpha, beta):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] *= beta
            for k in range(A.shape[1]):
                C[i, j] += alpha * A[i, k] * B[k, j]


def old_element_in_each_term(A, B, C, alpha, beta):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = alpha
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j] + C[i, j]
            C[i, j] = s


def difference_to_start(A, B, C, alpha, beta):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = beta
            start = s
            for k in range(A.shape[1]):
                s -= A[i, k] * B[k, j]
            C[i, j] = s - start


@pytest.mark.parametrize("function", [gemm, scaled_start, old_element_in_each_term, difference_to_start])
@pytest.mark.parametrize("terms", [0, 1, 300])
def test_products_with_starts_and_epilogues(function, terms):
    check(function, noise(13, terms), noise(terms, 29), noise(13, 29), 0.5, -1.25)


def rows_between(A, B, C, low, high):
    for i in range(low, high):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


@pytest.mark.parametrize(("low", "high"), [(0, 20), (3, 17), (10, 3), (7, 7), (-4, 20), (2**62, -(2**62))])
def test_products_over_some_rows(low, high):
    check(rows_between, noise(20, 30), noise(30, 40), noise(20, 40), low, high)


@pytest.mark.parametrize("dtype", ["float32", "int64", "int32", "uint8"])
def test_products_of_other_types(dtype):
    check(rows_between, noise(9, 11, dtype=dtype), noise(11, 70, dtype=dtype), noise(9, 70, dtype=dtype), 0, 9)


@pytest.mark.parametrize("view", [lambda x: x.T, lambda x: x[::-1], lambda x: x[:, ::-1], lambda x: x[::2, ::2]])
def test_products_of_views(view):
    A, B = noise(40, 40), noise(40, 40)
    for a, b in ((view(A), B), (A, view(B)), (view(A), view(B))):
        n = min(a.shape[1], b.shape[0])
        check(rows_between, a[:, :n], b[:n], noise(a.shape[0], b.shape[1]), 0, a.shape[0])


def test_a_product_onto_its_own_operand():
    expected, got = noise(6, 6) / 8, noise(6, 6) / 8
    rows_between(expected, expected.T, expected, 0, 6)
    rooftop.jit(fp_model="strict")(rows_between)(got, got.T, got, 0, 6)
    assert np.array_equal(expected, got)


# ---------------------------------------------------------------- independent and dependent rounds


def same_rows_again(A, n):
    for i in range(n):
        row = A[i % 2]
        for j in range(row.shape[0]):
            row[j] = row[j] * 0.5 + i


def own_rows(A, n):
    for i in range(A.shape[0]):
        row = A[i]
        for j in range(row.shape[0]):
            row[j] = row[j] + n


def two_views(A, n):
    upper, lower = A[1:], A[:-1]
    for i in range(upper.shape[0]):
        for j in range(upper.shape[1]):
            upper[i, j] = lower[i, j] + 1.0


def swapped(A, n):
    a, b = A[0], A[1]
    for _ in range(5):
        for j in range(1, a.shape[0]):
            b[j] = a[j - 1] + 1.0
        a, b = b, a


def fixed_choice(A, n):
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if n > 3:
                A[i, j] = A[i, j] + n
            else:
                A[i, j] = 0.0


@pytest.mark.parametrize("function", [same_rows_again, own_rows, two_views, swapped, fixed_choice])
@pytest.mark.parametrize("n", [2, 400])
def test_rows_as_views(function, n):
    check(function, noise(4, 700), n)


def fill(A, low, high):
    for i in range(low, high):
        A[i] = 1.0


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1000), (5, 3), (2**63 - 2, -(2**63) + 200), (2**62, -(2**62)), (-(2**63), -(2**63)), (2**63 - 1, 2**63 - 1)],
)
def test_ranges_at_the_ends_of_64_bits(low, high):
    check(fill, noise(1000), low, high)


def ragged(A, n, parts):
    for i in range(n):
        for j in range(A.shape[1] // parts):
            A[i, j] = i * j


@pytest.mark.parametrize(("n", "parts"), [(4, 3), (0, 0), (0, 5)])
def test_a_bound_that_exists_only_where_its_loop_runs(n, parts):
    check(ragged, noise(4, 9), n, parts)
