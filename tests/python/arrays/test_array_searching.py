"""Searching and counting against NumPy: argmax and argmin along axes, searchsorted, what is not zero."""

import numpy
import pytest
from agreement import COMPLEX, DTYPES, FLOATS, agree, sample

import rooftop

SHAPES = [(5,), (1,), (3, 4), (2, 3, 4), (300, 7), (7, 300), (1, 5), (5, 1), (0,), (0, 3), (3, 0), ()]
AXES = [None, 0, 1, -1, 2, -4, 1.5, "x", True]


def filled(np, dtype, shape, seed=0):
    """Elements of the sample, many of them equal, some zero."""
    generator = numpy.random.default_rng(seed)
    values = generator.choice(sample(dtype), shape)
    return np.array(numpy.where(generator.random(shape) < 0.4, numpy.zeros((), dtype), values))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_extremes_along_axes(name, dtype):
    for shape in SHAPES:
        for axis in AXES:
            for keepdims in (False, True):
                options = {"axis": axis, "keepdims": keepdims}
                agree(lambda np: getattr(np, name)(filled(np, dtype, shape), **options))
            agree(lambda np: getattr(filled(np, dtype, shape), name)(axis))
            agree(lambda np: getattr(filled(np, dtype, shape).T, name)(axis))


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_extremes_into_arrays(name):
    for axis in (None, 0, 1):
        agree(lambda np: getattr(np, name)(filled(np, "float64", (3, 4)), axis, np.zeros(4, dtype=np.int64)))
        agree(lambda np: getattr(np, name)(filled(np, "float64", (3, 4)), axis, np.zeros(3, dtype=np.int64)))


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places_are_written_where_they_fit(name):
    for kind in ("int64", "int32", "uint64", "float64", "bool"):
        for shape, options in (((), {}), ((4,), {"axis": 0}), ((3, 1), {"axis": 1, "keepdims": True}), ((1, 1), {"keepdims": True})):
            agree(
                lambda np: (o := np.zeros(shape, kind), np.asarray(getattr(filled(np, "float64", (3, 4)), name)(out=o, **options)), o)[1:]
            )
    out = rooftop.zeros(4, int)
    assert getattr(rooftop, name)(rooftop.ones((3, 4)), 0, out=out) is out
    agree(lambda np: (a := np.arange(12).reshape(3, 4), getattr(a, name)(0, out=a[0]), a)[1:])
    agree(lambda np: (o := np.zeros(8, int), getattr(np.arange(12).reshape(3, 4), name)(0, out=o[::2]), o)[1:])
    locked = numpy.zeros(4, int)
    locked.flags.writeable = False
    agree(lambda np: getattr(np.ones((3, 4)), name)(0, out=np.asarray(locked)))


@pytest.mark.parametrize("dtype", [name for name in DTYPES if name not in COMPLEX])
def test_searchsorted(dtype):
    for length in (0, 1, 2, 7, 100):
        for count in (0, 1, 3, 8, 20, 500):
            for side in ("left", "right"):

                def search(np):
                    a = np.sort(np.array(numpy.random.default_rng(length).choice(sample(dtype), length)))
                    v = np.array(numpy.random.default_rng(count).choice(sample(dtype), count))
                    return np.searchsorted(a, v, side), a.searchsorted(v, side=side)

                agree(search)


def test_searchsorted_between_types():
    for dtype in DTYPES:
        for other in DTYPES:
            agree(lambda np: np.searchsorted(np.array([0, 1, 1, 3], dtype=dtype), np.array([1, 0, 2, 5], dtype=other)))
    for value in (1, 1.5, True, 2**70, -1, 1j, "a", None, [1, 2.5], [[1], [2]], float("nan"), (), [[]]):
        for dtype in ("int8", "float32", "float64", "uint64"):
            agree(lambda np: np.searchsorted(np.array([0, 1, 1, 3], dtype=dtype), value))
            agree(lambda np: np.searchsorted([0, 1, 1, 3], value, "right"))
    agree(lambda np: np.searchsorted(np.array([0.1, 0.2, 0.3], dtype=np.float32), 0.1, side="right"))


def test_searchsorted_with_an_order():
    a = numpy.array([3.0, 1.0, 2.0, 2.0])
    for order in ([1, 2, 3, 0], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, -1], [1.0, 2.0, 3.0, 0.0], None):
        for values in (2.0, [2.0, 5.0], list(range(40))):
            agree(lambda np: np.searchsorted(np.array(a), values, sorter=order))
            agree(lambda np: np.searchsorted(np.array(a), values, sorter=order and np.array(order)))


def test_searchsorted_of_wrong_arguments():
    for side in ("left", "right", "l", "middle", None, 1):
        agree(lambda np: np.searchsorted(np.array([1.0, 2.0]), 1.0, side))
    agree(lambda np: np.searchsorted(np.array([[1.0, 2.0]]), 1.0))
    agree(lambda np: np.searchsorted(np.array([1.0, 2.0])))
    agree(lambda np: np.searchsorted(np.arange(10.0)[::2], np.arange(10.0)[::-3]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_zero(dtype):
    for shape in [*SHAPES, (3000,), (2, 0, 3)]:
        for layout in (lambda a: a, lambda a: a.T, lambda a: a[::-1] if a.ndim else a, lambda a: a[..., ::2] if a.ndim else a):
            for name in ("nonzero", "flatnonzero", "argwhere", "count_nonzero"):
                agree(lambda np: getattr(np, name)(layout(filled(np, dtype, shape))))
            for axis in (None, 0, -1, (0,), (0, 1), 3):
                agree(lambda np: np.count_nonzero(layout(filled(np, dtype, shape)), axis=axis))
                agree(lambda np: np.count_nonzero(layout(filled(np, dtype, shape)), axis=axis, keepdims=True))


@pytest.mark.parametrize("dtype", ["bool", "int16", *FLOATS, "complex64"])
def test_what_is_not_zero_of_many(dtype):
    for density in (0.0, 0.001, 0.5, 1.0):
        mask = numpy.random.default_rng(1).random(200_001) < density
        agree(lambda np: np.flatnonzero(np.array(mask.astype(dtype))))
        agree(lambda np: np.count_nonzero(np.array(mask.astype(dtype))))
        agree(lambda np: np.count_nonzero(np.array(mask.astype(dtype))[::3]))
        agree(lambda np: np.nonzero(np.array(mask[:-1].astype(dtype).reshape(400, 500))))


def test_what_is_no_array():
    for value in ([3, 0, 2], (), [[0, 1], [2, 0]], 5, 0, None, "ab", ["b", ""]):
        for name in ("argmax", "nonzero", "flatnonzero", "argwhere", "count_nonzero"):
            agree(lambda np: getattr(np, name)(value))
