"""linspace, full_like, copyto, broadcast_shapes and lengths, against NumPy."""

import itertools

import pytest
from agreement import DTYPES, agree

import rooftop

NUMBERS = [0, 1, -2.5, 1e300, -1e308, 1e308, 5e-324, 1e-320, float("inf"), float("nan"), 2**60 + 1, 10**400, 1j, True, "x", None]


def test_linspace():
    for start, stop in itertools.product(NUMBERS, NUMBERS):
        for count in (0, 1, 2, 7):
            agree(lambda np: np.linspace(start, stop, count))
            agree(lambda np: np.linspace(start, stop, count, endpoint=False))
            agree(lambda np: np.linspace(start, stop, num=count, retstep=True))
    for count in (-1, 2.5, None, "x", True):
        agree(lambda np: np.linspace(0, 1, count))
    for dtype in DTYPES:
        agree(lambda np: np.linspace(0, 10, 4, dtype=dtype))
        agree(lambda np: np.linspace(np.array(3, dtype), 10, 4))
    agree(lambda np: np.linspace(0, 1, 1001))
    agree(lambda np: np.linspace([0, 1], 2, 5, axis=1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_full_like(dtype):
    for value in (0, 1, -1, 300, 2.5, 1e300, True, 1j, float("nan"), "x", None, 2**70, [1, 2, 3]):
        for wanted in (None, *DTYPES):
            agree(lambda np: np.full_like(np.ones((2, 3), dtype), value, dtype=wanted))
    agree(lambda np: np.full_like(np.ones((2, 3), dtype).T, 1).strides)


def test_copyto():
    for to, source in itertools.product(DTYPES, DTYPES):
        for where in (None, True, False, "mask", "row", "ints"):

            def copied(np):
                a, b = np.zeros((2, 3), to), np.arange(3).astype(source)
                masks = {"mask": np.arange(6).reshape(2, 3) > 2, "row": np.arange(3) > 1, "ints": np.arange(3)}
                keywords = {} if where is None else {"where": masks.get(where, where)}
                return np.copyto(a, b, **keywords), a

            agree(copied)

    def overlapping(np):
        a = np.arange(8)
        np.copyto(a[1:], a[:-1])
        np.copyto(a[:4], a[2:6], where=a[:4] > 0)
        return a

    agree(overlapping)
    agree(lambda np: np.copyto([1, 2], 3))
    agree(lambda np: np.copyto(np.ones(2), np.ones(3)))
    agree(lambda np: np.copyto(np.broadcast_to(np.ones(1), 2), np.ones(2)))


def test_broadcast_shapes():
    shapes = [(), 1, 3, (2,), (3, 1), (1, 3), (0,), (-1,), (2, 3, 4), (2**40,), 2.5, "x", None, (1.5,), [2, 1]]
    agree(lambda np: np.broadcast_shapes())
    for first, second in itertools.product(shapes, shapes):
        agree(lambda np: np.broadcast_shapes(first))
        agree(lambda np: np.broadcast_shapes(first, second))


def test_lengths():
    for value in (5, [1, 2], [[1, 2], [3, 4]], "abc", None):
        for name in ("ndim", "shape", "size"):
            agree(lambda np: getattr(np, name)(value))
    for axis in (None, 0, 1, -1, 2, 1.5, "x", (0, 1)):
        agree(lambda np: np.size(np.ones((2, 3)), axis))
    assert rooftop.shape(rooftop.ones((2, 3))) == (2, 3)
