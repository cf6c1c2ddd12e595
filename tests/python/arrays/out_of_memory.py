"""Runs every call of WORK while its first, second, third ... allocation fails; prints what went wrong as JSON.

Started by test_array_out_of_memory.py with failing_memory.c below it. Each attempt is a process of its own, forked from
this one, so that no attempt finds what an earlier one left, and a crash is an attempt that went wrong.
"""

from __future__ import annotations

import ctypes
import functools
import gc
import json
import os
import pickle
import signal
import sys
import traceback
import zlib

import numpy

import rooftop as np

SMALL = np.arange(1, 7, dtype="float64")
OTHER = np.full(6, 2.0)
GRID = np.arange(120, dtype="float64").reshape(10, 12) + 1
STRIDED = np.arange(600, dtype="float64").reshape(20, 30)[::2, ::3]
CUBE = np.ones((9, 8, 7, 2))[:, ::-1]
WHOLE = np.arange(40, dtype="int32")
PLACES = np.array([3, 0, 7, 7], dtype="int16")
MASK = GRID > 30
MASK_OF_COLUMNS = np.asarray(numpy.asfortranarray(numpy.asarray(MASK)))
THEIRS = numpy.arange(6.0)
HALVES = np.arange(30, dtype="float16")
LONG = np.arange(20_000, dtype="float64")
MANY_PARTS = np.ones((40, 30_000), dtype="float32")
MANY_ROWS = np.arange(120_000, dtype="float64").reshape(40, -1) * 7919 % 3001
WIDE = np.arange(300_000, dtype="float64").reshape(3, -1)
OUT = np.zeros(6)
OUT_GRID = np.zeros((10, 12))
PICKLED = pickle.dumps(GRID, 5)


class Sub(np.ndarray):
    pass


SUBCLASS = GRID.view(Sub)


@np.jit
def twice(out, a):
    out[:] = a[::-1] * 2.0


@np.jit
def total(a):
    s = 0.0
    for x in a:
        s += x
    return s


def changed(array, function):
    """What the function makes of a copy that it changes."""
    copy = array.copy()
    function(copy)
    return copy


