"""Products of stacks of matrices, of all types, and the functions beside matmul, against NumPy."""

import itertools

import numpy
import pytest
from agreement import DTYPES, agree

import rooftop

SHAPES = [(), (3,), (0,), (1,), (3, 3), (2, 3), (3, 2), (3, 0), (0, 3), (2, 3, 3), (2, 1, 3, 3), (4, 3, 2), (5, 1, 2, 3), (1, 3, 3)]
FUNCTIONS = ["matmul", "dot", "inner", "outer", "kron", "vdot", "vecdot", "matvec", "vecmat"]


def made(package, shape, dtype="float64", kind="row"):
    count = int(numpy.prod(shape))
    a = (package.arange(2 * count) % 7 - 2).astype(dtype)
    if kind == "strided":
        return a.reshape((*shape, 2))[..., 1]
    a = a[:count].reshape(shape)
    return a.T.copy().T if kind == "column" else a[::-1] if kind == "reversed" and shape else a


@pytest.mark.parametrize("name", FUNCTIONS)
def test_shapes(name):
    for first, second in itertools.product(SHAPES, SHAPES):
        agree(lambda np: getattr(np, name)(made(np, first), made(np, second)))
        agree(lambda np: getattr(np, name)(made(np, first, "int64", "column"), made(np, second, "int64", "strided")))
    if name == "dot":
        for first, second in itertools.product(SHAPES, SHAPES):
            agree(lambda np: made(np, first).dot(made(np, second)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_types(name):
    for first, second in itertools.product(DTYPES, DTYPES):
        for shapes in [((3,), (3,)), ((2, 3), (3, 12)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 2, 3), (2, 3, 9)), ((2, 3), (2, 3))]:
            agree(lambda np: getattr(np, name)(made(np, shapes[0], first), made(np, shapes[1], second)))


@pytest.mark.parametrize("kind", ["row", "column", "strided", "reversed"])
def test_memory_orders(kind):
    for dtype in ("int32", "bool", "float32", "complex128", "float16"):
        for first, second in [((4, 5), (5, 6)), ((3, 4, 5), (3, 5, 6)), ((3, 4, 5), (5, 6)), ((4, 5), (3, 5, 6)), ((3, 4, 5), (5,))]:
            agree(lambda np: made(np, first, dtype, kind) @ made(np, second, dtype, kind))


def test_integers_wrap():
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        big = numpy.iinfo(dtype).max
        agree(lambda np: np.full((3, 17), big, dtype) @ np.full((17, 11), big, dtype))


def test_large():
    for dtype in ("int64", "int32", "uint8", "bool"):
        agree(lambda np: made(np, (150, 70), dtype) @ made(np, (70, 90), dtype))
        agree(lambda np: made(np, (40, 30, 20), dtype) @ made(np, (40, 20, 30), dtype))
    agree(lambda np: made(np, (500, 16, 16)) @ made(np, (500, 16, 16)))  # exact: small whole numbers
    agree(lambda np: made(np, (3, 200, 200), "float32") @ made(np, (200, 200), "float32"))


def test_options_and_other_operands():
    for name in FUNCTIONS:
        agree(lambda np: getattr(np, name)([[1, 2, 3]], [4, 5, 6]))
        agree(lambda np: getattr(np, name)(np.ones((3, 3)), numpy.ones(3)))
        agree(lambda np: getattr(np, name)(np.ones(3), 2.0))
        agree(lambda np: getattr(np, name)(np.ones((3, 3)), np.ones((3, 3)), wrong=1))
        agree(lambda np: getattr(np, name)(np.ones((3, 3))))
        agree(lambda np: getattr(np, name)("abc", None))
    agree(lambda np: np.matmul(np.ones((2, 2)), np.ones((2, 2)), out=np.zeros((2, 2)), dtype="float64"))
    agree(lambda np: np.outer(np.ones(2), np.ones(3), out=np.zeros((2, 3))))


def test_infinities():
    for dtype in ("float32", "float64", "float16"):
        agree(lambda np: np.array([[[numpy.inf, 1.0]]], dtype) @ np.array([[[0.0], [1.0]]], dtype))


def test_subclasses():
    class Named(rooftop.ndarray):
        pass

    a = rooftop.ones((2, 2)).view(Named)
    assert type(rooftop.outer(a, a)) in (Named, rooftop.ndarray)
