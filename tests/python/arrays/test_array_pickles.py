"""Copies, pickles, weak references, subclasses: arrays as Python objects."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy
import pytest
from agreement import DTYPES

import rooftop


class Table(rooftop.ndarray):
    """At the module's level, so that it can be pickled."""

    label = "a table"


def arrays():
    block = rooftop.arange(24).reshape(2, 3, 4)
    yield from (block, block.T, block[::-1, ::2], block[0, 0, 0, ...], block[:0], rooftop.ones(10_000), rooftop.ones((1,) * 9))
    yield from (rooftop.ones((2, 2), dtype=dtype) for dtype in DTYPES)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles(protocol):
    for a in arrays():
        again = pickle.loads(pickle.dumps(a, protocol))
        assert type(again) is rooftop.ndarray and again.dtype == a.dtype and again.shape == a.shape
        assert again.tolist() == a.tolist() and again.flags.writeable
        assert not numpy.shares_memory(numpy.asarray(again), numpy.asarray(a)) and again.flags.aligned
        if a.flags.f_contiguous and not a.flags.c_contiguous and protocol == 5:
            assert again.flags.f_contiguous
        if again.size and a.dtype != "bool":
            again += again.dtype.type(1)


def test_buffers_out_of_band():
    a = rooftop.arange(1000.0)
    buffers: list = []
    data = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
    assert len(data) < 500 and len(buffers) == 1
    again = pickle.loads(data, buffers=buffers)
    assert numpy.shares_memory(numpy.asarray(again), numpy.asarray(a)) and again.tolist() == a.tolist()
    locked = pickle.loads(data, buffers=[bytes(buffers[0].raw())])
    assert locked.tolist() == a.tolist()
    for wrong in ([b"123"], [b"1" * 8001], [3]):
        with pytest.raises((ValueError, TypeError, pickle.UnpicklingError, BufferError)):
            pickle.loads(data, buffers=wrong)


def test_malformed_pickles_are_errors():
    """Every byte of a pickle is changed and every end cut off; memory must fit what is said of it."""
    for a in (rooftop.arange(5, dtype="int16").reshape(1, 5), rooftop.float32(1.5), rooftop.dtype("float32")):
        for protocol in (2, 4, 5):
            data = pickle.dumps(a, protocol)
            broken = [data[:end] for end in range(len(data))]
            broken += [data[:i] + bytes([data[i] ^ flip]) + data[i + 1 :] for i in range(len(data)) for flip in (1, 128)]
            for text in broken:
                try:
                    made = pickle.loads(text)
                    repr(made)
                    assert made is None or numpy.asarray(made).nbytes < 10_000
                except Exception as error:  # noqa: BLE001 - any exception is right, a crash is not
                    assert not isinstance(error, SystemError), error


def test_rebuilding_refuses_what_does_not_fit():
    rebuild, arguments = rooftop.ones((2, 2)).__reduce_ex__(4)[:2]
    for place, wrong in [(0, int), (0, 3), (1, b"1"), (1, 3), (2, "nothing"), (2, "object"), (3, (3, 3)), (3, "ab"),
                         (3, (2**62, 4)), (4, "X")]:  # fmt: skip
        changed = list(arguments)
        changed[place] = wrong
        with pytest.raises((TypeError, ValueError, OverflowError, AttributeError)):
            rebuild(*changed)
    for wrong in ((rooftop.dtype("float64"), b"123"), (3, b"12345678"), (rooftop.dtype("float64"),)):
        with pytest.raises((TypeError, ValueError)):
            rooftop._core._rebuild_scalar(*wrong)


def test_copies():
    for a in arrays():
        for made in (copy.copy(a), copy.deepcopy(a), a.copy(), a.__copy__()):
            assert type(made) is rooftop.ndarray and made.tolist() == a.tolist() and made.base is None
            assert not numpy.shares_memory(numpy.asarray(made), numpy.asarray(a))
    shared = rooftop.ones(2)
    first, second = copy.deepcopy([shared, shared])
    assert first is second


def test_weak_references():
    a = rooftop.ones(3)
    died = []
    reference = weakref.ref(a, lambda _: died.append(True))
    assert reference() is a
    del a
    gc.collect()
    assert reference() is None and died == [True]
    fresh = [rooftop.ones(3) for _ in range(100)]
    assert not any(weakref.getweakrefcount(item) for item in fresh)
    held = weakref.WeakValueDictionary(a=fresh[0])
    del fresh
    assert "a" not in held


def test_subclasses():
    table = rooftop.arange(6.0).reshape(2, 3).view(Table)
    assert type(table) is Table and table.label == "a table"
    for made in (table[0], table[:, 1:], table.T, table.copy(), table.reshape(3, 2), table.astype("f4"), table.ravel(),
                 copy.copy(table), copy.deepcopy(table), table.squeeze(), table.flatten()):  # fmt: skip
        assert type(made) is Table, made
    assert isinstance(table[0, 0], rooftop.float64)
    assert isinstance(table + 1, rooftop.ndarray) and (table + 1).tolist() == [[1, 2, 3], [4, 5, 6]]
    table.label = "another"
    table.extra = [1]
    for protocol in range(2, 6):
        again = pickle.loads(pickle.dumps(table, protocol))
        assert type(again) is Table and again.label == "another" and again.tolist() == table.tolist()
    again = copy.deepcopy(table)
    assert again.extra == [1] and again.extra is not table.extra
    assert type(Table((2, 2))) is Table
    kept = table[0]
    del table
    for _ in range(100):
        rooftop.ones(6)
    assert kept.tolist() == [0, 1, 2]


def test_subclasses_of_many_kinds_end_well():
    class Slots(rooftop.ndarray):
        __slots__ = ("name",)

    class Ends(rooftop.ndarray):
        ended = 0

        def __del__(self):
            Ends.ended += 1

    for _ in range(50):
        made = rooftop.ones(3).view(Slots)
        made.name = "x"
        rooftop.ones((1,) * 6).view(Ends)
        loop = rooftop.ones(3).view(Table)
        loop.itself = loop
    del made, loop
    gc.collect()
    assert Ends.ended == 50
    with pytest.raises(TypeError):
        rooftop.ones(3).view(int, 3, 4)


def test_arrays_have_no_attributes_of_the_users():
    with pytest.raises(AttributeError):
        rooftop.ones(2).nothing = 1
    with pytest.raises(AttributeError):
        rooftop.ones(2).ndim = 3
    with pytest.raises((AttributeError, TypeError)):
        del rooftop.ones(2).shape