#: Calls of our own: a MemoryError or the right result, arguments as they were, and not a block left over.
NATIVE = {
    "array of a list": lambda: np.array([[1.0, 2.0, 3.0], [4, 5, 6]] * 6),
    "array of arrays": lambda: np.array([SMALL, OTHER]),
    "array of numpy's": lambda: np.array(THEIRS),
    "asarray of numpy's": lambda: np.asarray(THEIRS),
    "zeros": lambda: np.zeros((30, 40)),
    "ones": lambda: np.ones(300, dtype="int16"),
    "full": lambda: np.full((3, 4, 5), 2.5),
    "arange": lambda: np.arange(1000),
    "like": lambda: (np.empty_like(CUBE).shape, np.ones_like(STRIDED), np.zeros_like(GRID)),
    "large": lambda: np.zeros(1_000_000)[5],
    "sum of small": lambda: SMALL + OTHER,
    "number": lambda: 2.0 * SMALL - 1,
    "mixed": lambda: WHOLE[:6] * SMALL,
    "list": lambda: SMALL + [1, 2, 3, 4, 5, 6],
    "broadcast": lambda: GRID + GRID[:, :1],
    "strided": lambda: STRIDED * STRIDED.T.T,
    "seven axes": lambda: CUBE.reshape(9, 2, 4, 7, 1, 2, 1) + 1,
    "compare": lambda: GRID > 5,
    "power": lambda: WHOLE ** np.array([2] * 40),
    "two results": lambda: np.divmod(GRID, 7.0),
    "out": lambda: np.add(SMALL, OTHER, out=OUT),
    "out that is strided": lambda: np.multiply(GRID, 2.0, out=OUT_GRID[::-1, ::-1]),
    "out that overlaps": lambda: changed(SMALL, lambda a: np.add(a[1:], a[:-1], out=a[1:])),
    "where": lambda: np.sqrt(GRID, where=MASK, out=OUT_GRID),
    "in place": lambda: changed(GRID, lambda a: a.__iadd__(STRIDED[:, :1])),
    "scalars": lambda: np.float64(2) * np.int8(3) + np.float32(1),
    "ufunc.reduce": lambda: np.add.reduce(GRID, axis=1),
    "sum": lambda: (SMALL.sum(), LONG.sum(), STRIDED.sum()),
    "sum of rows": lambda: GRID.sum(axis=1),
    "sum of columns": lambda: GRID.sum(axis=0),
    "sum of many parts": lambda: MANY_PARTS.sum(axis=1),
    "order of many rows": lambda: MANY_ROWS.argsort(axis=1),
    "sum of long rows": lambda: WIDE.sum(axis=1),
    "sum of all": lambda: WIDE.sum(),
    "largest of parts": lambda: (MANY_PARTS.max(axis=1), LONG.max(), WIDE[:, ::2].max()),
    "sum of axes": lambda: CUBE.sum(axis=(0, 2), keepdims=True),
    "mean and std": lambda: (GRID.mean(axis=0), GRID.std(), GRID.var(axis=1)),
    "argmax": lambda: (GRID.argmax(), STRIDED.argmin()),
    "any": lambda: (MASK.any(), MASK.all(axis=0)),
    "element": lambda: GRID[3, 4],
    "row": lambda: GRID[3],
    "slice": lambda: GRID[::2, 1:5],
    "new axes": lambda: CUBE[None, ..., None, :, None],
    "places": lambda: GRID[PLACES],
    "places as a list": lambda: GRID[[1, 2, 9]],
    "mask": lambda: GRID[MASK],
    "mask of columns": lambda: GRID[MASK_OF_COLUMNS],
    "assign number": lambda: changed(GRID, lambda a: a.__setitem__((slice(2, 4), 1), 3)),
    "assign array": lambda: changed(GRID, lambda a: a.__setitem__(slice(1, None), GRID[:-1])),
    "assign list": lambda: changed(SMALL, lambda a: a.__setitem__(slice(None), [6, 5, 4, 3, 2, 1])),
    "assign to places": lambda: changed(GRID, lambda a: a.__setitem__(PLACES, GRID[:4] * 2)),
    "assign to mask": lambda: changed(GRID, lambda a: a.__setitem__(MASK_OF_COLUMNS, 3.0)),
    "assign overlap": lambda: changed(LONG, lambda a: a.__setitem__(slice(1, None), a[:-1])),
    "matmul": lambda: GRID @ GRID.T,
    "matmul of vectors": lambda: (GRID @ GRID[0], SMALL @ OTHER),
    "matmul, large": lambda: np.ones((200, 150)) @ np.ones((150, 180)),
    "where of three": lambda: np.where(MASK, GRID, -1.0),
    "concatenate": lambda: np.concatenate([SMALL, OTHER, WHOLE]),
    "clip": lambda: (np.clip(GRID, 3.0, 50.0), SMALL.clip(2, 4)),
    "reshape": lambda: (GRID.reshape(-1), STRIDED.reshape(5, 20), GRID.T.ravel()),
    "axes": lambda: (CUBE.swapaxes(0, 2), np.moveaxis(CUBE, 0, -1), np.expand_dims(GRID, 1), CUBE[:1].squeeze(0)),
    "transpose": lambda: CUBE.transpose(3, 1, 0, 2),
    "copy": lambda: (GRID.copy("F"), GRID.T.flatten(), STRIDED.copy()),
    "set shape": lambda: changed(GRID, lambda a: setattr(a, "shape", (2, 5, 3, 2, 1, 2))),
    "iterate": lambda: [row[0] for row in GRID],
    "attributes": lambda: (CUBE.strides, CUBE.real.shape, CUBE.T.shape, CUBE.dtype),
    "buffer": lambda: memoryview(STRIDED).tolist(),
    "jit, a number": lambda: total(LONG),
    "halves": lambda: (HALVES * 2, HALVES.sum(), HALVES.astype("float64")),
}

