"""One process of ./dev bench tiny: loops over tiny operations in several libraries, and a Python float add.

Usage: python _tiny_once.py ROUNDS SECONDS [OPERATION …]. Prints one JSON object: nanoseconds a round of the loop, of
each operation in each library, the medians of the ratios within a turn, and what was skipped. In a turn the float add
and every library run once, one after the other, for SECONDS each.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import thread_time

LIBRARIES = ("rooftop", "NumPy", "PyTorch", "JAX")
MODULES = {"rooftop": "rooftop", "NumPy": "numpy", "PyTorch": "torch", "JAX": "jax.numpy"}
#: What a round of the unit's loop does.
UNIT = "u + v"


@dataclass(frozen=True)
class Operation:
    """An expression or a statement over the arrays that `values` makes.

    Attributes
    ----------
    text : str
        As NumPy has it; it is also the operation's name.
    limit : float, optional
        At most so many times a float add.
    others : dict of str to str
        The text in libraries that have other names; an empty one: there is none.
    counts : bool
        Whether it is one of the array operations of the geometric mean; what only asks an array for something that it
        knows, or works on scalars, is not.
    """

    text: str
    limit: float | None = None
    others: dict[str, str] = field(default_factory=dict)
    counts: bool = True


def _scalar(text: str) -> Operation:
    return Operation(text, None, {"PyTorch": "", "JAX": ""}, counts=False)


def _assignment(text: str, limit: float | None = None) -> Operation:
    return Operation(text, limit, {"JAX": ""})  # its arrays can't be written to


OPERATIONS = [
    Operation("a + b", 1.4),
    Operation("a - b"),
    Operation("a * b"),
    Operation("a / b"),
    Operation("a * 2.0", 2.0),
    Operation("2.0 * a"),
    Operation("a + 1"),
    Operation("a ** 2"),
    Operation("-a", 2.0),
    Operation("abs(a)"),
    Operation("a < b"),
    Operation("a == b"),
    _assignment("c += b"),
    Operation("i + j"),
    Operation("i // j"),
    Operation("f * g"),
    Operation("t & w"),
    Operation("z * z"),
    Operation("m + k"),
    Operation("m + a"),
    Operation("a @ b", 2.0),
    Operation("m @ a"),
    Operation("m @ k", 2.0),
    Operation("m.T"),
    Operation("a[1]", 2.0),
    Operation("a[-1]"),
    Operation("m[1, 2]"),
    Operation("m[1]", 4.0),
    Operation("a[1:3]", 4.0),
    Operation("a[:]", 4.0),
    Operation("a[::-1]", 4.0, {"PyTorch": ""}),
    Operation("m[:, 1]", 4.0),
    _assignment("c[1] = 2.0"),
    _assignment("c[:2] = b[:2]"),
    Operation("a[i]"),
    Operation("a[t]"),
    Operation("a.sum()", 2.0),
    Operation("a.min()"),
    Operation("a.max()"),
    Operation("a.mean()"),
    Operation("a.prod()"),
    Operation("a.argmax()"),
    Operation("t.any()"),
    Operation("m.sum(axis=0)"),
    Operation("np.sum(a)"),
    Operation("np.sin(a)", 4.0),
    Operation("np.exp(a)", 4.0),
    Operation("np.sqrt(a)", 4.0),
    Operation("np.add(a, b)", 4.0),
    Operation("np.maximum(a, b)", 4.0),
    _assignment("np.add(a, b, out=c)"),
    Operation("np.isfinite(a)", 4.0),
    Operation("np.dot(a, b)"),
    Operation("np.where(t, a, b)"),
    Operation("np.clip(a, 0.0, 1.0)"),
    Operation("np.concatenate((a, b))"),
    Operation("np.stack((a, b))"),
    Operation("np.cumsum(a)", None, {"PyTorch": "np.cumsum(a, 0)"}),
    Operation("np.linalg.norm(a)"),
    Operation("np.zeros(3)", 2.0),
    Operation("np.ones(3)"),
    Operation("np.empty(3)"),
    Operation("np.arange(3)"),
    Operation("np.array([1.0, 2.0, 3.0])", None, {"PyTorch": "np.tensor([1.0, 2.0, 3.0])"}),
    Operation("np.array([[1, 2], [3, 4]])", None, {"PyTorch": "np.tensor([[1, 2], [3, 4]])"}),
    Operation("a.copy()", None, {"PyTorch": "a.clone()"}),
    Operation("a.reshape(3, 1)"),
    Operation("m.ravel()"),
    Operation("a.astype('float32')", None, {"PyTorch": "a.float()"}),
    Operation("a.tolist()", counts=False),
    Operation("a.shape", counts=False),
    Operation("len(a)", counts=False),
    Operation("for _ in a: pass", counts=False),
    _scalar("x + y"),
    _scalar("x * 2.0"),
    _scalar("float(x)"),
    _scalar("np.sqrt(x)"),
    _scalar("x < y"),
]


def values(library: str) -> dict:
    """The arrays of one library, by name."""
    if library == "JAX":
        import jax

        jax.config.update("jax_enable_x64", True)
    np = importlib.import_module(MODULES[library])
    make = np.tensor if library == "PyTorch" else np.array
    found = {
        "np": np,
        "a": make([0.5, 1.5, 2.5], dtype=np.float64),
        "b": make([3.0, 2.0, 1.0], dtype=np.float64),
        "c": make([0.0, 0.0, 0.0], dtype=np.float64),
        "i": make([0, 2, 1], dtype=np.int64),
        "j": make([4, 5, 6], dtype=np.int64),
        "f": make([0.5, 1.5, 2.5], dtype=np.float32),
        "g": make([3.0, 2.0, 1.0], dtype=np.float32),
        "t": make([True, False, True]),
        "w": make([True, True, False]),
        "z": make([1 + 2j, 3 - 1j, 0.5j]),
        "m": make([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], dtype=np.float64),
        "k": make([[2.0, 0.0, 1.0], [1.0, 3.0, 0.5], [0.0, 1.0, 4.0]], dtype=np.float64),
    }
    return {**found, "x": found["a"][1], "y": found["b"][2]}


def loop(text: str, names: dict) -> Callable[[int], float]:
    """A function that runs the text so many times, with local names only, and gives the seconds."""
    parameters = ", ".join(f"{name}={name}" for name in names)
    source = (
        f"def run(count, {parameters}, clock=clock):\n    start = clock()\n"
        f"    for _ in range(count):\n        {text}\n    return clock() - start\n"
    )
    scope = {**names, "clock": thread_time}
    exec(source, scope)
    return scope["run"]


def calibrated(run: Callable[[int], float], seconds: float) -> int:
    """How often to run so that it takes about so long."""
    count = 1
    while True:
        spent = run(count)
        if spent > seconds / 8:
            return max(1, int(count * seconds / spent))
        count *= 4


def measure(operation: Operation, contenders: dict[str, dict], rounds: int, seconds: float) -> dict:
    """Nanoseconds and ratios of one operation; libraries in which it fails are left out."""
    runs = {"unit": loop(UNIT, {"u": 1.5, "v": 2.5})}
    failures = {}
    for library, names in contenders.items():
        text = operation.others.get(library, operation.text)
        if not text:
            continue
        try:
            run = loop(text, names)
            run(1)
        except Exception as error:  # a peer's own reasons; they are printed
            failures[library] = f"{type(error).__name__}: {error}".splitlines()[0]
        else:
            runs[library] = run
    counts = {name: calibrated(run, seconds) for name, run in runs.items()}
    turns = [{name: 1e9 * run(counts[name]) / counts[name] for name, run in runs.items()} for _ in range(rounds)]
    nanoseconds = {name: median(turn[name] for turn in turns) for name in runs}
    ratios = {name: median(turn[name] / turn["rooftop"] for turn in turns) for name in runs if "rooftop" in runs}
    return {"operation": operation.text, "ns": nanoseconds, "ratios": ratios, "failures": failures}


def main() -> int:
    rounds, seconds, *wanted = sys.argv[1:]
    contenders, skipped = {}, {}
    for library in LIBRARIES:
        module = MODULES[library].partition(".")[0]
        if importlib.util.find_spec(module) is None:
            skipped[library] = "not installed"
        else:
            contenders[library] = values(library)
    operations = [operation for operation in OPERATIONS if not wanted or operation.text in wanted]
    rows = [measure(operation, contenders, int(rounds), float(seconds)) for operation in operations]
    print(json.dumps({"rows": rows, "skipped": skipped}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
