"""Views with other axes, against NumPy: results, strides, whether they can be written, and the type of every error."""

import itertools

import numpy
import pytest
from agreement import agree

import rooftop

SHAPES = [(), (3,), (1,), (2, 3), (1, 3), (2, 1), (2, 3, 4), (1, 3, 1), (2, 1, 3, 1)]
AXES = [None, 0, 1, -1, -2, 2, 5, -5, (0,), (0, 1), (1, 0), (0, 0), (), (0, 2), (2, 0, 1), 1.5, True, "x", [0, 1]]
BY_AXES = ["squeeze", "flip", "transpose", "permute_dims", "expand_dims"]
BY_TWO = ["swapaxes", "moveaxis"]
OF_ONE = ["flipud", "fliplr", "atleast_1d", "atleast_2d", "atleast_3d", "matrix_transpose", "ravel"]


def layout(value):
    """The value, its strides and whether it can be written; of empty arrays NumPy says that all strides are zero."""
    if getattr(value, "size", 0) == 0 or getattr(value, "flags", None) is None:
        return value
    return value, value.strides, value.flags.writeable


def made(package, shape, is_strided):
    if not is_strided:
        return package.ones(shape)
    return package.arange(1000)[: int(numpy.prod(shape)) * 2].reshape((*shape, 2))[..., 0]


def check(call, shape):
    for is_strided in (False, True):
        agree(lambda np: layout(call(np, made(np, shape, is_strided))))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", BY_AXES)
def test_views_by_axes(name, shape):
    for axes in AXES:
        check(lambda package, a: getattr(package, name)(a, axes), shape)
        if hasattr(numpy.ndarray, name):
            check(lambda package, a: getattr(a, name)(axes), shape)
        if name in ("squeeze", "flip"):
            check(lambda package, a: getattr(package, name)(a, axis=axes), shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", BY_TWO)
def test_views_by_two_axes(name, shape):
    for first, second in itertools.product(AXES, AXES):
        check(lambda package, a: getattr(package, name)(a, first, second), shape)
        if hasattr(numpy.ndarray, name):
            check(lambda package, a: getattr(a, name)(first, second), shape)


@pytest.mark.parametrize("shape", [*SHAPES, (0,), (0, 2, 3)], ids=str)
def test_views_of_one_argument(shape):
    for name in OF_ONE:
        check(lambda package, a: getattr(package, name)(a), shape)


@pytest.mark.parametrize("shape", [*SHAPES, (0,), (0, 2, 3)], ids=str)
def test_broadcast_to(shape):
    targets = [*SHAPES, (2, 2, 3), (5, 3), (-1, 3), (3, -1), (0, 3), (0,), 3, [2, 3], None, 1.5, (2**40, 2**40), True]
    for target in targets:
        check(lambda package, a: package.broadcast_to(a, target), shape)


@pytest.mark.parametrize("name", [*OF_ONE, "squeeze", "transpose", "flip", "sum", "max", "argmax", "var", "mean"])
def test_what_is_no_array(name):
    for value in (5, 2.5, [1, 2], [[1, 2], [3, 4]], (1, 2), "abc", None, True):
        agree(lambda np: getattr(np, name)(value))


def test_memory_is_shared():
    a = rooftop.arange(12).reshape(3, 4)
    rooftop.flip(a)[0, 0] = 100
    rooftop.moveaxis(a, 0, 1)[0, 0] = 50
    rooftop.expand_dims(a, 1)[1, 0, 0] = 25
    assert (a[-1, -1], a[0, 0], a[1, 0]) == (100, 50, 25)


class Named(rooftop.ndarray):
    def swapaxes(self, first, second):
        return "its own"


def test_subclasses():
    a = rooftop.arange(6).reshape(2, 3).view(Named)
    assert rooftop.swapaxes(a, 0, 1) == "its own"
    assert type(rooftop.transpose(a)) is Named
    assert type(a.squeeze()) is Named
    assert type(rooftop.expand_dims(a, 0)) is Named
