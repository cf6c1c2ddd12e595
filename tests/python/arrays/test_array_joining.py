"""Joining and splitting, against NumPy: values, types, strides, what shares memory, and the type of every error."""

import itertools

import numpy
import pytest
from agreement import DTYPES, agree, sample

import rooftop

JOINING = ["concatenate", "stack", "hstack", "vstack", "dstack", "column_stack"]
SHAPES = [(), (1,), (3,), (0,), (2, 3), (3, 3), (2, 0), (2, 3, 4), (1, 3, 1), (2, 3, 4, 1, 2)]
AXES = [0, 1, -1, -2, 2, 3, 7, -7, None, 1.5, True, "x"]
SPLITTING = ["split", "array_split", "hsplit", "vsplit", "dsplit"]
CUTS = [1, 2, 3, 5, 0, -1, 2**70, [1], [1, 2], (2, 1), [0, 0], [-1], [9, 10], [], [2**70], [1.5], None, "x"]


def layout(value):
    """An array with its strides; NumPy's results without elements have strides of their own."""
    if isinstance(value, (list, tuple)):
        return [layout(item) for item in value]
    return (value, value.strides) if getattr(value, "size", 0) > 0 else value


def made(package, shape, kind="row"):
    count = int(numpy.prod(shape))
    if kind == "strided":
        return package.arange(2.0 * count).reshape((*shape, 2))[..., 0]
    a = package.arange(float(count)).reshape(shape)
    return a.T.copy().T if kind == "column" else a


@pytest.mark.parametrize("name", JOINING)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_parts_of_one_shape(name, shape):
    kinds = ["row", "column", "strided"]
    for chosen in [*itertools.product(kinds, kinds), ("row",), ("column",) * 3]:
        agree(lambda np: layout(getattr(np, name)([made(np, shape, kind) for kind in chosen])))
    for axis in AXES:
        agree(lambda np: layout(getattr(np, name)((made(np, shape), made(np, shape, "column")), axis=axis)))
    agree(lambda np: layout(getattr(np, name)(made(np, (3, *shape)))))  # the rows of an array


@pytest.mark.parametrize("name", JOINING)
def test_parts_of_several_shapes(name):
    for first, second in itertools.product(SHAPES, SHAPES):
        for axis in (0, 1, -1):
            kind = {"axis": axis} if name in ("concatenate", "stack") else {}
            agree(lambda np: layout(getattr(np, name)((made(np, first), made(np, second)), **kind)))


@pytest.mark.parametrize("name", JOINING)
def test_types(name):
    for first, second in itertools.product(DTYPES, DTYPES):
        agree(lambda np: getattr(np, name)((np.array(sample(first)[:2]), np.array(sample(second)[:2]))))


@pytest.mark.parametrize("name", ["concatenate", "stack", "hstack", "vstack"])
def test_type_and_casting(name):
    for first, wanted in itertools.product(DTYPES, [*DTYPES, None, "x", "U3"]):
        for casting in ("no", "safe", "same_kind", "unsafe", "wrong", None):
            keywords = {"dtype": wanted} | ({} if casting is None else {"casting": casting})
            agree(lambda np: getattr(np, name)((np.ones(2, first), np.zeros(2, first)), **keywords))


@pytest.mark.parametrize("name", ["concatenate", "stack"])
def test_out(name):
    for dtype, shape in itertools.product(["float64", "float32", "int64", "complex128"], [(4,), (2, 2), (5,), (4, 1)]):

        def into(np):
            out = np.zeros(shape, dtype)
            result = getattr(np, name)((np.array([1.0, 2.0]), np.array([3.0, 4.0])), out=out)
            return result is out, out

        agree(into)

    def overlapping(np):
        a = np.arange(6.0)
        return np.concatenate((a[1:3], a[0:2]), out=a[:4]), a

    agree(overlapping)
    agree(lambda np: np.concatenate((np.ones(2),), out=np.broadcast_to(np.zeros(1), 2)))