#: Calls in which NumPy's code or Python's own takes part. Both lose a block here and there when memory runs out, and
#: raise SystemError; what is held of these is that nothing ends the process and that everything works afterwards.
THROUGH_OTHERS = {
    "foreign": lambda: SMALL + THEIRS,
    "ufunc.outer": lambda: np.multiply.outer(SMALL, OTHER),
    "ufunc.at": lambda: changed(SMALL, lambda a: np.add.at(a, [1, 1, 2], 5.0)),
    "accumulate": lambda: np.add.accumulate(GRID, axis=0),
    "places in two axes": lambda: GRID[[1, 2], [3, 4]],
    "matmul of stacks": lambda: CUBE.T @ CUBE.T.swapaxes(-1, -2),
    "matmul of integers": lambda: WHOLE.reshape(8, 5) @ WHOLE.reshape(5, 8),
    "stack": lambda: np.stack([SMALL, OTHER]),
    "sort": lambda: (np.sort(GRID[::-1]), np.argsort(GRID[::-1], axis=0)),
    "unique": lambda: np.unique(PLACES),
    "median": lambda: np.median(GRID),
    "einsum": lambda: np.einsum("ij,kj->ik", GRID, GRID),
    "histogram": lambda: np.histogram(GRID, 5),
    "astype": lambda: (GRID.astype("float32"), GRID.astype("int8"), WHOLE.astype(complex)),
    "view": lambda: GRID.view("int64"),
    "tolist": lambda: (GRID.tolist(), GRID.item(5)),
    "flat": lambda: list(GRID.flat)[7],
    "flags": lambda: CUBE.flags.c_contiguous,
    "repr": lambda: repr(SMALL),
    "str": lambda: str(MASK[:2]),
    "text of a scalar": lambda: (repr(SMALL[2]), f"{SMALL[2]:.2f}"),
    "pickle": lambda: len(pickle.dumps(GRID, 5)),
    "unpickle": lambda: pickle.loads(PICKLED),
    "interface": lambda: (numpy.asarray(GRID), GRID.__array_interface__["shape"]),
    "dlpack": lambda: (np.from_dlpack(GRID), numpy.from_dlpack(GRID)),
    "frombuffer": lambda: np.frombuffer(b"12345678" * 4),
    "constructor": lambda: np.ndarray((2, 3), "float64", SMALL),
    "subclass": lambda: (SUBCLASS + 1, SUBCLASS.sum(axis=0), SUBCLASS[2:]),
    "dispatch": lambda: numpy.add(SMALL, THEIRS),
    "dispatched function": lambda: numpy.concatenate([SMALL, OTHER]),
    "dtype": lambda: (np.dtype("int16"), np.result_type(SMALL, WHOLE), np.promote_types("i4", "f4")),
    "errors of shapes": lambda: refused(ValueError, lambda: SMALL + WHOLE),
    "errors of places": lambda: refused(IndexError, lambda: GRID[[40]]),
    "errors of types": lambda: refused(TypeError, lambda: changed(SMALL, lambda a: a.__iadd__(1j))),
    "jit, an array": lambda: changed(GRID, lambda a: twice(a, a)),
}
WORK = NATIVE | THROUGH_OTHERS


def swallow() -> str:
    try:
        return str(np.zeros(5000).sum())
    except MemoryError:
        return "swallowed"


def hoard() -> str:
    KEPT.append(bytearray(1))
    return str(np.zeros(5000).sum())


#: Calls that are wrong: what this program must find.
WRONG = {
    "keeps memory": hoard,
    "has another result": swallow,
    "ends the process": lambda: np.zeros(5000) if swallow() != "swallowed" else os.abort(),
}
KEPT: list = []


def refused(kind: type, function) -> str:
    try:
        function()
    except kind:
        return "refused"
    return "taken"


INPUTS = [value for value in list(globals().values()) if isinstance(value, (np.ndarray, numpy.ndarray))]
OUTPUTS = [OUT, OUT_GRID]
EVERY = 2**62
#: Repetitions that must leave no block each.
WARM, COUNTED = 12, 12


