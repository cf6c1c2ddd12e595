"""One process of ./dev bench functions: native functions beside NumPy's, with as many threads as the environment says.

Usage: python _functions_once.py ROUNDS SECONDS SIZES LAYOUTS [NAME …]; sizes and layouts are separated by commas.
Prints one JSON object a line for each function. What is measured is found by rooftop.coverage(); how a function is
called stands in CALLS where `np.name(a)` or `np.name(a, b)` would not do.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import _quiet
import numpy

import rooftop

THREADS = int(os.environ.get("ROOFTOP_NUM_THREADS", "1"))
# What a single thread does counts alone; of several, the time until the last one is done.
clock = thread_time if THREADS == 1 else perf_counter

#: How functions are called that take something other than one or two arrays of positive numbers below one. The names
#: are those of `operands`; an empty text says that a function is not measured.
CALLS = {
    **{name: f"np.{name}(r)" for name in ("sin", "cos", "tan", "exp", "exp2", "expm1", "tanh", "sinh", "cosh", "rint")},
    **{
        name: f"np.{name}(r)"
        for name in ("floor", "ceil", "trunc", "abs", "absolute", "fabs", "sign", "round", "around")
    },
    **{name: f"np.{name}(h)" for name in ("arccosh", "acosh")},
    **{name: f"np.{name}(i, j)" for name in ("gcd", "lcm", "bitwise_and", "bitwise_or", "bitwise_xor")},
    **{name: f"np.{name}(i, s)" for name in ("left_shift", "right_shift", "bitwise_left_shift", "bitwise_right_shift")},
    **{name: f"np.{name}(i)" for name in ("invert", "bitwise_not", "bitwise_invert", "bitwise_count", "bincount")},
    **{name: f"np.{name}(t, w)" for name in ("logical_and", "logical_or", "logical_xor")},
    **{name: f"np.{name}(t)" for name in ("logical_not", "all", "any", "nonzero", "flatnonzero", "argwhere")},
    **{
        name: f"np.{name}((a, b))"
        for name in ("concatenate", "concat", "stack", "hstack", "vstack", "column_stack", "dstack")
    },
    **{name: f"np.{name}(n)" for name in ("zeros", "ones", "empty", "arange")},
    **{name: f"np.{name}(side)" for name in ("eye", "identity", "diag_indices", "tril_indices", "triu_indices")},
    **{name: f"np.{name}(m)" for name in ("diag_indices_from", "tril_indices_from", "triu_indices_from")},
    **{name: f"np.{name}(n)" for name in ("bartlett", "blackman", "hamming", "hanning")},
    "astype": "np.astype(a, np.float32)",
    "isdtype": "np.isdtype(a.dtype, 'real floating')",
    **{name: f"np.{name}('int8', 'float32')" for name in ("can_cast", "issubdtype", "promote_types")},
    **{
        name: f"np.{name}(m)"
        for name in ("transpose", "fliplr", "permute_dims", "matrix_transpose", "tril", "triu", "trace", "diagonal")
    },
    **{name: f"np.{name}(a, p)" for name in ("take", "delete")},
    **{f"linalg.{name}": f"np.linalg.{name}(q)" for name in ("cholesky", "eigh", "eigvalsh")},
    **{f"linalg.{name}": f"np.linalg.{name}(u, v)" for name in ("solve", "lstsq", "matmul")},
    **{f"linalg.{name}": f"np.linalg.{name}(a)" for name in ("norm", "vector_norm")},
    "linalg.cross": "np.linalg.cross(a3, b3)",
    "linalg.matrix_power": "np.linalg.matrix_power(u, 3)",
    "linalg.multi_dot": "np.linalg.multi_dot([u, v, u])",
    "linalg.outer": "np.linalg.outer(a, b[:3])",
    "linalg.tensorinv": "np.linalg.tensorinv(u, 1)",
    "linalg.tensorsolve": "np.linalg.tensorsolve(u, v[0])",
    "linalg.vecdot": "np.linalg.vecdot(a, b)",
    "matmul": "np.matmul(u, v)",
    "abs": "np.abs(r)",
    "array": "np.array(a)",
    "array_split": "np.array_split(a, 4)",
    "average": "np.average(a, weights=b)",
    "apply_along_axis": "",
    "broadcast_shapes": "np.broadcast_shapes((3, 1), (1, 4))",
    "broadcast_to": "np.broadcast_to(a, (3, n))",
    "diag": "np.diag(a[:side])",
    "diagflat": "np.diagflat(a[:side])",
    "dsplit": "np.dsplit(m.reshape((1, 1, -1)), 1)",
    "hsplit": "np.hsplit(m, 1)",
    "vsplit": "np.vsplit(m, 1)",
    "matvec": "np.matvec(u, u[0])",
    "vecmat": "np.vecmat(u[0], u)",
    "choose": "np.choose(p % 2, (a, b))",
    "clip": "np.clip(a, 0.3, 0.6)",
    "compress": "np.compress(t, a)",
    "convolve": "np.convolve(a, b[:5])",
    "copyto": "np.copyto(c, a)",
    "correlate": "np.correlate(a, b[:5])",
    "cross": "np.cross(a3, b3)",
    "digitize": "np.digitize(a, edges)",
    "einsum": "np.einsum('i,i->i', a, b)",
    "einsum_path": "",
    "expand_dims": "np.expand_dims(a, 0)",
    "extract": "np.extract(t, a)",
    "fill_diagonal": "np.fill_diagonal(mc, 1.0)",
    "fromfunction": "np.fromfunction(np.add, (side, side))",
    "frombuffer": "np.frombuffer(buffer)",
    "full": "np.full(n, 0.5)",
    "full_like": "np.full_like(a, 0.5)",
    "geomspace": "np.geomspace(1.0, 2.0, n)",
    "indices": "np.indices((n,))",
    "gradient": "np.gradient(a3, axis=1)",
    "insert": "np.insert(a, 0, 1.0)",
    "interp": "np.interp(a, edges, edges)",
    "is_busday": "",
    "isclose": "np.isclose(a, b)",
    "isin": "np.isin(i, j[:8])",
    "kaiser": "np.kaiser(n, 5.0)",
    "kron": "np.kron(a, b[:3])",
    "ldexp": "np.ldexp(a, s)",
    "lexsort": "np.lexsort((a, p))",
    "linspace": "np.linspace(0.0, 1.0, n)",
    "logspace": "np.logspace(0.0, 1.0, n)",
    "mask_indices": "np.mask_indices(side, np.triu)",
    "piecewise": "np.piecewise(a, [t, w], [1.0, 2.0])",
    "ravel_multi_index": "np.ravel_multi_index((s, s), (8, 8))",
    "meshgrid": "np.meshgrid(a, b[:3])",
    "moveaxis": "np.moveaxis(m, 0, 1)",
    "nanpercentile": "np.nanpercentile(a, 30.0)",
    "nanquantile": "np.nanquantile(a, 0.3)",
    "ogrid": "",
    "outer": "np.outer(a, b[:3])",
    "pad": "np.pad(a, 2)",
    "partition": "np.partition(a, n // 2)",
    "argpartition": "np.argpartition(a, n // 2)",
    "percentile": "np.percentile(a, 30)",
    "quantile": "np.quantile(a, 0.3)",
    "place": "np.place(c, t, b)",
    "polyval": "np.polyval(a[:5], b)",
    "power": "np.power(a, b)",
    "put": "np.put(c, p, b)",
    "putmask": "np.putmask(c, t, b)",
    "repeat": "np.repeat(a, 3)",
    "reshape": "np.reshape(a, (n, 1))",
    "resize": "np.resize(a, n // 2)",
    "roll": "np.roll(a, 3)",
    "rollaxis": "np.rollaxis(m, 1)",
    "rot90": "np.rot90(m)",
    "searchsorted": "np.searchsorted(edges, a)",
    "select": "np.select([t, w], [a, b])",
    "set_numeric_ops": "",
    "split": "np.split(a, [n // 2])",
    "swapaxes": "np.swapaxes(m, 0, 1)",
    "take_along_axis": "np.take_along_axis(a, p, 0)",
    "put_along_axis": "np.put_along_axis(c, p, b, 0)",
    "tensordot": "np.tensordot(a, b, 1)",
    "tile": "np.tile(a, 3)",
    "tri": "np.tri(side)",
    "unravel_index": "np.unravel_index(p, (n,))",
    "unstack": "np.unstack(m3)",
    "vander": "np.vander(a, 3)",
    "where": "np.where(t, a, b)",
    "ndarray.astype": "a.astype(np.float32)",
    "ndarray.choose": "(p % 2).choose((a, b))",
    "ndarray.clip": "a.clip(0.3, 0.6)",
    "ndarray.compress": "a.compress(t)",
    "ndarray.dot": "a.dot(b)",
    "ndarray.fill": "c.fill(0.5)",
    "ndarray.item": "a.item(0)",
    "ndarray.partition": "c.partition(n // 2)",
    "ndarray.argpartition": "a.argpartition(n // 2)",
    "ndarray.put": "c.put(p, b)",
    "ndarray.repeat": "a.repeat(3)",
    "ndarray.reshape": "a.reshape(n, 1)",
    "ndarray.resize": "",
    "ndarray.searchsorted": "edges.searchsorted(a)",
    "ndarray.setflags": "a.setflags()",
    "ndarray.sort": "a.copy().sort()",
    "ndarray.swapaxes": "m.swapaxes(0, 1)",
    "ndarray.take": "a.take(p)",
    "ndarray.trace": "m.trace()",
    "ndarray.diagonal": "m.diagonal()",
    "ndarray.nonzero": "t.nonzero()",
    "ndarray.tofile": "",
    "ndarray.dump": "",
    "ndarray.getfield": "",
    "ndarray.setfield": "",
    "ndarray.to_device": "a.to_device('cpu')",
}
#: The most elements of `u`, `v` and `q`: what is done with those takes time that grows faster than their number.
LARGEST_FACTOR = 10**5
#: Functions whose elements are anything, or come in an order that is not said.
UNORDERED = {"empty", "empty_like", "partition", "argpartition"}


def is_measured(name: str) -> bool:
    """Whether a native name is a function or a method; operators are measured as functions, and those once."""
    attribute = name.rpartition(".")[2]
    if attribute.startswith("__"):
        return False
    owner = numpy.ndarray if name.startswith("ndarray.") else numpy
    if name.startswith("linalg."):
        owner = numpy.linalg
    found = getattr(owner, attribute, None)
    is_alias = isinstance(found, numpy.ufunc) and found.__name__ != attribute
    return callable(found) and not isinstance(found, type) and not is_alias


def settings() -> set[str]:
    """Native functions that have nothing to do with elements."""
    return {
        "ndarray.setflags",
        "seterr",
        "geterr",
        "seterrcall",
        "geterrcall",
        "setbufsize",
        "getbufsize",
        "get_include",
        "show_config",
    }


@lru_cache(2)
def _noise(length: int, seed: int) -> numpy.ndarray:
    return numpy.random.default_rng(seed).random(length)


def operands(n: int, is_strided: bool) -> dict[str, Callable[[], Any]]:
    """What makes the arguments of all calls, as NumPy's arrays."""
    step = 2 if is_strided else 1
    shape = slice(None, None, step)

    def numbers(low: float, high: float, seed: int, count: int = n) -> numpy.ndarray:
        return (low + (high - low) * _noise(count * step, seed))[shape]

    def integers(high: int, seed: int, low: int = 0) -> numpy.ndarray:
        return numpy.random.default_rng(seed).integers(low, high, n * step)[shape]

    side = max(1, int(n**0.5))
    third = max(1, n // 3)

    def matrix(seed: int) -> numpy.ndarray:
        return numbers(0.1, 0.9, seed, side * side).copy().reshape(side, side).repeat(step, axis=1)[:, shape]

    def positive_definite(seed: int) -> numpy.ndarray:
        root = matrix(seed)
        return (root @ root.T + side * numpy.eye(side)).repeat(step, axis=1)[:, shape]

    return {
        "n": lambda: n,
        "side": lambda: side,
        "a": lambda: numbers(0.1, 0.9, 1),
        "b": lambda: numbers(0.1, 0.9, 2),
        "c": lambda: numbers(0.1, 0.9, 3).repeat(step)[shape],
        "r": lambda: numbers(-10.0, 10.0, 4),
        "h": lambda: numbers(1.1, 3.0, 5),
        "i": lambda: integers(100, 6, 1),
        "j": lambda: integers(100, 7, 1),
        "s": lambda: integers(8, 8),
        "p": lambda: integers(n, 9),
        "t": lambda: integers(2, 10) == 1,
        "w": lambda: integers(2, 11) == 1,
        "m": lambda: matrix(1),
        "u": lambda: matrix(4),
        "v": lambda: matrix(5),
        "q": lambda: positive_definite(6),
        "mc": lambda: matrix(3).copy(),
        "m3": lambda: numpy.ones((3, third)),
        "a3": lambda: numbers(0.1, 0.9, 12, third * 3).copy().reshape(third, 3),
        "b3": lambda: numbers(0.1, 0.9, 13, third * 3).copy().reshape(third, 3),
        "edges": lambda: numpy.linspace(0.0, 1.0, 17),
        "buffer": lambda: numbers(0.1, 0.9, 1).tobytes(),
    }


def arguments(text: str, n: int, is_strided: bool) -> dict[str, Any]:
    """The names that the text uses, with NumPy's arrays."""
    used = compile(text, "", "eval").co_names
    return {"np": numpy, **{name: make() for name, make in operands(n, is_strided).items() if name in used}}


def candidates(name: str) -> list[str]:
    """The texts that may call a function."""
    if name in CALLS:
        return [CALLS[name]] if CALLS[name] else []
    if name.startswith("ndarray."):
        method = name.partition(".")[2]
        return [f"a.{method}()", f"a.{method}(b)"]
    if name.startswith("linalg."):
        return [f"np.{name}(u)", f"np.{name}(u, v)", f"np.{name}(a)"]
    kind = getattr(numpy, name)
    if isinstance(kind, numpy.ufunc):
        return [f"np.{name}({', '.join('ab'[: kind.nin])})"]
    return [f"np.{name}(a)", f"np.{name}(a, b)"]


def call_text(name: str) -> str:
    """The text that calls a function; empty where none works in NumPy."""
    for text in candidates(name):
        try:
            eval(text, arguments(text, 4, False))
        except Exception:  # not how it is called
            continue
        return text
    return ""


def compiled(text: str, values: dict[str, Any]) -> Callable[[int], float]:
    """A function that evaluates the text so many times and gives the seconds."""
    source = (
        f"def run(count, {''.join(name + '=' + name + ', ' for name in values)}clock=clock):\n    start = clock()\n"
        f"    for _ in range(count):\n        {text}\n    return clock() - start\n"
    )
    scope = {**values, "clock": clock}
    exec(source, scope)
    return scope["run"]


def check(name: str, text: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Refuses to compare the times of different results."""
    if name.rpartition(".")[2] in UNORDERED:
        return
    got, expected = eval(text, dict(ours)), eval(text, dict(theirs))
    if isinstance(expected, list) and expected and isinstance(expected[0], float):
        got, expected = numpy.asarray(got), numpy.asarray(expected)
    for one, other in zip(*(value if isinstance(value, (tuple, list)) else [value] for value in (got, expected))):
        if isinstance(other, (numpy.ndarray, numpy.generic, float, int)):
            numpy.testing.assert_allclose(numpy.asarray(one), other, rtol=1e-9, atol=1e-9)


def measure(text: str, n: int, is_strided: bool, rounds: int, seconds: float, name: str) -> dict[str, Any]:
    """Seconds a call of both, and NumPy's time over ours: the medians over turns."""
    theirs = arguments(text, n, is_strided)
    ours = {key: rooftop.asarray(value) if isinstance(value, numpy.ndarray) else value for key, value in theirs.items()}
    ours["np"] = rooftop
    check(name, text, ours, theirs)
    runs = {"rooftop": compiled(text, ours), "NumPy": compiled(text, theirs)}
    counts = {}
    for library, run in runs.items():
        if THREADS > 1:
            _quiet.settle()
        run(1)
        count, spent = 1, run(1)
        while spent < seconds / 8:
            count *= 4
            spent = run(count)
        counts[library] = max(1, int(count * seconds / spent))
    turns = []
    for _ in range(rounds):
        turn = {}
        for library, run in runs.items():
            if THREADS > 1 and n >= 10**5:
                _quiet.settle()
            turn[library] = run(counts[library]) / counts[library]
        turns.append(turn)
    return {
        "n": n,
        "strided": is_strided,
        "seconds": {library: median(turn[library] for turn in turns) for library in runs},
        "ratio": median(turn["NumPy"] / turn["rooftop"] for turn in turns),
    }


def rows(names: list[str], sizes: list[int], layouts: list[str], rounds: int, seconds: float) -> Iterator[dict]:
    for name in names:
        text = call_text(name)
        if not text:
            yield {
                "function": name,
                "skipped": "it is not known how to call it" if CALLS.get(name) != "" else "left out",
            }
            continue
        found, problem = [], ""
        is_factor = {"u", "v", "q"} & set(compile(text, "", "eval").co_names)
        for n in (size for size in sizes if not is_factor or size <= LARGEST_FACTOR):
            for layout in layouts:
                try:
                    found.append(measure(text, n, layout == "strided", rounds, seconds, name))
                    if found[-1]["ratio"] < 1 / 1.05:  # once more: other programs, or so it is?
                        again = measure(text, n, layout == "strided", rounds + 4, seconds, name)
                        found[-1] = max(found[-1], again, key=lambda row: row["ratio"])
                except (AssertionError, TypeError, ValueError, ArithmeticError, IndexError) as error:
                    problem = f"n = {n}, {layout}: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        yield {"function": name, "text": text, "rows": found, "problem": problem}


def start_threads() -> None:
    """Both libraries have started their threads after this."""
    for library in (rooftop, numpy):
        large, square = library.ones(10**7), library.ones((1000, 1000))
        library.sin(large + large), square @ square


def main() -> int:
    rounds, seconds, sizes, layouts, *names = sys.argv[1:]
    warnings.simplefilter("ignore")
    numpy.seterr(all="ignore")
    rooftop.seterr(all="ignore")
    native = [name for name in rooftop.coverage().native if is_measured(name) and name not in settings()]
    if THREADS > 1:
        start_threads()
        _quiet.spread_threads()
    wanted = [name for name in native if not names or name in names]
    for row in rows(wanted, [int(n) for n in sizes.split(",")], layouts.split(","), int(rounds), float(seconds)):
        print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
