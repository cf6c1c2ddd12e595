"""What malformed input is made of, and how an answer to it is judged: helpers of foreign_input.py."""

from __future__ import annotations

import ctypes
import random

import numpy

import rooftop

DTYPES = ["?", "b", "h", "i", "l", "B", "H", "I", "L", "e", "f", "d", "F", "D"]
#: Numbers at which sizes, addresses and their products turn.
TURNS = [0, 1, -1, 2, -2, 3, 7, 8, 64, 65, 255, 2**31 - 1, 2**31, 2**32, 2**60, 2**62, 2**63 - 1, -(2**63), 2**63, 2**64, 2**100]
NONSENSE = [None, (), "", "x", b"", 1.5, 1j, object, [], {}, float("nan"), "\udc80", (None,), ((),), NotImplemented]

MEMORY = bytearray(range(256)) * 4
ADDRESS = ctypes.addressof(ctypes.c_char.from_buffer(MEMORY))
LOCKED = bytes(MEMORY)


class Mismatch(Exception):
    pass


class Holder:
    """An object with the attributes given."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def number(rng: random.Random):
    return rng.choice([*TURNS, *range(-4, 5), *range(6)] if rng.random() < 0.9 else NONSENSE)


def shape_of(rng: random.Random):
    if rng.random() < 0.6:
        return tuple(rng.choice([0, 1, 2, 3, 4]) for _ in range(rng.choice([0, 1, 1, 2, 2, 3])))
    if rng.random() < 0.1:
        return (1,) * rng.choice([32, 33, 63, 64, 65, 100])
    return rng.choice([tuple, list])(number(rng) for _ in range(rng.choice([0, 1, 2, 3])))


def strides_of(rng: random.Random, shape):
    count = len(shape) if rng.random() < 0.8 else rng.randrange(4)
    return tuple(rng.choice([8, 16, 24, -8, 0, 4, 1, number(rng)]) for _ in range(count))


def is_inside(array) -> bool:
    """Whether every element lies in MEMORY or LOCKED, as far as addresses tell."""
    low = high = array.__array_interface__["data"][0]
    if array.size == 0:
        return True
    for length, stride in zip(array.shape, array.strides):
        low, high = low + min(0, (length - 1) * stride), high + max(0, (length - 1) * stride)
    begins = [ADDRESS, numpy.frombuffer(LOCKED, "u1").__array_interface__["data"][0]]
    return any(begin <= low and high + array.itemsize <= begin + len(MEMORY) for begin in begins)


def describe(array) -> tuple:
    address = array.__array_interface__["data"]
    text = None
    if array.size <= 4096 and is_inside(array):
        text = numpy.asarray(array).tobytes()
    return array.shape, array.strides, str(array.dtype), address[1], address[0] if array.size and is_inside(array) else 0, text


def both(function) -> None:
    """The function of a module with NumPy and with rooftop: the same array, or an error from both."""
    outcomes = []
    for module in (numpy, rooftop):
        try:
            made = function(module)
        except Exception as error:  # noqa: BLE001 - a SystemError is none that a function should raise
            if isinstance(error, SystemError) and module is rooftop and outcomes[0] != SystemError:
                raise Mismatch(f"{error!r} where NumPy has {outcomes[0]}") from error
            outcomes.append(type(error))
            continue
        if not isinstance(made, (numpy.ndarray, rooftop.ndarray)):
            outcomes.append(type(made).__name__)
        elif made.dtype.kind in "OUSVMm":
            outcomes.append(("an array of NumPy's", made.shape, str(made.dtype)))
        else:
            outcomes.append(describe(made))
            if module is rooftop and is_inside(made):
                use(made)
    theirs, ours = outcomes
    if isinstance(theirs, type) and isinstance(ours, type):
        return
    if theirs != ours:
        raise Mismatch(f"{ours} where NumPy has {theirs}")


def use(array) -> None:
    """Whatever reads or writes the elements, in the ways that others follow."""
    if any(length > 4096 for length in (array.size, *array.shape)):
        return
    repr(array), array.copy(), array.tolist(), array[...].sum()
    with rooftop.errstate(all="ignore"):
        array + array
    if array.flags.writeable:
        array[...] = array
    else:
        try:
            array[...] = 0
        except ValueError:
            pass
        else:
            raise Mismatch("an array on read-only memory was written to")
        if any(base is LOCKED for base in bases(array)):
            try:
                array.flags.writeable = True
            except ValueError:
                return
            raise Mismatch("an array on constant memory was made writeable")


def bases(array):
    while array is not None:
        yield array
        array = getattr(array, "base", getattr(array, "obj", None))


capsule_new = ctypes.pythonapi.PyCapsule_New
capsule_new.restype, capsule_new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
capsule_name = ctypes.pythonapi.PyCapsule_GetName
capsule_name.restype, capsule_name.argtypes = ctypes.c_char_p, [ctypes.py_object]


def longs(values) -> ctypes.Array:
    return (ctypes.c_int64 * max(len(values), 1))(*(value if isinstance(value, int) and abs(value) < 2**63 else -1 for value in values))
