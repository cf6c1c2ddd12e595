"""unravel_index and ravel_multi_index against NumPy."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, agree, hold

SHAPES = [(6,), (2, 3), (3, 1, 4), (1,), (0,), (), 6, [2, 3], (2, 0), (-1, 2), (2.0, 3), "x", (2**40, 2**20), (2**62, 8)]


def test_indices_of_places():
    places = [0, 5, -1, 6, 11, [0, 3], [[1, 2], [4, 5]], [], [7], 2.5, [0.5], "x", None, True, 2**50, 2**70, (1, 2)]
    for shape, place in itertools.product(SHAPES, places):
        for options in ({}, {"order": "F"}, {"order": "A"}):
            agree(lambda np: np.unravel_index(place, shape, **options))
            agree(lambda np: np.unravel_index(np.array(place), shape, **options))


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    agree(lambda np: np.unravel_index(np.array([1, 0, 5], dtype), (2, 3)))
    agree(lambda np: np.unravel_index(np.dtype(dtype).type(1), (2, 3)))
    agree(lambda np: np.ravel_multi_index((np.array([1, 0], dtype), np.array([1, 0], dtype)), (2, 3)))


def test_places_of_indices():
    given = [
        *((1, 2), (0, 0), (2, 0), (0, 3), (-1, 0), (1,), (1, 2, 0), ([1, 0], [2, 1]), ([[1], [0]], [0, 1, 2]), ([], [])),
        *((1, [0, 1]), (0.5, 1), ("x", 1), 1, None, [1, 2], [[1, 0], [2, 1]], (True, 1), (2**62, 1), (1, -(2**62))),
    ]
    hold(
        {
            (str(shape), str(one), str(options)): lambda np, s=shape, i=one, o=options: np.ravel_multi_index(i, s, **o)
            for shape, one in itertools.product(SHAPES, given)
            for options in ({}, {"order": "F"}, {"mode": "clip"}, {"mode": ("clip", "raise")}, {"mode": "x"})
        }
    )
    hold({str(i): lambda np, i=i: np.ravel_multi_index(np.array(i), (2, 3)) for i in ([1, 2], [[1, 0], [2, 1]], 1)})
    for wrapped in ((7, -8), ([-1, 5], [3, -4])):
        agree(lambda np: np.ravel_multi_index(wrapped, (2, 3), mode="wrap"))


def test_there_and_back():
    shape = (70, 30, 50)
    places = numpy.random.default_rng(0).permutation(70 * 30 * 50)
    for order in "CF":
        agree(lambda np: np.unravel_index(np.array(places), shape, order))
        agree(lambda np: np.ravel_multi_index(np.unravel_index(np.array(places), shape, order), shape, order=order))
    agree(lambda np: np.ravel_multi_index((np.arange(70)[:, None, None], np.arange(30)[:, None], np.arange(50)), shape))
    assert places[0] == numpy.random.default_rng(0).permutation(70 * 30 * 50)[0]


def test_results_can_be_written():
    import rooftop

    rows, columns = rooftop.unravel_index(rooftop.arange(4), (2, 2))
    rows += 1
    assert columns.tolist() == [0, 1, 0, 1]
