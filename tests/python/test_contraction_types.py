"""Contractions of every element type and in other algebras than sums of products: the plain loops' bits."""

from __future__ import annotations

import numpy as np
import pytest
from contractions import SHAPES, operands, product, subtracted

# ---------------------------------------------------------------- other algebras


def min_plus(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] = min(C[i, j], A[i, k] + B[k, j])


def min_plus_by_if(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                d = A[i, k] + B[k, j]
                if d < C[i, j]:
                    C[i, j] = d


def min_plus_conditional(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                d = A[i, k] + B[k, j]
                best = d if d < best else best
            C[i, j] = best


def max_times(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                best = max(A[i, k] * B[k, j], best)
            C[i, j] = best


def max_plus(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                if A[i, k] + B[k, j] > best:
                    best = A[i, k] + B[k, j]
            C[i, j] = best


SEMIRINGS = [min_plus, min_plus_by_if, min_plus_conditional, max_times, max_plus]


@pytest.mark.parametrize("function", SEMIRINGS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32"])
def test_semirings(contractions, function, dtype):
    for n, p, m in SHAPES:
        A, B, C = operands(n, p, m, [dtype] * 3)
        if A.size > 3 and dtype.startswith("float"):
            A.flat[3] = np.nan
        contractions.check(function, A, B, C)


def reachable(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] |= A[i, k] & B[k, j]


def parity(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] ^= A[i, k] & B[k, j]


@pytest.mark.parametrize("function", [reachable, parity])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64"])
def test_logic(contractions, function, dtype):
    for n, p, m in SHAPES:
        contractions.check(function, *operands(n, p, m, [dtype] * 3, low=0))


# ---------------------------------------------------------------- element types

DTYPES = ["float32", "float64", "complex64", "complex128", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
          "uint64"]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", [product, subtracted], ids=lambda f: f.__name__)
def test_element_types(contractions, dtype, function):
    low = 0 if dtype.startswith("u") else -40
    for n, p, m in SHAPES:
        with np.errstate(over="ignore"):
            contractions.check(function, *operands(n, p, m, [dtype] * 3, low))


@pytest.mark.parametrize(
    "types", [("float32", "float32", "float64"), ("float64", "float64", "float32"), ("int8", "int8", "int32"),
              ("float64", "float32", "float64"), ("int32", "float64", "float64"), ("uint8", "int8", "int32"),
              ("float64", "complex128", "complex128"), ("int16", "int16", "int64")], ids=str
)  # fmt: skip
def test_mixed_element_types(contractions, types):
    for n, p, m in SHAPES:
        contractions.check(product, *operands(n, p, m, types, low=0))


def widened(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.float64(0.0)
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums_wider_than_the_target(contractions, shape):
    n, p, m = shape
    contractions.check(widened, *operands(n, p, m, ["float32"] * 3))
