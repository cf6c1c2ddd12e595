"""linalg: chains of products, tensors as matrices, and the names of the main namespace."""

from __future__ import annotations

import numpy
import pytest
from agreement import agree, to_numpy
from linalg_calls import hold_all, numbers

import rooftop


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "complex128"])
def test_products_of_several_matrices(dtype):
    sizes = (3, 7, 2, 9, 4, 1)
    m = [numbers(i, (sizes[i], sizes[i + 1]), dtype) for i in range(5)]
    first, last = numbers(8, (3,), dtype), numbers(9, (4,), dtype)
    chains = [m[:2], m[:3], m[1:4], m[:4], m, [first, *m], [*m[:4], last], [first, *m[:4], last], [first, m[0]]]
    for chain in chains:
        ours = rooftop.linalg.multi_dot([rooftop.asarray(x) for x in chain])
        theirs = numpy.linalg.multi_dot(chain)
        assert (ours.dtype.name, ours.shape) == (theirs.dtype.name, theirs.shape)
        numpy.testing.assert_allclose(to_numpy(ours), theirs, rtol=1e-3 if dtype == "float32" else 1e-9)


def test_chains_are_multiplied_in_the_best_order():
    from rooftop._linalg_products import _best_cuts

    shapes = [(10, 100), (100, 5), (5, 50), (50, 2)]
    cuts = _best_cuts([rooftop.empty(shape) for shape in shapes])
    assert numpy.linalg._linalg._multi_dot_matrix_chain_order([numpy.empty(shape) for shape in shapes])[0, 3] == cuts[0][3]


def test_tensors():
    a, b = numbers(1, (2, 3, 3, 2), "float64"), numbers(2, (2, 3), "float64")
    agree(lambda np: np.linalg.tensorsolve(np.asarray(a), np.asarray(b)))
    agree(lambda np: np.linalg.tensorsolve(np.asarray(a), np.asarray(b), (0,)))
    agree(lambda np: np.linalg.tensorinv(np.asarray(a)))
    agree(lambda np: np.linalg.tensorinv(np.asarray(a), 0))
    agree(lambda np: np.linalg.tensorinv(np.asarray(a), 1))


@pytest.mark.parametrize(
    "text",
    [
        "matmul(m, m)",
        "matrix_transpose(x)",
        "trace(x)",
        "trace(x, offset=1, dtype=np.float32)",
        "diagonal(x, offset=-1)",
        "outer(v, v)",
        "outer(m, v)",
        "cross(x, x)",
        "cross(m, m, axis=0)",
        "vecdot(x, x)",
        "vecdot(x, x, axis=0)",
        "tensordot(m, m, axes=1)",
    ],
)
def test_names_of_the_main_namespace(text):
    values = {"x": numbers(1, (2, 3, 3), "float64"), "m": numbers(2, (3, 3), "float64"), "v": numbers(3, (3,), "float64")}
    hold_all({text: text}, values, ulps=4)
