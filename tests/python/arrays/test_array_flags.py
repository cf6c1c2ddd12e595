"""ndarray.flags: NumPy's, by attribute and by key."""

from __future__ import annotations

import gc
import weakref

import numpy
import pytest
from agreement import agree

import rooftop

ATTRIBUTES = (
    *("c_contiguous", "contiguous", "f_contiguous", "fortran", "owndata", "writeable", "aligned", "behaved", "carray"),
    *("farray", "fnc", "forc", "writebackifcopy", "num"),
)
KEYS = (
    *("C", "CONTIGUOUS", "C_CONTIGUOUS", "F", "FORTRAN", "F_CONTIGUOUS", "O", "OWNDATA", "W", "WRITEABLE", "A"),
    *("ALIGNED", "X", "WRITEBACKIFCOPY", "B", "BEHAVED", "CA", "CARRAY", "FA", "FARRAY", "FNC", "FORC"),
)


def locked(np):
    array = np.zeros(3)
    array.setflags(write=False)
    return array


ARRAYS = {
    "vector": lambda np: np.zeros(3),
    "matrix": lambda np: np.zeros((3, 4)),
    "turned": lambda np: np.zeros((3, 4)).T,
    "by columns": lambda np: np.zeros((3, 4), order="F"),
    "strided": lambda np: np.zeros((3, 4))[:, ::2],
    "one row": lambda np: np.zeros((1, 4)),
    "empty": lambda np: np.zeros((0, 4)),
    "number": lambda np: np.array(1.0),
    "locked": locked,
    "unaligned": lambda np: np.frombuffer(bytes(25), "f8", 3, 1),
    "repeated": lambda np: np.broadcast_to(np.zeros(3), (2, 3)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_flags_are_numpys(name):
    make = ARRAYS[name]
    agree(lambda np: [getattr(make(np).flags, attribute) for attribute in ATTRIBUTES])
    agree(lambda np: [make(np).flags[key] for key in KEYS])
    agree(lambda np: [repr(make(np).flags), str(make(np).flags)])


@pytest.mark.parametrize("key", ["foo", "", "c", 3, None])
def test_unknown_keys(key):
    agree(lambda np: np.zeros(3).flags[key])
    agree(lambda np: np.zeros(3).flags.__setitem__(key, True))
    agree(lambda np: np.zeros(3).flags.__setitem__("C", True))


def test_what_may_be_written():
    def by_key(np, key, value):
        array = np.zeros(3)
        array.flags[key] = value
        return array.flags.writeable

    def by_name(np, name, value):
        array = np.zeros(3)
        setattr(array.flags, name, value)
        return array.flags.writeable

    for value in (False, True, 0, 1):
        agree(lambda np: [by_key(np, "W", value), by_key(np, "WRITEABLE", value), by_name(np, "writeable", value)])
    agree(lambda np: [by_name(np, "aligned", True), by_key(np, "A", True), by_name(np, "writebackifcopy", False)])
    agree(lambda np: by_name(np, "writebackifcopy", True))
    for module in (numpy, rooftop):
        with pytest.raises(AttributeError):
            by_name(module, "c_contiguous", True)
        with pytest.raises(AttributeError):
            del module.zeros(3).flags.writeable
        with pytest.raises(ValueError, match="cannot set WRITEABLE flag to True of this array"):
            module.frombuffer(bytes(24)).flags.writeable = True


def test_comparison():
    agree(lambda np: [np.zeros(3).flags == np.ones(4).flags, np.zeros((3, 4)).flags == np.zeros((3, 4)).T.flags])
    agree(lambda np: [np.zeros(3).flags != np.ones(4).flags, np.zeros(3).flags == 3, np.zeros(3).flags != 3])
    agree(lambda np: {np.zeros(3).flags})
    agree(lambda np: np.zeros(3).flags < np.zeros(3).flags)


def test_flags_keep_their_array_and_nothing_else():
    array = rooftop.zeros(3)
    gone = weakref.ref(array)
    flags = array.flags
    del array
    assert flags.writeable and gone() is not None
    del flags
    gc.collect()
    assert gone() is None
