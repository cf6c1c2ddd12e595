"""choose, select and piecewise against NumPy."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, INTEGERS, agree, hold, sample


@pytest.mark.parametrize("dtype", DTYPES)
def test_choices_of_each_type(dtype):
    def choices(np):
        values = np.array(sample(dtype))
        return [values, values[::-1], values[:1]]

    count = len(sample(dtype))
    places = numpy.arange(count) % 3
    hold(
        {
            "function": lambda np: np.choose(np.array(places), choices(np)),
            "method": lambda np: np.array(places).choose(choices(np)),
            "wrap": lambda np: np.choose(np.array(places * 5 - 20), choices(np), mode="wrap"),
            "clip": lambda np: np.choose(np.array(places * 5 - 7), choices(np), mode="clip"),
            "rows": lambda np: np.choose(np.array(places[:, None]), choices(np)),
            "an array of choices": lambda np: np.choose(np.array(places), np.stack(choices(np)[:2] + [choices(np)[1]])),
            "numbers": lambda np: np.choose(np.array(places), [choices(np)[0], 1, 0]),
            "floats": lambda np: np.choose(np.array(places), [choices(np)[0], 1, 0.5]),
            "numbers that do not fit": lambda np: np.choose(np.array(places), [choices(np)[0], -300, 70000]),
            "a mask": lambda np: np.choose(np.array(places > 1), choices(np)[:2]),
            "out": lambda np: (o := np.zeros(count, dtype), np.choose(np.array(places), choices(np), out=o), o)[1:],
        }
    )


def test_places():
    hold(
        {
            (dtype, mode): lambda np, d=dtype, m=mode: np.choose(np.array([1, 0, 2, 1], dtype=d), [[1, 2, 3, 4], 7, 9], mode=m)
            for dtype in [*INTEGERS, "bool", "float64"]
            for mode in ("raise", "wrap", "clip", "nothing", "r", 1, None)
        }
    )
    for places in (0, 1, 2, -1, [0, 3], [-1, 0], [], [[0, 1], [1, 0]], [0.5], "x", [2**15, 0], [[0], [1]]):
        for mode in ("raise", "wrap", "clip"):
            agree(lambda np: np.choose(places, [[10, 20], [30, 40]], mode=mode))
            agree(lambda np: np.choose(np.array(places), (np.array([10, 20]), 2.5), mode=mode))
    for choices in ([], 3, [1], [[1, 2], [3, 4, 5]], None, [None, 1], ["a", "b"], [numpy.ones(2), 1j]):
        agree(lambda np: np.choose(np.array([0, 0]), choices))


def test_shapes_broadcast():
    shapes = [(), (1,), (3,), (2, 1), (2, 3), (4, 2, 3), (4, 1, 1), (0,), (5,)]
    hold(
        {
            of: lambda np, s=of: np.choose(np.ones(s[0], int), [np.zeros(s[1]), np.full(s[2], 3.0)])
            for of in itertools.product(shapes, repeat=3)
        }
    )
    values = numpy.arange(60.0).reshape(3, 4, 5)
    for make in (lambda a: a.T, lambda a: a[:, ::-1], lambda a: a[..., ::2], lambda a: a[0]):
        agree(lambda np: np.choose(np.array(make(values) > 30), [np.array(make(values)), make(np.array(-values))]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_select(dtype):
    def run(np, default=0):
        values = np.array(sample(dtype))
        low, high = np.arange(len(values)) < 2, np.arange(len(values)) > 4
        return np.select([low, high], [values, values[::-1]], default)

    agree(run)
    for default in (1, 2.5, 1j, -300, True, None, "x", [1.5], numpy.float32(3)):
        agree(lambda np: run(np, default))


def test_what_select_takes():
    mask, other = numpy.array([True, False, True]), numpy.array([True, True, False])
    hold(
        {
            "numbers": lambda np: np.select([np.array(mask), np.array(other)], [1, 2.5]),
            "first counts": lambda np: np.select([np.array(mask), np.array(mask)], [np.arange(3), np.arange(3) * 10]),
            "rows": lambda np: np.select([np.array(mask)[:, None]], [np.arange(4)], 9),
            "types": lambda np: np.select([np.array(mask), np.array(other)], [np.arange(3, dtype="i1"), np.ones(3, "f4")]),
            "lists": lambda np: np.select([[True, False]], [[1, 2]], 5),
            "a number": lambda np: np.select([np.array(True)], [np.array(3)], 5),
            "lengths": lambda np: np.select([np.array(mask)], [1, 2]),
            "nothing": lambda np: np.select([], []),
            "integers": lambda np: np.select([np.arange(3)], [np.arange(3)]),
            "shapes": lambda np: np.select([np.array(mask)], [np.arange(4)]),
            "does not fit": lambda np: np.select([np.array(mask)], [np.arange(3, dtype="i1")], 300),
            "strings": lambda np: np.select([np.array(mask)], [["a", "b", "c"]], "z"),
        }
    )


def test_piecewise():
    x = numpy.linspace(-2.5, 2.5, 6)
    hold(
        {
            "numbers": lambda np: np.piecewise(np.array(x), [np.array(x) < 0, np.array(x) >= 0], [-1, 1]),
            "functions": lambda np: np.piecewise(np.array(x), [np.array(x) < 0, np.array(x) >= 1], [lambda v: -v, abs]),
            "otherwise": lambda np: np.piecewise(np.array(x), [np.array(x) < 0], [0, lambda v: v * 2]),
            "two and otherwise": lambda np: np.piecewise(np.array(x), [np.array(x) < -1, np.array(x) > 1], [1, 2, 3]),
            "arguments": lambda np: np.piecewise(np.array(x), [np.array(x) < 0], [lambda v, a, b=1: v + a * b], 3, b=2),
            "integers": lambda np: np.piecewise(np.arange(4), [np.arange(4) < 2], [1.5, lambda v: v / 2]),
            "one condition": lambda np: np.piecewise(np.array(x), np.array(x) < 0, [1, 2]),
            "none true": lambda np: np.piecewise(np.array(x), [np.array(x) > 9], [lambda v: 1 / 0]),
            "too many": lambda np: np.piecewise(np.array(x), [np.array(x) < 0], [1, 2, 3]),
            "none": lambda np: np.piecewise(np.array(x), [], []),
            "a number": lambda np: np.piecewise(np.array(3.0), [np.array(True)], [lambda v: -v]),
            "a list": lambda np: np.piecewise([1.0, 2.0], [[True, False]], [5, 6]),
            "shapes": lambda np: np.piecewise(np.array(x), [np.array([True])], [1]),
        }
    )


@pytest.mark.parametrize("n", [3, 40])
def test_where_keeps_the_order_of_its_operands_in_memory(n):
    values = numpy.arange(2.0 * n * n).reshape(n, 2 * n)

    def strides(np, mask, x, y):
        return np.where(mask, x, y).strides

    agree(lambda np: strides(np, np.asarray(values).T > 5, np.asarray(values).T, 1.0))
    agree(lambda np: strides(np, np.asarray(values).T > 5, np.asarray(values).T, -np.asarray(values).T))
    agree(lambda np: strides(np, np.asarray(values) > 5, np.asarray(values), np.asarray(values)[::-1]))
    agree(lambda np: strides(np, np.asarray(values)[0] > 5, np.asarray(values).T[:, :1], 1.0))
    agree(lambda np: strides(np, np.asarray(True), np.asarray(values).T, np.asarray(values).astype("f4").T))
