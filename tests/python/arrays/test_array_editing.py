"""delete and insert against NumPy."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, agree, hold, sample

SHAPES = [(), (0,), (1,), (5,), (3, 4), (4, 3), (2, 3, 4), (0, 3)]
AXES = [None, 0, -1, 1, 5, "x"]
PLACES = [
    *(0, 1, -1, 2, 4, -6, 99, True, 1.5, None, numpy.int64(1), "x"),
    *([0], [0, 1], [1, 1, 0], [-1, 0], [], [99], [0, 99], [[0, 1]], [0.5], (0, 2)),
    *([True, False, True], [True, False, False, True, True], [False] * 4),
    *(slice(1), slice(None), slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(3, 0, -2), slice(4, 2)),
]


def numbers(np, shape, dtype="int64"):
    return np.array(numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape).astype(dtype))


def arrays_of(np, obj):
    """A list as an array of the module's, too."""
    return [obj, np.array(obj)] if isinstance(obj, (list, int)) else [obj]


@pytest.mark.parametrize("shape", SHAPES)
def test_deletions(shape):
    hold(
        {
            (str(obj), axis, kind): lambda np, o=obj, a=axis, k=kind: np.delete(numbers(np, shape), arrays_of(np, o)[k], a)
            for obj, axis in itertools.product(PLACES, AXES)
            for kind in range(len(arrays_of(numpy, obj)))
        }
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_insertions(shape):
    values = [7, 1.9, [8], [7, 8], [[1], [2], [3]], numpy.arange(4), -1]
    hold(
        {
            (str(obj), axis, str(value), kind): lambda np, o=obj, a=axis, v=value, k=kind: np.insert(
                numbers(np, shape), arrays_of(np, o)[k], v, a
            )
            for obj, axis, value in itertools.product(PLACES, AXES, values)
            for kind in range(len(arrays_of(numpy, obj)))
        }
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    for value in (1, 2.5, True, 1j, -3, [1, 0], numpy.ones(2, "f4")):
        agree(lambda np: np.insert(np.array(sample(dtype)), 1, value))
        agree(lambda np: np.insert(np.array(sample(dtype)), [0, 2], value))
    agree(lambda np: np.delete(np.array(sample(dtype)), [0, -1]))
    agree(lambda np: np.delete(np.array(sample(dtype)), 0))


def test_order_of_memory():
    for function in (
        lambda np, a: np.delete(a, 1, 0),
        lambda np, a: np.delete(a, slice(0, 3, 2), 1),
        lambda np, a: np.insert(a, 1, 9, 1),
        lambda np, a: np.insert(a, [0, 2], 9, 0),
    ):
        for make in (lambda a: a, lambda a: a.T, lambda a: a[::2], lambda a: a[:, ::-1]):
            strides = [function(np, make(numbers(np, (4, 5)))).strides for np in (numpy, __import__("rooftop"))]
            assert strides[0] == strides[1]


def test_the_array_stays_as_it_is():
    import rooftop

    a, places = rooftop.arange(5), rooftop.array([-1, 0])
    for made in (rooftop.delete(a, []), rooftop.delete(a, slice(0)), rooftop.delete(a, places), rooftop.insert(a, places, 7)):
        made[...] = 99
    assert (a.tolist(), places.tolist()) == ([0, 1, 2, 3, 4], [-1, 0])


def test_few_places_of_many():
    for places in ([0, 999], [5, 5, -1], [1000, 0, 500], [999, 999], list(range(15)), list(range(0, 1000, 3))):
        agree(lambda np: np.insert(numbers(np, (1000,)), places, -1))
        agree(lambda np: np.insert(numbers(np, (1000,)), places, -np.arange(len(places))))
        agree(lambda np: np.insert(numbers(np, (3, 1000)), places, [[-1], [-2], [-3]], axis=1))
        agree(lambda np: np.insert(numbers(np, (1000, 2)), places, [-1, -2], axis=0))
        agree(lambda np: np.delete(numbers(np, (1000,)), [place % 1000 for place in places]))
        agree(lambda np: np.delete(numbers(np, (1000, 2)), [place % 1000 for place in places], axis=0))
