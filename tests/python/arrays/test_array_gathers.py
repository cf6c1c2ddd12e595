"""Elements by their places, read and written, against NumPy: values, strides, the type of every error."""

import numpy
import pytest
from agreement import DTYPES, agree

import rooftop

SHAPES = [(), (4,), (0,), (3, 4), (2, 3, 4), (2, 0), (1, 3, 1)]
AXES = [None, 0, 1, -1, 2, 5, 1.5, "x"]
PLACES = [
    "0", "-1", "3", "9", "np.int64(1)", "[0, 2, 1]", "[0, -1, 0, 1]", "[[0, 1], [1, 0]]", "(1, 0)", "[]", "[0, 9]", "[-5, 0]",
    "np.arange(3, dtype='uint8')", "np.array([[1], [0]])", "np.array(1)", "True", "[True, False]", "[0.5]", "None", "'x'",
    "np.arange(6)[::2] % 3", "2**70", "slice(2)",
]  # fmt: skip
KINDS = ["row", "column", "strided"]


def made(package, shape, kind="row", dtype="float64"):
    count = int(numpy.prod(shape))
    if kind == "strided":
        return package.arange(2 * count).astype(dtype).reshape((*shape, 2))[..., 0]
    a = package.arange(count).astype(dtype).reshape(shape)
    return a.T.copy().T if kind == "column" else a


def layout(value):
    return (value, value.strides) if getattr(value, "size", 0) > 0 else value


def given(np, text):
    return eval(text, {"np": np})


def changed(function):
    """The array after a function has changed it, and what that gave back."""

    def run(np, *shape):
        a = made(np, *shape)
        return function(np, a), a

    return run


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_take(shape):
    for places in PLACES:
        for axis in AXES:
            for kind in KINDS:
                agree(lambda np: layout(np.take(made(np, shape, kind), given(np, places), axis)))
                agree(lambda np: layout(made(np, shape, kind).take(given(np, places), axis=axis)))
        for mode in ("wrap", "clip", "raise", "wrong"):
            agree(lambda np: np.take(made(np, shape), given(np, places), mode=mode))
    agree(lambda np: np.take(made(np, shape), [0, 0], out=np.zeros(2)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_put(shape):
    for places in PLACES:
        for value in ("1", "[5, 6, 7]", "[5]", "[]", "np.arange(9)", "0.5", "1j", "'x'", "None", "np.float32(3)"):
            put = changed(lambda np, a: np.put(a, given(np, places), given(np, value)))
            for kind in KINDS:
                agree(lambda np: put(np, shape, kind))
            agree(lambda np: put(np, shape, "row", "int8"))
    agree(lambda np: changed(lambda np, a: a.put([0, 5], 1, mode="wrap"))(np, (4,)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_along_axis(shape):
    for axis in AXES:
        for wanted in [shape, (4,), (3, 1), (1, 4), (3, 7), (2, 3, 2), (1, 3, 4), (5, 3, 4)]:
            for kind in KINDS:
                for dtype in ("int64", "uint8", "float64"):

                    def places(np):
                        return (np.arange(int(numpy.prod(wanted))) % 3 - 1).astype(dtype).reshape(wanted)

                    agree(lambda np: layout(np.take_along_axis(made(np, shape, kind), places(np), axis)))
                    for value in (7, 0.5, [1], "x"):
                        put = changed(lambda np, a: np.put_along_axis(a, places(np), value, axis))
                        agree(lambda np: put(np, shape, kind))
                    put = changed(lambda np, a: np.put_along_axis(a, places(np), np.arange(4.0), axis))
                    agree(lambda np: put(np, shape, kind))
    agree(lambda np: np.take_along_axis(made(np, (3, 4)), np.array([[0, 9]] * 3), 1))
    agree(lambda np: np.take_along_axis(made(np, (3, 4)), np.array([[0, 1]] * 3)))


@pytest.mark.parametrize("name", ["place", "putmask"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_masks(name, shape):
    for value in ("1", "[5, 6, 7]", "[]", "np.arange(24.0)", "[[1, 2]]", "0.5", "1j", "'x'", "np.arange(12.0).reshape(3, 4)"):
        for kind in KINDS:
            for wanted in (shape, (4,), (3, 4)):
                for test in ("> 2", "< 0", "% 2"):
                    function = changed(
                        lambda np, a: getattr(np, name)(a, eval(f"made(np, wanted) {test}", globals() | {"np": np, "wanted": wanted}), given(np, value))
                    )
                    agree(lambda np: function(np, shape, kind))


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    for call in (
        lambda np, a: np.take(a, [1, 1, 0]), lambda np, a: np.take(a, [1, 1, 0], 1), lambda np, a: np.put(a, [1, 3], 2),
        lambda np, a: np.take_along_axis(a, np.array([[0, 1]] * 3), 1), lambda np, a: np.putmask(a, a > 3, a.T.reshape(3, 4)),
        lambda np, a: np.place(a, np.arange(12).reshape(3, 4) > 5, [1, 2, 3]), lambda np, a: np.put(a, [1, 3], a[1:, 1]),
        lambda np, a: np.put_along_axis(a, np.array([[0, 0]] * 3), a[:, 2:], 1),
    ):  # fmt: skip
        agree(lambda np: changed(call)(np, (3, 4), "row", dtype))


def test_large():
    def gathered(np):
        a = np.arange(600_000.0).reshape(600, 1000)
        places = np.arange(3000) * 7 % 1000
        return np.take(a, places, 1), np.take(a, places % 600, 0), np.take(a, places), np.take_along_axis(a, a.astype("int64") % 10, 1)

    agree(gathered)


def test_what_is_no_array():
    for value in (5, [1, 2], [[1, 2], [3, 4]], "abc", None):
        agree(lambda np: np.take(value, [0, 1]))
        agree(lambda np: np.put(value, [0], 1))
        agree(lambda np: np.take_along_axis(value, np.array([0]), 0))


def test_read_only():
    a = rooftop.broadcast_to(rooftop.zeros(3), (2, 3))
    for write in (lambda: a.put([0], 1), lambda: rooftop.putmask(a, a == 0, 1), lambda: rooftop.place(a, a == 0, [1])):
        with pytest.raises(ValueError, match="read-only"):
            write()


def test_subclasses():
    class Named(rooftop.ndarray):
        pass

    assert type(rooftop.zeros(3).view(Named).take([0, 1])) is Named
