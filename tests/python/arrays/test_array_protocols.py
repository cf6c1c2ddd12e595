"""How arrays meet other packages: buffers, NumPy's interfaces and dispatch, DLPack, the array API's namespace."""

from __future__ import annotations

import array
import ctypes
import operator
import struct

import numpy
import pytest
from agreement import DTYPES, agree, hold, same_values, to_numpy

import rooftop


def views(dtype="float64"):
    block = rooftop.arange(24).astype(dtype).reshape(2, 3, 4)
    return [block, block.T, block[::-1, 1:], block[0, 0], block[0, 0, 0, ...], block[:0], block[:, :, ::-2]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_sees_the_same_memory(dtype):
    for ours in views(dtype):
        for theirs in (numpy.asarray(ours), numpy.array(ours, copy=False), ours.__array__(), numpy.asarray(memoryview(ours))):
            assert type(theirs) is numpy.ndarray and theirs.dtype == dtype
            assert theirs.shape == ours.shape and theirs.tolist() == ours.tolist()
            if ours.size:
                assert theirs.strides == ours.strides and numpy.shares_memory(theirs, numpy.asarray(ours))
        assert numpy.array(ours).flags.owndata and not numpy.shares_memory(numpy.array(ours), numpy.asarray(ours))


def test_array_method():
    a = rooftop.arange(3)
    assert a.__array__("f4").dtype == "f4" and a.__array__(copy=True) is not None
    assert not numpy.shares_memory(a.__array__(copy=True), a.__array__())
    with pytest.raises(ValueError):
        a.__array__("f4", copy=False)
    with pytest.raises(ValueError):
        numpy.array(a, dtype="f4", copy=False)
    with pytest.raises(TypeError):
        a.__array__(nothing=1)


def test_array_interface():
    for dtype in DTYPES:
        for ours in views(dtype):
            interface, theirs = ours.__array_interface__, numpy.asarray(ours).__array_interface__
            assert interface["typestr"] == theirs["typestr"] and interface["shape"] == theirs["shape"]
            assert interface["data"][1] == theirs["data"][1] and interface["version"] == 3
            if ours.size:
                assert interface == theirs
    locked = rooftop.ones(2)
    locked.flags.writeable = False
    assert locked.__array_interface__["data"][1] is True

    class Holder:
        def __init__(self, interface):
            self.__array_interface__ = interface

    ours = rooftop.arange(3.0)
    again = rooftop.asarray(Holder(ours.__array_interface__))
    again[0] = 7
    assert ours[0] == 7
    good = ours.__array_interface__
    for bad in (
        {**good, "typestr": "nothing"},
        {**good, "shape": (-1,)},
        {**good, "shape": "a"},
        {**good, "data": (None, False)},
        {**good, "strides": (1, 2, 3)},
        {**good, "version": "x", "shape": 3},
        {},
        3,
    ):
        with pytest.raises((ValueError, TypeError, AttributeError, KeyError)):
            made = rooftop.asarray(Holder(bad))
            if made.dtype == object:  # NumPy takes what has no interface as an object
                raise TypeError


def test_buffers():
    a = rooftop.arange(6, dtype="int32").reshape(2, 3)
    view = memoryview(a)
    assert (view.format, view.shape, view.strides, view.itemsize, view.nbytes) == ("i", (2, 3), (12, 4), 4, 24)
    view[1, 2] = 50
    assert a[1, 2] == 50 and not view.readonly
    assert memoryview(a.T).tolist() == a.T.tolist() and memoryview(a[:, ::-1]).tolist() == a[:, ::-1].tolist()
    assert bytes(a) == numpy.asarray(a).tobytes() and bytearray(a[:, 1]) == bytearray(numpy.asarray(a)[:, 1].tobytes())
    assert struct.unpack("3i", a[0]) == (0, 1, 2)
    assert list(array.array("i", a[0].tobytes())) == [0, 1, 2]
    with pytest.raises((BufferError, ValueError)):
        struct.unpack("2i", a[:, 0])
    a.flags.writeable = False
    assert memoryview(a).readonly
    with pytest.raises((BufferError, TypeError)):
        (ctypes.c_char * 24).from_buffer(a)
    for dtype in DTYPES:
        made = rooftop.ones(3, dtype=dtype)
        assert numpy.frombuffer(made, dtype=dtype).tolist() == made.tolist()
        if "complex" not in dtype and dtype != "float16":
            assert memoryview(made).tolist() == made.tolist()


def test_a_buffer_keeps_its_shape_and_memory():
    a = rooftop.arange(6)
    view = memoryview(a)
    a.shape = (2, 3)
    assert view.shape == (6,)
    del a
    for _ in range(100):
        rooftop.full(6, 9)
    assert view.tolist() == [0, 1, 2, 3, 4, 5]


def test_arrays_from_buffers():
    source = bytearray(struct.pack("4d", 1, 2, 3, 4))
    ours = rooftop.frombuffer(source)
    ours[0] = 9
    assert struct.unpack("4d", source)[0] == 9
    with pytest.raises(BufferError):
        source.append(1)  # the memory is in use
    assert rooftop.asarray(memoryview(source)).tolist() == list(source)
    assert rooftop.asarray(array.array("d", [1.5])).tolist() == [1.5]
    hold(
        {
            "odd size": lambda np: np.frombuffer(b"123", dtype="f8"),
            "far offset": lambda np: np.frombuffer(b"12345678", offset=9),
            "count": lambda np: np.frombuffer(b"1234", dtype="u1", count=9),
            "unaligned": lambda np: np.frombuffer(b"x" + struct.pack("2d", 1, 2), dtype="f8", offset=1) + 1,
            "no buffer": lambda np: np.frombuffer(3),
            "empty": lambda np: np.frombuffer(b"", dtype="u1"),
        }
    )


def test_numpy_functions_give_our_arrays():
    a, b = rooftop.arange(3.0), numpy.ones(3)
    for made in (
        numpy.sin(a),
        numpy.add(a, b),
        numpy.add(b, a),
        numpy.concatenate([a, b]),
        numpy.stack([a, a]),
        numpy.where(a > 1, a, b),
        numpy.sum(rooftop.ones((2, 2)), axis=0),
        numpy.mean(rooftop.ones((2, 2)), axis=0),
        numpy.sort(a),
        numpy.linalg.inv(rooftop.eye(2)),
        numpy.fft.fft(a),
        numpy.add.outer(a, b),
        numpy.add.reduce(rooftop.ones((2, 2))),
        numpy.multiply.accumulate(a),
        numpy.matmul(rooftop.eye(2), rooftop.eye(2)),
        numpy.einsum("i,j->ij", a, a),
        numpy.zeros_like(a),
        numpy.broadcast_to(a, (2, 3)),
        numpy.clip(a, 0, 1),
        numpy.reshape(a, (3, 1)),
    ):
        assert type(made) is rooftop.ndarray, made
    assert isinstance(numpy.sum(a), (rooftop.generic, float))
    assert isinstance(numpy.histogram(a)[0], rooftop.ndarray)
    out = numpy.zeros(3)
    assert numpy.add(a, 1, out=out) is out and out.tolist() == [1, 2, 3]
    ours = rooftop.zeros(3)
    assert numpy.add(b, b, out=ours) is ours and ours.tolist() == [2, 2, 2]
    assert numpy.add(a, b, out=out, where=rooftop.array([True, False, True])) is out and out.tolist() == [1, 2, 3]
    numpy.copyto(ours, b)
    assert ours.tolist() == [1, 1, 1]
    with pytest.raises(ValueError):
        numpy.add(a, rooftop.ones(2))


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lt", "eq", "matmul"])
def test_operators_between_ours_and_numpys(symbol):
    function = getattr(operator, symbol)
    ours, theirs = rooftop.arange(1, 4), numpy.arange(1.0, 4)
    expected = function(numpy.arange(1, 4), theirs)
    for left, right in ((ours, theirs), (numpy.asarray(ours), rooftop.asarray(theirs)), (ours, rooftop.asarray(theirs))):
        made = function(left, right)
        assert isinstance(made, (rooftop.ndarray, rooftop.generic))
        assert made.dtype == expected.dtype and same_values(numpy.asarray(to_numpy(made)), numpy.asarray(expected), 4)
    if symbol not in ("lt", "eq", "matmul"):
        target = numpy.arange(1.0, 4)
        kept = target
        target = getattr(operator, "i" + symbol)(target, rooftop.arange(1, 4))
        assert target is kept and same_values(target, function(numpy.arange(1.0, 4), numpy.arange(1, 4)), 4)
        mine = rooftop.arange(1.0, 4)
        same = mine
        mine = getattr(operator, "i" + symbol)(mine, numpy.arange(1, 4))
        assert mine is same and same_values(numpy.asarray(mine), target, 4)
    for scalar in (numpy.float32(2), numpy.int64(2), rooftop.float32(2)):
        for made in (function(ours, scalar), function(scalar, ours)) if symbol != "matmul" else ():
            assert isinstance(made, rooftop.ndarray)


def test_scalars_of_both():
    for ours in (rooftop.int8(2), rooftop.float64(2), rooftop.complex64(2)):
        for theirs in (numpy.int16(3), numpy.float32(3)):
            for made in (ours + theirs, theirs + ours, ours * theirs, theirs - ours):
                assert isinstance(made, rooftop.generic), (type(ours), type(theirs))
                assert made.dtype == numpy.result_type(numpy.asarray(ours), theirs)


def test_other_types_may_take_over():
    class Unit:
        __array_ufunc__ = None

        def __radd__(self, other):
            return "taken"

        def __rmatmul__(self, other):
            return "product"

        def __eq__(self, other):
            return "equal"

        __hash__ = None

    class Prior:
        __array_priority__ = 10

        def __radd__(self, other):
            return "prior"

    class Ufunc:
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            return ufunc.__name__, method, len(inputs)

    class Function:
        def __array_function__(self, function, types, arguments, keywords):
            return function.__name__

    a = rooftop.ones(3)
    assert a + Unit() == "taken" and (a == Unit()) == "equal" and a + Prior() == "prior"
    assert rooftop.float64(1) + Unit() == "taken"
    assert a + Ufunc() == ("add", "__call__", 2) and rooftop.add(a, Ufunc()) == ("add", "__call__", 2)
    assert numpy.multiply(Ufunc(), a) == ("multiply", "__call__", 2)
    assert numpy.concatenate([a, Function()]) == "concatenate"
    agree(lambda np: np.ones(2) + object())
    agree(lambda np: np.ones(2) == object())


def test_dlpack_both_ways():
    for dtype in DTYPES:
        for ours in views(dtype):
            theirs = numpy.from_dlpack(ours)
            assert theirs.dtype == dtype and theirs.tolist() == ours.tolist()
            again = rooftop.from_dlpack(numpy.asarray(ours))
            assert isinstance(again, rooftop.ndarray) and again.tolist() == ours.tolist()
            if ours.size:
                assert numpy.shares_memory(theirs, numpy.asarray(ours)) and numpy.shares_memory(again, numpy.asarray(ours))
    a = rooftop.arange(4)
    assert a.__dlpack_device__() == (1, 0)
    capsule = a.__dlpack__(max_version=(1, 0))
    assert "dltensor" in repr(capsule)
    b = rooftop.from_dlpack(a)
    assert type(b) is rooftop.ndarray
    del a, capsule
    assert b.tolist() == [0, 1, 2, 3]
    copied = rooftop.from_dlpack(b, copy=True)
    copied[0] = 9
    assert b[0] == 0
    for wrong in (3, None, "a", object()):
        with pytest.raises((TypeError, AttributeError)):
            rooftop.from_dlpack(wrong)

    class Empty:
        def __dlpack__(self, **keywords):
            return None

        def __dlpack_device__(self):
            return (1, 0)

    class Gpu(Empty):
        def __dlpack_device__(self):
            return (2, 0)

    for wrong in (Empty(), Gpu()):
        with pytest.raises((TypeError, ValueError, BufferError, RuntimeError)):
            rooftop.from_dlpack(wrong)


def test_dlpack_takes_and_gives_bfloat16():
    a = rooftop.asarray([1.5, -2, 3], dtype="bfloat16")
    b = rooftop.from_dlpack(a[::-2])
    assert b.dtype == a.dtype and b.tolist() == [3, 1.5] and b.strides == (-4,)
    b[0] = 7
    assert a.tolist() == [1.5, -2, 7]


def test_dlpack_of_what_may_not_be_written():
    a = rooftop.arange(3)
    a.flags.writeable = False
    with pytest.raises(BufferError, match="readonly"):
        a.__dlpack__()
    assert not rooftop.from_dlpack(a).flags.writeable
    copied = rooftop.from_dlpack(a, copy=True)
    assert copied.flags.writeable and copied.tolist() == [0, 1, 2]

    class Old:  # before version 1 there were no arguments, and nobody could say what may be written
        def __dlpack__(self):
            return rooftop.arange(3).__dlpack__()

    assert rooftop.from_dlpack(Old()).tolist() == [0, 1, 2] and not rooftop.from_dlpack(Old()).flags.writeable
    with pytest.raises(TypeError):
        rooftop.from_dlpack(Old(), copy=True)


def test_dlpack_refuses_what_it_cannot_express():
    a = rooftop.zeros(4, "int16").view("int8")[:6].view("int16")
    odd = rooftop.asarray(numpy.ndarray((2,), "int32", numpy.zeros(12, "int8"), strides=(6,)))
    with pytest.raises(BufferError, match="multiple of itemsize"):
        odd.__dlpack__()
    assert a.__dlpack__(max_version=(1, 0), dl_device=(1, 0), copy=False, stream=None) is not None
    for wrong in ({"stream": 1}, {"dl_device": (2, 0)}, {"max_version": 1}, {"copy": "yes"}, {"color": 1}):
        with pytest.raises((RuntimeError, BufferError, ValueError, TypeError)):
            a.__dlpack__(**wrong)
    with pytest.raises(TypeError):
        a.__dlpack_device__(1)


def test_the_namespace_of_the_array_api():
    a = rooftop.ones(2)
    assert a.__array_namespace__() is rooftop and a.__array_namespace__(api_version="2024.12") is rooftop
    with pytest.raises(ValueError):
        a.__array_namespace__(api_version="1999.01")
    assert a.device == "cpu" and a.to_device("cpu").tolist() == [1, 1]
    with pytest.raises(ValueError):
        a.to_device("gpu")
    info = rooftop.__array_namespace_info__()
    assert "cpu" in info.devices() and info.default_dtypes()["real floating"] == "float64"


def test_functions_of_other_modules_take_our_arrays():
    import math
    import random
    import statistics

    a = rooftop.array([3.0, 1.0, 2.0])
    assert math.fsum(a) == 6 and statistics.mean(a) == 2 and sorted(a) == [1, 2, 3]
    assert random.Random(1).choice(a) in (1, 2, 3) and math.prod(a) == 6 and max(a) == 3
    assert ctypes.c_double.from_buffer(a).value == 3.0
    assert math.dist(a, a) == 0 and math.hypot(*a) == pytest.approx(math.sqrt(14))


def test_numpy_arrays_without_axes_are_shared():
    theirs = numpy.array(3.0)
    ours = rooftop.asarray(theirs)
    ours[...] = 5
    assert theirs == 5 and rooftop.array(theirs).base is None
    theirs.flags.writeable = False
    assert not rooftop.asarray(theirs).flags.writeable
