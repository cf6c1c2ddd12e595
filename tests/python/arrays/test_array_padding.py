"""pad against NumPy: values, what repeats, orders of memory, and what it refuses."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, agree, hold, sample

import rooftop

MODES = ["constant", "edge", "reflect", "symmetric", "wrap", "maximum", "minimum", "mean", "median", "linear_ramp"]
SHAPES = [(1,), (2,), (3,), (7,), (1, 4), (3, 1), (2, 3), (2, 3, 4)]
WIDTHS = [0, 1, 2, 5, 23, (3,), (0, 3), (4, 0), [2, 1], ((2, 9),)]


def numbers(np, shape, dtype="int64"):
    return np.array(numpy.arange(1, 1 + numpy.prod(shape)).reshape(shape).astype(dtype))


@pytest.mark.parametrize("mode", MODES)
def test_modes(mode):
    hold(
        {
            (shape, str(width)): lambda np, s=shape, w=width: np.pad(numbers(np, s), w, mode=mode)
            for shape, width in itertools.product(SHAPES, WIDTHS)
        }
    )


@pytest.mark.parametrize("mode", MODES[:5])
def test_each_axis_has_widths_of_its_own(mode):
    def widths(rank):
        return [((1, 0), (2, 5), (0, 3))[:rank], [[1], [4], [2]][:rank], [[0, 0]] * rank]

    hold(
        {
            (shape, k): lambda np, s=shape, w=width: np.pad(numbers(np, s), w, mode)
            for shape in SHAPES
            for k, width in enumerate(widths(len(shape)))
        }
    )
    agree(lambda np: np.pad(numbers(np, (2, 3)), np.array([[1, 2], [3, 4]]), mode))
    agree(lambda np: np.pad(numbers(np, (2, 3)), {1: (1, 2)}, mode))


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    for mode in MODES[:5]:
        agree(lambda np: np.pad(np.array(sample(dtype)), (3, 40), mode=mode))
    for value in (1, 0, -1, 2.5, True, 1j, 300, 1e300, [1, 2], [[1, 2]], numpy.float32(1.5), numpy.int64(-7)):
        agree(lambda np: np.pad(np.array(sample(dtype)), 2, constant_values=value))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", MODES[5:])
def test_borders_that_are_computed(mode, dtype):
    option = "end_values" if mode == "linear_ramp" else "stat_length"
    given = [None, 0, 1, 2, 50, (1, 3), ((1, 2), (3, 4)), [[2], [1]], (3,), numpy.array([1, 2]), -1, 1.5, "x", (1, 2, 3)]
    given += [(-7, 2.5), ((-1.5, 200), (0, 3.25)), numpy.float32(0.3), True] if mode == "linear_ramp" else []
    values = numpy.random.default_rng(1).integers(-60, 60, (4, 5)).astype(dtype)
    functions = {}
    for k, value in enumerate(given):
        for width in (2, (0, 3), ((1, 2), (5, 0)), ((0, 0), (0, 7))):
            options = {} if value is None else {option: value}
            functions[k, str(width)] = lambda np, w=width, o=options: np.pad(np.array(values), w, mode, **o)
            functions[k, str(width), "one axis"] = lambda np, w=width, o=options: np.pad(np.array(values[0]), w, mode, **o)
    turned = lambda np: np.pad(np.array(values).T, ((1, 2), (0, 3)), mode)  # noqa: E731
    functions["turned"] = turned
    functions["three axes"] = lambda np: np.pad(np.array(values.reshape(2, 2, 5)), ((1, 2), (0, 3), (2, 2)), mode)
    functions["special"] = lambda np: np.pad(np.array(sample(dtype)), (3, 2), mode)
    functions["list"] = lambda np: np.pad(values.tolist(), 1, mode)
    functions["other option"] = lambda np: np.pad(np.array(values), 1, mode, constant_values=1)
    functions["dictionary"] = lambda np: np.pad(np.array(values), {1: 2}, mode)
    hold(functions, warns=False)
    assert turned(rooftop).strides == turned(numpy).strides


def test_values_of_corners_are_those_of_the_last_axis():
    for values in (5, (1, 2), ((1, 2), (3, 4)), ((1,), (3,)), [[1.0, 2.0]], [], (1, 2, 3), "x", None):
        agree(lambda np: np.pad(numbers(np, (2, 3)), ((1, 2), (3, 1)), constant_values=values))
        agree(lambda np: np.pad(numbers(np, (2, 3), "float64"), 2, "constant", constant_values=values))


def test_order_of_memory():
    for mode in MODES[:5]:
        for make in (lambda a: a, lambda a: a.T, lambda a: a[:, ::2], lambda a: a[::-1]):
            ours = agree(lambda np: np.pad(make(numbers(np, (3, 4))), 2, mode))
            theirs = numpy.pad(make(numbers(numpy, (3, 4))), 2, mode)
            assert ours.strides == theirs.strides
            agree(lambda np: np.pad(make(numbers(np, (3, 4))), 2, mode).flags.owndata)


def test_what_is_empty_or_refused():
    hold(
        {
            "empty": lambda np: np.pad(np.zeros((0, 3)), ((0, 0), (1, 1)), "edge"),
            "empty axis": lambda np: np.pad(np.zeros((0, 3)), 1, "edge"),
            "empty axis of values": lambda np: np.pad(np.zeros((0, 3)), 1),
            "nothing in mode empty": lambda np: np.pad(np.zeros(3), 2, "empty").shape,
            "a number": lambda np: np.pad(np.array(3), 1),
            "a number, nothing": lambda np: np.pad(np.array(3), []),
            "negative": lambda np: np.pad(np.ones(3), -1),
            "negative pair": lambda np: np.pad(np.ones(3), (1, -1), "wrap"),
            "floats": lambda np: np.pad(np.ones(3), 1.5),
            "bools": lambda np: np.pad(np.ones(3), True),
            "unsigned": lambda np: np.pad(np.ones(3), np.array([1, 2], dtype=np.uint8)),
            "too many": lambda np: np.pad(np.ones(3), ((1, 1), (1, 1))),
            "three": lambda np: np.pad(np.ones(3), (1, 2, 3)),
            "no mode": lambda np: np.pad(np.ones(3), 1, "nothing"),
            "other keywords": lambda np: np.pad(np.ones(3), 1, "edge", constant_values=3),
            "other keywords of values": lambda np: np.pad(np.ones(3), 1, reflect_type="even"),
            "even": lambda np: np.pad(np.arange(4), 6, "reflect", reflect_type="even"),
            "odd": lambda np: np.pad(np.arange(4), 6, "reflect", reflect_type="odd"),
            "odd symmetric": lambda np: np.pad(np.arange(4), 2, "symmetric", reflect_type="odd"),
            "a function": lambda np: np.pad(np.arange(4), 2, lambda v, w, a, k: v.__setitem__(slice(0, w[0]), 7)),
            "stat_length": lambda np: np.pad(np.arange(9.0), 2, "mean", stat_length=3),
            "a list": lambda np: np.pad([[1, 2], [3, 4]], 1, "reflect"),
            "objects": lambda np: np.pad(np.array(["a", None], dtype=object), 1, "edge"),
            "no width": lambda np: np.pad(np.ones(3)),
            "too long": lambda np: np.pad(np.ones(3), 2**62),
        }
    )


def test_large_borders():
    """Cut into pieces for all cores, and made by doubling."""
    for mode in MODES[:5]:
        agree(lambda np: np.pad(numbers(np, (700, 500), "float64"), ((300, 1100), (900, 400)), mode))
        agree(lambda np: np.pad(numbers(np, (3,)), 200_001, mode))
