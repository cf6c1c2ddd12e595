"""What an object is, and objects as arrays of a kind, against NumPy."""

import itertools

import pytest
from agreement import DTYPES, agree

import rooftop

OBJECTS = ["5", "2.5", "1j", "[1, 2]", "[[1j]]", "'x'", "None", "np.float32(1)", "np.complex64(1)", "np.ones((2, 3))",
           "np.ones((2, 3)).T", "np.ones((3, 1), 'complex64')", "np.ones(4)[::2]", "np.ones(())", "np.ones((0, 3))",
           "np.ones((2, 3, 4)).T", "np.arange(3)"]  # fmt: skip


def layout(value):
    if isinstance(value, tuple):
        return tuple(layout(item) for item in value)
    return (value, value.strides, value.flags.writeable) if getattr(value, "size", 0) > 0 and hasattr(value, "flags") else value


@pytest.mark.parametrize("name", ["iscomplexobj", "isrealobj", "asanyarray", "ascontiguousarray", "asfortranarray"])
def test_of_one_object(name):
    for text in OBJECTS:
        agree(lambda np: layout(getattr(np, name)(eval(text, {"np": np}))))
    for dtype in DTYPES:
        agree(lambda np: layout(getattr(np, name)(np.ones((2, 2), dtype))))
    agree(lambda np: getattr(np, name)())


def test_arrays_that_fit_are_themselves():
    a = rooftop.ones((2, 3))
    assert rooftop.ascontiguousarray(a) is a
    assert rooftop.asfortranarray(a) is not a
    assert rooftop.asanyarray(a) is a
    assert rooftop.broadcast_arrays(a, a)[0] is a

    class Named(rooftop.ndarray):
        pass

    assert type(rooftop.asanyarray(a.view(Named))) is Named
    assert type(rooftop.ascontiguousarray(a.view(Named))) is rooftop.ndarray


def test_broadcast_arrays():
    for first, second in itertools.product(OBJECTS, OBJECTS):
        agree(lambda np: [(x.shape, x.strides, x) for x in np.broadcast_arrays(*(eval(t, {"np": np}) for t in (first, second))) if x.size])
    agree(lambda np: np.broadcast_arrays())
    agree(lambda np: np.broadcast_arrays(np.ones(3)))
    agree(lambda np: np.broadcast_arrays(np.ones(3), np.ones((2, 1)), subok=True))
