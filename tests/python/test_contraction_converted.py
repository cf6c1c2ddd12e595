"""Contractions whose operands are converted first: float16 and bfloat16 to float32, narrow integers to 32 bits."""

from __future__ import annotations

import numpy as np
import pytest
from contractions import SHAPES, operands

import rooftop

LAYOUTS = ["C", "F", "strided", "reversed"]


def laid_out(values, layout):
    if layout == "F":
        return np.asfortranarray(values)
    if layout == "strided":
        wide = np.zeros((2 * values.shape[0] + 1, 3 * values.shape[1] + 1), values.dtype)
        view = wide[1::2, 1::3]
        view[...] = values
        return view
    return values[::-1, ::-1].copy()[::-1, ::-1] if layout == "reversed" else values


def of_all_bits(n, m, dtype):
    """Values from the whole range, its ends among them."""
    info = np.iinfo(dtype)
    values = np.random.default_rng(n * m).integers(info.min, info.max, (n, m), endpoint=True).astype(dtype)
    values[: n // 2, : m // 2] = info.min
    values[n // 2 :, m // 3 :] = info.max
    return values


def int32_in_place(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += np.int32(A[i, k]) * np.int32(B[k, j])


def int32_sums(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.int32(7)
            for k in range(A.shape[1]):
                s = np.int32(B[k, j]) * np.int32(A[i, k]) + s
            C[i, j] = s


def uint32_by_terms(A, B, C):
    for k in range(A.shape[1]):
        for i in range(C.shape[0]):
            for j in range(C.shape[1]):
                C[i, j] += np.uint32(A[i, k]) * np.uint32(B[k, j])


def float32_sums(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.float32(0)
            for k in range(A.shape[1]):
                s += np.float32(A[i, k]) * np.float32(B[k, j])
            C[i, j] = s


def float32_in_place(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += np.float32(A[i, k]) * np.float32(B[k, j])


def read_both_ways(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.float32(0)
            for k in range(A.shape[1]):
                s += np.float32(A[i, k]) * np.float32(B[k, j] * B[k, j])
            C[i, j] = s


NARROW = ["int8", "uint8", "int16"]


@pytest.mark.parametrize("function", [int32_in_place, int32_sums])
@pytest.mark.parametrize("types", [(a, b) for a in NARROW for b in NARROW], ids="-".join)
def test_sums_of_narrow_products_wrap_in_32_bits(contractions, types, function):
    for n, p, m in [(1, 1, 1), (9, 17, 5), (3, 50, 70), (17, 33, 41)]:
        C = of_all_bits(n, p, "int32")
        with np.errstate(over="ignore"):
            contractions.check(function, of_all_bits(n, m, types[0]), of_all_bits(m, p, types[1]), C)


@pytest.mark.parametrize("types", [("int8", "int8"), ("uint8", "uint8"), ("uint8", "int8"), ("int8", "uint8")], ids="-".join)
@pytest.mark.parametrize("layouts", [(a, b) for a in LAYOUTS for b in LAYOUTS], ids="-".join)
def test_narrow_products_of_many_blocks(types, layouts):
    function = rooftop.jit(int32_in_place)
    for n, p, m in [(13, 61, 1030), (40, 100, 3001), (70, 900, 2), (8, 48, 1024)]:
        A, B, C = (of_all_bits(*shape, t) for shape, t in (((n, m), types[0]), ((m, p), types[1]), ((n, p), "int32")))
        expected = C + A.astype(np.int32) @ B.astype(np.int32)
        function(laid_out(A, layouts[0]), laid_out(B, layouts[1]), C)
        assert np.array_equal(C, expected), (n, p, m)


def test_narrow_products_without_a_sign_and_with_another_sum(contractions):
    for types in (("int8", "uint8", "uint32"), ("int16", "int8", "uint32"), ("uint8", "uint8", "uint32")):
        A, B, C = (of_all_bits(*shape, t) for shape, t in zip(((9, 21), (21, 40), (9, 40)), types, strict=True))
        with np.errstate(over="ignore"):
            contractions.check(uint32_by_terms, A, B, C)


@pytest.mark.parametrize("layouts", [(a, b) for a in LAYOUTS for b in LAYOUTS], ids="-".join)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int16", "float64"])
def test_converted_operands(dtype, layouts):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    compiled = rooftop.jit(fp_model="strict")(float32_in_place)
    for n, p, m in [(13, 29, 17), (7, 66, 300), (40, 9, 31)]:
        A, B, C = operands(n, p, m, ["float32"] * 3)
        A, B = laid_out(A.astype(dtype), layouts[0]), laid_out(B.astype(dtype), layouts[1])
        expected = C.copy()
        float32_in_place(A, B, expected)
        compiled(A, B, C)
        assert np.array_equal(C, expected)


@pytest.mark.parametrize("target", ["float32", "float16", "float64"])
def test_targets_of_float32_sums(contractions, target):
    for n, p, m in SHAPES:
        contractions.check(float32_sums, *operands(n, p, m, ["float16", "float16", target]))


def test_an_operand_that_is_read_in_two_ways(contractions):
    contractions.check(read_both_ways, *operands(13, 29, 17, ["float16", "float16", "float32"]))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_conversions_in_blocks_are_those_before_the_product(dtype):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    random = np.random.default_rng(3)
    for n, p, m in [(64, 130, 520), (200, 210, 220)]:
        A, B = (random.standard_normal(shape).astype(dtype) for shape in ((n, m), (m, p)))
        half, whole = np.zeros((n, p), np.float32), np.zeros((n, p), np.float32)
        rooftop.jit(float32_sums)(A, B, half)
        rooftop.jit(float32_sums)(A.astype(np.float32), B.astype(np.float32), whole)
        assert np.array_equal(half, whole)
