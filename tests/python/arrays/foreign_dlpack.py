"""DLPack capsules that are wrong in every way, and our own: two kinds of foreign_input.py."""

from __future__ import annotations

import ctypes
import random

import numpy
from foreign_values import (
    ADDRESS,
    DTYPES,
    NONSENSE,
    Holder,
    Mismatch,
    capsule_name,
    capsule_new,
    describe,
    is_inside,
    longs,
    shape_of,
    use,
)

import rooftop

NONSENSE_TYPES = {type(value) for value in NONSENSE}


class Tensor(ctypes.Structure):
    """DLTensor of the DLPack specification."""

    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
                ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p), ("byte_offset", ctypes.c_uint64)]  # fmt: skip


Deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    _fields_ = [("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", Deleter)]


class Versioned(ctypes.Structure):
    _fields_ = [("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p), ("deleter", Deleter),
                ("flags", ctypes.c_uint64), ("tensor", Tensor)]  # fmt: skip


def tensor(rng: random.Random, keep: list) -> Tensor:
    shape = [length if isinstance(length, int) else 2 for length in shape_of(rng)]
    lengths, steps = longs(shape), longs([rng.choice([1, 2, 3, -1, 0, 2**60, -(2**63)]) for _ in shape])
    keep += [lengths, steps]
    code, bits = rng.choice([(2, 64), (2, 32), (2, 16), (0, 8), (0, 32), (0, 64), (1, 8), (1, 64), (5, 64), (5, 128), (6, 8)])
    return Tensor(
        data=ADDRESS,
        device_type=rng.choice([1, 1, 1, 1, 1, 2, 3, 0, -1, 13]),
        device_id=rng.choice([0, 0, 0, 1, -1]),
        ndim=rng.choice([len(shape)] * 6 + [-1, 65, 2**31 - 1] if shape else [0]),
        # 4 is bfloat16, which NumPy does not take.
        code=code if rng.random() < 0.9 else rng.choice([3, 7, 255]),
        bits=bits if rng.random() < 0.9 else rng.choice([0, 1, 4, 24, 255]),
        lanes=rng.choice([1] * 8 + [0, 2, 65535]),
        shape=ctypes.addressof(lengths),
        strides=rng.choice([None, ctypes.addressof(steps)]),
        byte_offset=rng.choice([0, 0, 0, 8, 64]),
    )


def dlpack(rng: random.Random) -> None:
    """The deleter is called once for each capsule that was taken, and never for one that was refused."""
    seed = rng.random()

    def take(np):
        rng, keep, ended = random.Random(seed), [], []
        deleter = Deleter(ended.append)
        is_versioned = rng.random() < 0.5
        if is_versioned:
            major = rng.choice([1, 1, 1, 0, 2, 2**32 - 1])
            made = Versioned(major=major, deleter=deleter, flags=rng.choice([0, 1, 2, 3, 2**63]), tensor=tensor(rng, keep))
        else:
            made = Managed(tensor=tensor(rng, keep), deleter=deleter)
        if rng.random() < 0.1:
            made.deleter = Deleter()  # none
        far.extend(step for step in keep[1] if abs(step) * made.tensor.bits >= 2**66)
        own = b"dltensor_versioned" if is_versioned else b"dltensor"
        # A name that promises another structure than there is would be a lie that no consumer can see.
        name = own if rng.random() < 0.85 else rng.choice([b"used_" + own, b"x", b"", None, b"DLTENSOR"])
        capsule = capsule_new(ctypes.addressof(made), name, None) if rng.random() < 0.95 else rng.choice(NONSENSE)
        device = (made.tensor.device_type, made.tensor.device_id) if rng.random() < 0.9 else rng.choice([(1, 0), (), None, 3, ("a", "b")])
        asked = {}

        class Producer:
            def __dlpack__(self, **keywords):
                asked.update(keywords)
                return capsule

            def __dlpack_device__(self):
                return device

        producer = Producer()
        copy = rng.choice([None, None, True, False])
        try:
            array = np.from_dlpack(producer, copy=copy)
        except Exception:
            taken = type(capsule) in NONSENSE_TYPES or capsule_name(capsule) == name
            if taken and ended:
                raise Mismatch(f"the deleter of a capsule that was refused was called {len(ended)} times") from None
            raise
        result = describe(array)
        if is_inside(array) and np is rooftop:
            use(array)
        if ended and array.base is not None:
            raise Mismatch("the deleter was called while the array is there")
        taken_once = capsule_name(capsule).startswith(b"used_")
        try:
            np.from_dlpack(producer)
            raise Mismatch("a capsule was consumed twice")
        except (ValueError, BufferError, RuntimeError, TypeError, AttributeError):
            pass
        view = array[...]
        del array
        if ended and view.base is not None:
            raise Mismatch("the deleter was called while a view is there")
        del view
        if not (taken_once and len(ended) == bool(made.deleter)):
            raise Mismatch(f"the deleter was called {len(ended)} times")
        keep.append(made)
        return Holder(text=(*result[:4], result[5], asked.keys()))

    outcomes = []
    far = []
    for module in (numpy, rooftop):
        try:
            outcomes.append(take(module).text)
        except Mismatch as mismatch:
            outcomes.append(f"{mismatch}")
        except Exception as error:  # noqa: BLE001
            outcomes.append(type(error))
    # Strides beyond any memory are garbage to NumPy.
    is_refused = far and outcomes[1] is ValueError
    if outcomes[0] != outcomes[1] and not is_refused and not all(isinstance(outcome, type) for outcome in outcomes):
        raise Mismatch(f"{outcomes[1]} where NumPy has {outcomes[0]}")


def exported(rng: random.Random) -> None:
    """Our own capsules: taken once, dropped untaken, or taken after the array is gone."""
    array = rooftop.ones(rng.choice([(3,), (2, 3), (), (0,), (2, 2, 2)]), rng.choice(DTYPES))[..., None][..., 0]
    keywords = rng.choice([{}, {"max_version": (1, 0)}, {"max_version": rng.choice([(0, 8), (9, 9), None, 3, ("a", 1)])},
                           {"stream": rng.choice([None, 1, "x"])}, {"copy": rng.choice([True, False, None, 3])},
                           {"dl_device": rng.choice([(1, 0), (2, 0), None, 5, (1,)])}, {"nothing": 1}])  # fmt: skip
    try:
        capsule = array.__dlpack__(**keywords)
    except (BufferError, TypeError, ValueError, RuntimeError):
        return
    wanted = array.tolist()
    del array
    way = rng.randrange(3)
    if way == 0:
        return
    giver = Holder()
    type(giver).__dlpack__ = lambda self, **keywords: capsule
    type(giver).__dlpack_device__ = lambda self: (1, 0)
    made = rng.choice([numpy, rooftop]).from_dlpack(giver)
    del giver
    if made.tolist() != wanted:
        raise Mismatch("a capsule's elements are others once the array is gone")
