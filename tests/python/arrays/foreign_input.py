"""Random malformed input from other packages, one kind a run: `foreign_input.py KIND SEED CASES`.

Started by test_array_foreign_input.py. The seed of each case is printed before it runs, so that the last one printed is
the one that ended the process. NumPy gets the same input first; what it refuses rooftop must refuse, and what it takes
must become an array of the same elements at the same address.
"""

from __future__ import annotations

import ctypes
import faulthandler
import pickle
import random
import resource
import sys

import numpy
from foreign_dlpack import dlpack, exported
from foreign_values import (
    ADDRESS,
    DTYPES,
    LOCKED,
    MEMORY,
    NONSENSE,
    Holder,
    Mismatch,
    both,
    capsule_new,
    is_inside,
    longs,
    number,
    shape_of,
    strides_of,
    use,
)

import rooftop

#: Bytes that a run may take.
ROOM = 1 << 29


def interface(rng: random.Random) -> dict:
    shape = shape_of(rng)
    made = {
        "shape": shape,
        "typestr": rng.choice(["<f8", "<i4", "|u1", "|b1", "<c16", "<f2", ">f8", "|V8", "<f3", "<f9", "", "f8", "=i8", "<x4"]),
        "data": (ADDRESS + rng.choice([0, 0, 8, 64, 1]), rng.random() < 0.3),
        "version": 3,
    }
    if rng.random() < 0.5:
        made["strides"] = rng.choice([None, strides_of(rng, shape)])
    if rng.random() < 0.3:
        made["offset"] = number(rng)
    if rng.random() < 0.3:
        made["data"] = rng.choice([MEMORY, LOCKED, None, memoryview(MEMORY)[::2], (0, False), (ADDRESS,), (), "x", (None, None), (ADDRESS, 0, 0)])
    if rng.random() < 0.25:
        made[rng.choice(list(made))] = rng.choice(NONSENSE)
    if rng.random() < 0.15:
        del made[rng.choice(list(made))]
    return made


def array_interface(rng: random.Random) -> None:
    given = interface(rng)
    if rng.random() < 0.05:
        given = rng.choice(NONSENSE)
    both(lambda np: np.asarray(Holder(__array_interface__=given)))


class Interface(ctypes.Structure):
    """NumPy's PyArrayInterface."""

    _fields_ = [("two", ctypes.c_int), ("nd", ctypes.c_int), ("typekind", ctypes.c_char), ("itemsize", ctypes.c_int),
                ("flags", ctypes.c_int), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p), ("data", ctypes.c_void_p),
                ("descr", ctypes.c_void_p)]  # fmt: skip


def array_struct(rng: random.Random) -> None:
    shape = shape_of(rng)
    lengths, steps = longs(shape), longs(strides_of(rng, shape) + (0,) * len(shape))
    struct = Interface(
        two=rng.choice([2, 2, 2, 2, 0, 3, -1]),
        nd=rng.choice([len(shape)] * 6 + [-1, 65, 2**31 - 1] if shape else [0]),
        typekind=rng.choice([b"f", b"i", b"u", b"c", b"b", b"x", b"\0"]),
        itemsize=rng.choice([8, 8, 4, 2, 1, 16, 0, -8, 3, 2**31 - 1]),
        flags=rng.choice([0x701, 0x301, 0x501, 0x101, 0]),
        shape=ctypes.addressof(lengths),
        strides=ctypes.addressof(steps),
        data=ADDRESS,
    )
    name = rng.choice([None, None, None, b"dltensor", b"x"])
    keep = [struct, lengths, steps]
    given = capsule_new(ctypes.addressof(struct), name, None) if rng.random() < 0.9 else rng.choice(NONSENSE)
    # The lengths of a rank that is not theirs lie outside; that they are there is the giver's word.
    if struct.nd in (len(shape), -1, 65, 2**31 - 1):
        both(lambda np: np.asarray(Holder(__array_struct__=given, keep=keep)))


def constructor(rng: random.Random) -> None:
    memory = rng.choice([MEMORY, LOCKED, memoryview(MEMORY)[3:100], b"", bytearray(8), memoryview(MEMORY)[::2], "x", 3, numpy.ones(8)])
    shape = shape_of(rng)
    keywords = {"dtype": rng.choice([*DTYPES, *NONSENSE, "S3", "O", "i4,f8"]), "buffer": memory}
    try:
        if numpy.dtype(keywords["dtype"]).itemsize == 0:
            return  # NumPy divides by it
    except Exception:  # noqa: BLE001 - whatever it is, it is refused below
        pass
    if rng.random() < 0.5:
        keywords["offset"] = number(rng)
    if rng.random() < 0.6:
        keywords["strides"] = rng.choice([strides_of(rng, shape), number(rng)])
    if rng.random() < 0.2:
        keywords["order"] = rng.choice(["C", "F", "A", "K", "x", 3, None])
    if rng.random() < 0.1:
        del keywords["buffer"]
        keywords.pop("strides", None)
        if not all(isinstance(n, int) and 0 <= n < 100 for n in shape) or len(shape) > 3:
            return  # unset elements, of which there may be more than memory
        keywords["dtype"] = rng.choice(DTYPES)
        made = rooftop.ndarray(shape, keywords["dtype"])
        made[...] = 1
        return

    def run(np):
        made = np.ndarray(shape, **keywords)
        if memory is MEMORY or memory is LOCKED:
            if made.dtype.kind not in "OV" and not is_inside(made):
                raise Mismatch(f"{made.shape} {made.strides} reaches outside")
        return made

    both(run)