def test_all_elements():
    for first, second in itertools.product(SHAPES, SHAPES):
        agree(lambda np: np.concatenate((made(np, first), made(np, second, "column")), axis=None))
    agree(lambda np: np.concatenate((np.ones(2, "float32"), 1.0), axis=None))


def test_append():
    for first, second in itertools.product(SHAPES, SHAPES):
        for axis in (None, 0, 1, -1, 5, "x"):
            agree(lambda np: layout(np.append(made(np, first), made(np, second, "column"), axis)))
    for value in (1, 2.5, True, 1j, [1, 2], [[1.5]], "x", None, 2**70):
        for dtype in DTYPES:
            agree(lambda np: np.append(np.ones(3, dtype), value))


@pytest.mark.parametrize("name", JOINING)
def test_what_is_no_array(name):
    for parts in (
        [[1, 2], [3, 4]], ([1.5], (2,)), [1, 2.5], [True, 2], (1, [2]), ["a", "b"], [[1, 2], [3]], [], (), 5, None,
        [None, 1], [[[1]], [[2.5]]], [2**70, 1], [1j, 2], range(3), [range(3), range(3)],
    ):  # fmt: skip
        agree(lambda np: getattr(np, name)(parts))
    for parts in itertools.product(["ones(3)", "float32(2)", "[1, 2, 3]", "2", "arange(3)[:1]"], repeat=2):
        agree(lambda np: getattr(np, name)([eval(p if p[0] in "[2" else "np." + p, {"np": np}) for p in parts]))
    agree(lambda np: getattr(np, name)((np.ones(3), numpy.arange(3))))
    agree(lambda np: getattr(np, name)(np.ones(3) for _ in range(2)))
    agree(lambda np: getattr(np, name)((np.ones(3), np.ones(3)), wrong=1))


def test_many_parts():
    agree(lambda np: np.concatenate([np.full(i % 5, i) for i in range(1000)]))
    agree(lambda np: np.stack([np.full((2, 3), i) for i in range(1000)], axis=-1))


def test_large_parts():
    """Copied by all threads, or in narrow steps together."""
    for axis in (0, 1):
        agree(lambda np: np.concatenate((np.ones((700, 300)), np.arange(2100.0 * 100).reshape(700, 300)), axis=axis))
        agree(lambda np: np.stack((np.arange(300000), np.arange(300000)[::-1]), axis=axis))
        agree(lambda np: np.stack((np.arange(30000), np.arange(30000, dtype="int16")), axis=axis))


class Named(rooftop.ndarray):
    pass


def test_subclasses():
    a = rooftop.ones(3).view(Named)
    assert type(rooftop.split(a, 3)[0]) is Named
    assert type(rooftop.unstack(rooftop.ones((2, 2)).view(Named))[0]) is Named


@pytest.mark.parametrize("name", SPLITTING)
@pytest.mark.parametrize("shape", [*SHAPES, (6, 4, 2)], ids=str)
def test_splitting(name, shape):
    for cuts in CUTS:
        agree(lambda np: layout(getattr(np, name)(made(np, shape), cuts)))
        agree(lambda np: layout(getattr(np, name)(made(np, shape, "column"), np.array([1, 2]))))
        if name in ("split", "array_split"):
            for axis in AXES:
                agree(lambda np: layout(getattr(np, name)(made(np, shape), cuts, axis)))
                agree(lambda np: layout(getattr(np, name)(made(np, shape, "strided"), cuts, axis=axis)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_unstack(shape):
    agree(lambda np: layout(np.unstack(made(np, shape))))
    for axis in AXES:
        agree(lambda np: layout(np.unstack(made(np, shape), axis=axis)))


def test_parts_share_memory():
    a = rooftop.arange(6.0).reshape(2, 3)
    rooftop.split(a, 3, 1)[1][:] = 9
    rooftop.unstack(a)[1][0] = 8
    assert a.tolist() == [[0, 9, 2], [8, 9, 5]]
    for function in (lambda x: rooftop.split(x, 2)[0], lambda x: rooftop.unstack(x)[0]):
        with pytest.raises(ValueError):
            function(rooftop.broadcast_to(rooftop.ones(1), (2, 2)))[...] = 1
