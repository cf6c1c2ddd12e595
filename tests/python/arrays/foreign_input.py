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

import rooftop

DTYPES = ["?", "b", "h", "i", "l", "B", "H", "I", "L", "e", "f", "d", "F", "D"]
#: Numbers at which sizes, addresses and their products turn.
TURNS = [0, 1, -1, 2, -2, 3, 7, 8, 64, 65, 255, 2**31 - 1, 2**31, 2**32, 2**60, 2**62, 2**63 - 1, -(2**63), 2**63, 2**64, 2**100]
NONSENSE = [None, (), "", "x", b"", 1.5, 1j, object, [], {}, float("nan"), "\udc80", (None,), ((),), NotImplemented]

MEMORY = bytearray(range(256)) * 4
ADDRESS = ctypes.addressof(ctypes.c_char.from_buffer(MEMORY))
LOCKED = bytes(MEMORY)


#: Bytes that a run may take.
ROOM = 1 << 29


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


capsule_new = ctypes.pythonapi.PyCapsule_New
capsule_new.restype, capsule_new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
capsule_name = ctypes.pythonapi.PyCapsule_GetName
capsule_name.restype, capsule_name.argtypes = ctypes.c_char_p, [ctypes.py_object]


def longs(values) -> ctypes.Array:
    return (ctypes.c_int64 * max(len(values), 1))(*(value if isinstance(value, int) and abs(value) < 2**63 else -1 for value in values))


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
        code=code if rng.random() < 0.9 else rng.choice([3, 4, 7, 255]),
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
            taken = isinstance(capsule, tuple(NONSENSE_TYPES)) or capsule_name(capsule) == name
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
    for module in (numpy, rooftop):
        try:
            outcomes.append(take(module).text)
        except Mismatch as mismatch:
            outcomes.append(f"{mismatch}")
        except Exception as error:  # noqa: BLE001
            outcomes.append(type(error))
    if outcomes[0] != outcomes[1] and not all(isinstance(outcome, type) for outcome in outcomes):
        raise Mismatch(f"{outcomes[1]} where NumPy has {outcomes[0]}")


NONSENSE_TYPES = {type(value) for value in NONSENSE}


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