def frombuffer(rng: random.Random) -> None:
    memory = rng.choice([MEMORY, LOCKED, b"", b"1234567", memoryview(MEMORY)[3:103], memoryview(MEMORY)[::2], "x", None, 3])
    arguments = {"dtype": rng.choice([*DTYPES, *NONSENSE, "S3", "O", "V0"]), "count": number(rng), "offset": number(rng)}
    for key in list(arguments):
        if rng.random() < 0.4:
            del arguments[key]
    both(lambda np: np.frombuffer(memory, **arguments))


#: An interface whose elements are there; functions read them.
WITHIN = {"shape": (2, 3), "typestr": "<f8", "data": (ADDRESS, False), "version": 3}


def anything(rng: random.Random, depth: int = 0):
    """An argument of any kind."""
    ways = [
        lambda: number(rng),
        lambda: rng.choice(NONSENSE),
        lambda: rooftop.ones(rng.choice([(), (3,), (2, 3), (0,)]), rng.choice(DTYPES)),
        lambda: numpy.ones(3, rng.choice(DTYPES)),
        lambda: rng.choice([rooftop.float32(1.5), rooftop.dtype("i4"), rooftop.ndarray, rooftop.add, rooftop.generic]),
        lambda: rng.choice(["float64", "sum", "add", "linalg.norm", "", "f8", "ndarray.sum", ".", "nothing"]),
        lambda: rng.choice([b"12345678", MEMORY, memoryview(LOCKED)]),
        lambda: tuple(anything(rng, depth + 1) for _ in range(rng.randrange(3))),
        lambda: [anything(rng, depth + 1) for _ in range(rng.randrange(3))],
        lambda: {"axis": anything(rng, depth + 1)},
        lambda: Holder(__array_interface__=dict(rng.sample(sorted(WITHIN.items()), rng.randrange(5)))),
    ]
    return rng.choice(ways[:7] if depth > 2 else ways)()


#: What needs a person or ends the process by its nature, and what stands for NumPy as it is.
LEFT_OUT = {"ndarray", "bfloat16"}
CORE = [value for name, value in sorted(vars(rooftop._core).items()) if callable(value) and name not in LEFT_OUT]
METHODS = sorted(name for name in dir(rooftop.ndarray) if name not in ("tofile", "dump", "__init_subclass__"))


def internals(rng: random.Random) -> None:
    """Every function of the core, and every method of arrays, with any arguments."""
    if rng.random() < 0.5:
        function = rng.choice(CORE)
    else:
        function = getattr(rooftop.ones(rng.choice([(3, 1), (2, 3), (1, 1, 2)])), rng.choice(METHODS))
    if not callable(function) or isinstance(function, type) and issubclass(function, BaseException):
        return
    arguments = [anything(rng) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4]))]
    keywords = {rng.choice(["axis", "out", "dtype", "where", "order", "x", "copy"]): anything(rng)} if rng.random() < 0.3 else {}
    try:
        with rooftop.errstate(all="ignore"):
            function(*arguments, **keywords)
    except SystemError as error:
        raise Mismatch(f"{function!r} with {arguments!r:.200} {keywords!r:.200}: {error!r}") from error
    except Exception:  # noqa: BLE001 - any error is an answer
        pass


def pickles(rng: random.Random) -> None:
    source = rng.choice([rooftop.arange(6, dtype="int16").reshape(2, 3), rooftop.ones((2, 2)).T, rooftop.float32(2), rooftop.dtype("u4")])
    text = bytearray(pickle.dumps(source, rng.choice([0, 2, 4, 5])))
    for _ in range(rng.choice([1, 1, 2, 5])):
        way, place = rng.randrange(4), rng.randrange(len(text))
        if way == 0:
            text[place] ^= 1 << rng.randrange(8)
        elif way == 1:
            text[place] = rng.randrange(256)
        elif way == 2:
            del text[place : place + rng.randrange(1, 4)]
        else:
            text[place:place] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 4)))
        if not text:
            return
    try:
        made = Harmless(text).load()
    except SystemError as error:
        raise Mismatch(repr(error)) from error
    except Exception:  # noqa: BLE001
        return
    if isinstance(made, rooftop.ndarray) and made.size:
        use(made)


class Harmless(pickle.Unpickler):
    """Random bytes may name any function: those of arrays are called, others are refused."""

    def __init__(self, text: bytearray) -> None:
        import io

        super().__init__(io.BytesIO(bytes(text)))

    def find_class(self, module: str, name: str):
        if module.split(".")[0] not in ("rooftop", "numpy", "_codecs"):
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)


def rebuilding(rng: random.Random) -> None:
    """The functions that a pickle calls, and __setstate__, with any arguments."""
    rebuild, arguments = rooftop.ones((2, 2)).__reduce_ex__(rng.choice([2, 4, 5]))[:2]
    changed = list(arguments)
    for _ in range(rng.choice([1, 2])):
        changed[rng.randrange(len(changed))] = rng.choice([anything(rng), shape_of(rng), "C", "F", LOCKED, MEMORY])
    for function, given in [(rebuild, changed), (rooftop.ones(3).__setstate__, [anything(rng)]),
                            (rooftop._core._rebuild_scalar, [anything(rng), rng.choice([LOCKED[:8], anything(rng)])])]:  # fmt: skip
        try:
            made = function(*given)
        except SystemError as error:
            raise Mismatch(repr(error)) from error
        except Exception:  # noqa: BLE001
            continue
        if isinstance(made, rooftop.ndarray):
            use(made)


KINDS = {f.__name__: f for f in (array_interface, array_struct, dlpack, exported, constructor, frombuffer, internals, pickles, rebuilding)}


def main(kind: str, seed: int, cases: int) -> None:
    faulthandler.enable()
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, resource.RLIM_INFINITY))  # numbers may be lengths
    sys.setrecursionlimit(2000)
    for case in range(cases):
        print(f"{kind} {seed + case}", flush=True)
        KINDS[kind](random.Random(seed + case))


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