@functools.cache
def library() -> ctypes.PyDLL:
    loaded = ctypes.PyDLL(os.environ["LD_PRELOAD"])
    loaded.call_failing.restype = ctypes.py_object
    loaded.call_failing.argtypes = [ctypes.py_object, ctypes.c_long, ctypes.c_long]
    return loaded


def shown(value) -> str:
    """A result as text, whatever it holds."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, (np.ndarray, numpy.ndarray)):
        values = numpy.asarray(value)
        return f"{type(value).__name__} {values.dtype} {values.shape} {zlib.crc32(values.tobytes()):x} {values.ravel()[:3]}"
    return repr(value)


def state(counts: bool) -> list:
    """What a failed call must leave as it was; with the numbers of references, if asked for."""
    held = [(a.shape, a.strides, a.flags.writeable, sys.getrefcount(a) if counts else 0) for a in INPUTS]
    return held + [shown(a) for a in INPUTS if not any(a is out for out in OUTPUTS)]


def attempt(function, first: int, last: int):
    """(outcome, whether an allocation failed): the text of the result, "MemoryError", or another error's traceback."""
    try:
        outcome = library().call_failing(function, first, last)
    except MemoryError:
        outcome = MemoryError
    except BaseException:  # noqa: BLE001 - reported
        return traceback.format_exc(), library().refused_allocations() > 0
    happened = library().refused_allocations() > 0
    return "MemoryError" if outcome is MemoryError else shown(outcome), happened


def blocks_left(function, first: int, last: int) -> int:
    """How many blocks some repetitions of the failing call leave behind, once caches are full."""
    counts = []
    for times in (WARM, COUNTED):
        for _ in range(times):
            try:
                library().call_failing(function, first, last)
            except MemoryError:
                pass
        gc.collect()
        counts.append(library().live_blocks())
    return counts[1] - counts[0]


def judge(name: str, wanted: str, first: int, last: int) -> str:
    """How the call with failing allocations went wrong; "" where it did not, "over" where it has fewer allocations."""
    function, is_native = (WORK | WRONG)[name], name not in THROUGH_OTHERS
    before = state(is_native)
    outcome, happened = attempt(function, first, last)
    if not happened:
        return "over" if outcome == wanted else f"without a failure: {outcome}"
    if is_native and outcome not in ("MemoryError", wanted):
        return f"not a MemoryError: {outcome[-1500:]}"
    changes = [f"{old} -> {new}" for old, new in zip(before, state(is_native)) if old != new]
    if changes:
        return f"arguments changed: {'; '.join(changes)[:500]}"
    again = shown(function())
    if again != wanted:
        return f"afterwards {again[:300]} instead of {wanted[:300]}"
    left = blocks_left(function, first, last) if is_native else 0
    return "" if left < COUNTED else f"{left} blocks are left of {COUNTED} calls"


def in_a_fork(name: str, wanted: str, first: int, last: int) -> str:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            signal.alarm(30)
            os.close(reading)
            text = judge(name, wanted, first, last)
        except BaseException:  # noqa: BLE001 - reported
            text = f"not usable afterwards: {traceback.format_exc()[-1500:]}"
        os.write(writing, text.encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(process, 0)
    return text if status == 0 else f"ended by signal {status & 127}, exit code {status >> 8}"


def failures(name: str) -> list[str]:
    """All that goes wrong when one allocation of a call fails, and when all from it on do."""
    function = (WORK | WRONG)[name]
    function()
    wanted = shown(function())
    found = []
    for how in ("alone", "and all after it"):
        number, step = 1, 1
        while True:
            text = in_a_fork(name, wanted, number, number if how == "alone" else EVERY)
            if text == "over":
                break
            if text:
                found.append(f"allocation {number} {how}: {text}")
            if number > 30:  # Python code has thousands of them, much alike
                step = 1 + number // 5
            number += step
    return found


def main() -> None:
    gc.collect()
    gc.freeze()
    gc.disable()
    names = sys.argv[1:] or [*WORK, *WRONG]
    print(json.dumps({name: failures(name) for name in names}))


if __name__ == "__main__":
    main()
