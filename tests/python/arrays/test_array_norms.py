"""Norms of vectors and matrices, of every order, type and layout, along axes, as NumPy's."""

from __future__ import annotations

import numpy
import pytest
from agreement import agree
from linalg_calls import HELD, LAYOUTS, hold_all, numbers

VECTOR_ORDERS = ["None", "0", "1", "2", "3", "-1", "-2", "0.5", "np.inf", "-np.inf"]
MATRIX_ORDERS = ["None", "'fro'", "'f'", "'nuc'", "1", "-1", "2", "-2", "np.inf", "-np.inf"]


@pytest.mark.parametrize("dtype", HELD)
def test_euclidean_norms(dtype):
    for shape in ((), (1,), (3,), (7,), (1000,), (4, 5), (2, 3, 4)):
        hold_all({str(shape): "norm(x)", f"{shape}, kept": "norm(x, keepdims=True)"}, {"x": numbers(1, shape, dtype)})


@pytest.mark.parametrize("layout", ["columns", "every other", "backwards", "transposed"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_euclidean_norms_of_layouts(layout, dtype):
    for shape in ((5,), (300,), (6, 7), (3, 4, 5)):
        if len(shape) > 1 or layout in ("every other", "backwards"):
            hold_all({str(shape): "norm(x)"}, {"x": LAYOUTS[layout](numbers(1, shape, dtype))})


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex64", "complex128"])
def test_norms_of_vectors(dtype):
    values = {"x": numbers(1, (3, 4, 5), dtype), "v": numbers(2, (5,), dtype)}
    texts = {}
    for order in VECTOR_ORDERS:
        texts[f"all, {order}"] = f"norm(v, {order})"
        texts[f"vector_norm, {order}"] = f"vector_norm(v, ord={order})" if order != "None" else "vector_norm(x)"
        for axis in (0, 1, -1, "(2,)"):
            texts[f"{axis}, {order}"] = f"norm(x, {order}, {axis})"
            texts[f"{axis}, {order}, kept"] = f"norm(x, {order}, {axis}, keepdims=True)"
    texts["several axes"] = "vector_norm(x, axis=(0, 2))"
    texts["one axis"] = "vector_norm(x, axis=1, keepdims=True)"
    texts["all axes"] = "vector_norm(x, keepdims=True)"
    # Powers, and the absolute value of complex numbers, are the engine's own: a unit in the last place, or two.
    hold_all(texts, values, ulps=4)


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex64", "complex128"])
def test_norms_of_matrices(dtype):
    values = {"x": numbers(1, (3, 4, 5), dtype), "m": numbers(2, (3, 4), dtype)}
    texts = {"matrix_norm": "matrix_norm(x)"}
    for order in MATRIX_ORDERS:
        texts[order] = f"norm(m, {order})"
        texts[f"{order}, kept"] = f"norm(m, {order}, keepdims=True)"
        texts[f"matrix_norm, {order}"] = f"matrix_norm(x, ord={order})"
        for axes in ((0, 1), (1, 0), (-1, 0), (1, 2)):
            texts[f"{axes}, {order}"] = f"norm(x, {order}, {axes})"
            texts[f"{axes}, {order}, kept"] = f"norm(x, {order}, {axes}, True)"
    hold_all(texts, values, ulps=4)


def test_norms_tell_of_overflow():
    for x in ([1e200, 1e200], [1e200j], [1e154 + 1e154j], [1e-200], [numpy.inf, 1.0], [numpy.nan], [numpy.inf, numpy.nan]):
        agree(lambda np, x=x: np.linalg.norm(np.asarray(x)))
    agree(lambda np: np.linalg.norm(np.asarray([1e30], dtype=np.float32)))
