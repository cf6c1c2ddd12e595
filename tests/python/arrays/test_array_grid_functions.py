"""meshgrid, indices, ix_, block and the indices of triangles against NumPy."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, agree, hold

VECTORS = [[1, 2, 3], [0.5], [], 7, [[1, 2], [3, 4]], numpy.arange(4.0), True, numpy.float32(2)]


def made(np, value):
    return np.array(value) if isinstance(value, (list, numpy.ndarray)) else value


@pytest.mark.parametrize("options", [{}, {"indexing": "ij"}, {"sparse": True}, {"copy": False}, {"indexing": "x"}], ids=str)
def test_meshgrid(options):
    hold(
        {
            str(given): lambda np, g=given: np.meshgrid(*(made(np, one) for one in g), **options)
            for count in range(4)
            for given in itertools.product(VECTORS, repeat=count)
        }
    )
    hold({str(given): lambda np, g=given: np.meshgrid(*g, **options) for given in itertools.product(VECTORS, repeat=2)})
    agree(lambda np: [grid.strides for grid in np.meshgrid(np.arange(3), np.arange(4), **options)])
    agree(lambda np: [grid.flags.writeable for grid in np.meshgrid(np.arange(3), np.arange(4), **options)], warns=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    ones = numpy.ones(3, dtype)
    agree(lambda np: np.meshgrid(np.array(ones), np.array(ones)[:2]))
    agree(lambda np: np.indices((2, 3), dtype))
    agree(lambda np: np.indices((2, 3), dtype, True))
    agree(lambda np: np.ix_(np.array(ones), np.array(ones)[:2]))
    agree(lambda np: np.block([[np.array(ones), 1], [0, np.array(ones)]]))
    agree(lambda np: np.fromfunction(lambda i, j: i + j, (2, 3), dtype=dtype))


def test_indices():
    for shape in [(), (0,), (3,), (2, 3), [2, 3], (1, 2, 3), (2, 0), 3, (-1,), (2.0,), "x", (True,), None]:
        agree(lambda np: np.indices(shape))
        agree(lambda np: np.indices(shape, sparse=True))
        agree(lambda np: np.fromfunction(lambda *axes: sum(axes), shape))
        agree(lambda np: np.fromfunction(lambda *axes: 1, shape, dtype=int))
    agree(lambda np: np.fromfunction(lambda i, scale: i * scale, (4,), scale=3))


def test_subscripts_of_combinations():
    a = numpy.arange(20).reshape(4, 5)
    for given in ([[0, 2], [1, 3]], [[True, False, True, False], [4]], [[], [1]], [[[1]], [2]], [(0, 1)], [3, 4], []):
        agree(lambda np: np.ix_(*given))
        agree(lambda np: np.ix_(*(np.array(one) for one in given)))
    agree(lambda np: np.array(a)[np.ix_([0, 2], np.array([True, False, True, False, True]))])


def test_triangles_and_diagonals():
    for n, k, m in itertools.product([0, 1, 3, 4, -1, 2.5], [0, 1, -2, 9], [None, 0, 2, 5]):
        for name in ("tril_indices", "triu_indices"):
            agree(lambda np: getattr(np, name)(n, k, m))
    for shape in [(3, 3), (2, 4), (4, 2), (0, 0), (3,), (2, 2, 2), (2, 3, 2)]:
        for name in ("tril_indices_from", "triu_indices_from", "diag_indices_from"):
            agree(lambda np: getattr(np, name)(np.zeros(shape)))
        agree(lambda np: np.triu_indices_from(np.zeros(shape), 1))
    for arguments in [(3,), (0,), (4, 3), (3, 1), (-1,), (2.5,)]:
        agree(lambda np: np.diag_indices(*arguments))
    for n in (0, 1, 4):
        agree(lambda np: np.mask_indices(n, np.triu))
        agree(lambda np: np.mask_indices(n, np.tril, -1))


def test_blocks():
    hold(
        {
            "rows": lambda np: np.block([np.arange(3), np.arange(2)]),
            "matrix": lambda np: np.block([[np.eye(2), np.zeros((2, 3))], [np.ones((1, 2)), np.arange(3.0)]]),
            "numbers": lambda np: np.block([[1, 2.5], [3, 4]]),
            "deep": lambda np: np.block([[[np.eye(2)], [np.eye(2)]], [[np.eye(2)], [np.eye(2)]]]),
            "an array": lambda np: np.block(np.arange(3)),
            "its copy": lambda np: (a := np.arange(3), b := np.block(a), b.__setitem__(0, 9), a, b)[3:],
            "a number": lambda np: np.block(3),
            "more axes": lambda np: np.block([np.ones((2, 2, 2)), np.zeros((2, 2, 1))]),
            "types": lambda np: np.block([np.arange(2, dtype="i1"), np.ones(1, "f4")]),
            "columns": lambda np: np.block([[np.asfortranarray(np.eye(3)), np.asfortranarray(np.ones((3, 2)))]]).flags.fnc,
            "empty": lambda np: np.block([]),
            "empty inside": lambda np: np.block([[1], []]),
            "depths": lambda np: np.block([[1, 2], 3]),
            "tuples": lambda np: np.block([(1, 2)]),
            "lengths": lambda np: np.block([[np.eye(2)], [np.eye(3)]]),
            "large, of two types": lambda np: np.block([[np.ones((600, 600), "i2")], [np.zeros((1, 600))]]),
            "large numbers": lambda np: np.block([[np.eye(800), np.ones((800, 1))], [np.full((1, 800), 5), 1j]]),
            "large, lengths": lambda np: np.block([[np.eye(800)], [np.ones((1, 799))]]),
            "large, turned": lambda np: np.block([[np.asfortranarray(np.eye(800))], [np.ones((1, 800), order="F")]]).flags.fnc,
            "large, of three axes": lambda np: np.block([np.ones((2, 600, 600)), np.zeros((2, 600, 3))]),
            "large": lambda np: np.block([[np.ones((600, 600)), np.zeros((600, 5))], [np.zeros((5, 600)), np.eye(5)]]),
        }
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_of_lines(dtype):
    values = numpy.arange(24).reshape(2, 3, 4).astype(dtype)
    functions = {
        "a number": lambda np, line: line[0],
        "a float": lambda np, line: 0.5,
        "as long": lambda np, line: line[::-1],
        "longer": lambda np, line: np.concatenate([line, line[:1]]),
        "a matrix": lambda np, line: line[:2, None] * line[None, :2],
        "a list": lambda np, line: [1, 2],
        "text": lambda np, line: "ab",
        "none": lambda np, line: None,
        "an error": lambda np, line: 1 / 0,
    }
    hold(
        {
            (name, axis): lambda np, f=function, a=axis: np.apply_along_axis(lambda line: f(np, line), a, np.array(values))
            for name, function in functions.items()
            for axis in (0, 1, -1, 3, None)
            if "text" != name or axis != 9
        }
    )


def test_lines_of_other_arrays():
    for shape in [(3,), (), (0,), (0, 2), (2, 0)]:
        for axis in (0, -1, 1):
            agree(lambda np: np.apply_along_axis(lambda line: line.sum(), axis, np.ones(shape)))
    agree(lambda np: np.apply_along_axis(lambda line, k, times=1: line.sum() * k * times, 0, np.ones((2, 3)), 2, times=4))
    calls = []
    import rooftop

    rooftop.apply_along_axis(lambda line: calls.append(1) or "ab", 0, rooftop.ones((2, 3)))
    assert len(calls) == 3
