"""Contractions whatever the layout: operands and targets anywhere in memory, also in each other's; errors on the way."""

from __future__ import annotations

import numpy as np
import pytest
from contractions import noise, operands, product, strict

# ---------------------------------------------------------------- operands and targets in memory


def left_transposed(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[0]):
                C[i, j] += A[k, i] * B[k, j]


def both_transposed(A, B, C):
    for i in range(C.shape[1]):
        for j in range(C.shape[0]):
            for k in range(A.shape[0]):
                C[j, i] += A[k, i] * B[j, k]


LAYOUTS = {
    "C": lambda a: a,
    "Fortran": np.asfortranarray,
    "every second": lambda a: np.repeat(np.repeat(a, 2, 0), 2, 1)[::2, ::2],
    "rows apart": lambda a: np.concatenate([a, a], 1)[:, : a.shape[1]],
    "backwards": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
}


@pytest.mark.parametrize("target", LAYOUTS)
@pytest.mark.parametrize("operand", LAYOUTS)
@pytest.mark.parametrize("shape", [(13, 29, 17), (40, 9, 300), (6, 0, 4), (1, 70, 5)], ids=str)
def test_layouts(contractions, target, operand, shape):
    n, p, m = shape
    A, B, C = operands(n, p, m)
    A, B = LAYOUTS[operand](A), LAYOUTS[operand](B)
    compiled, found = contractions.compile(product, A, B, LAYOUTS[target](C))
    assert found
    expected, got = C.copy(), LAYOUTS[target](C.copy())
    product(A, B, expected)
    compiled(A, B, got)
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("shape", [(13, 29, 17), (40, 9, 300)], ids=str)
def test_transposed_operands(contractions, shape):
    n, p, m = shape
    contractions.check(left_transposed, noise(m, n), noise(m, p), noise(n, p))
    contractions.check(both_transposed, noise(m, n), noise(p, m), noise(p, n))


def test_elements_that_share_memory_keep_the_order():
    base = noise(20)
    for shape, strides in (((6, 10), (8, 8)), ((6, 10), (0, 8)), ((6, 10), (16, 8))):
        results = []
        for function in (product, strict(product)):
            memory = base.copy()
            function(noise(6, 5), noise(5, 10), np.lib.stride_tricks.as_strided(memory, shape, strides))
            results.append(memory)
        assert np.array_equal(*results)


def test_a_target_that_is_an_operand():
    for use in (lambda a: (a, a, a), lambda a: (a, a.T, a), lambda a: (a[::-1], a, a), lambda a: (a[:, ::-1], a, a)):
        results = []
        for function in (product, strict(product)):
            a = noise(9, 9)
            function(*use(a))
            results.append(a)
        assert np.array_equal(*results, equal_nan=True)


def other_block(A, s):
    for i in range(s, A.shape[0]):
        for j in range(s, A.shape[1]):
            for k in range(s):
                A[i, j] -= A[i, k] * A[k, j]


@pytest.mark.parametrize("s", [0, 1, 5, 16, 40])
def test_other_parts_of_the_target(contractions, s):
    contractions.check(other_block, noise(40, 43), s)


def overlapping_block(A, low, high):
    for i in range(4, A.shape[0]):
        for j in range(3, A.shape[1]):
            for k in range(low, high):
                A[i, j] = A[i, j] * 0.5 + A[i, k] * A[k, j]


@pytest.mark.parametrize("bounds", [(0, 3), (0, 4), (2, 9), (0, 20)])
def test_parts_of_the_target_that_overlap(contractions, bounds):
    contractions.check(overlapping_block, noise(20, 20), *bounds)


# ---------------------------------------------------------------- errors keep their place


def test_an_operand_that_is_too_short_raises_after_the_same_stores():
    results = []
    for function in (product, strict(product)):
        C = noise(6, 7)
        with pytest.raises(IndexError):
            function(noise(6, 5), noise(4, 7), C)
        results.append(C)
    assert np.array_equal(*results)
