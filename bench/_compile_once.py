"""One process of ./dev bench compile: compiles the kernels as a user's first calls would, and prints what it took.

Usage: python _compile_once.py ENGINE COPIES; ENGINE is rooftop or numba, COPIES how often each kernel is compiled
anew. Needs nothing but the engine: it also runs in the peers' environment. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import timeit
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

# First of all, before anything else has loaded what these load.
_engine = sys.argv[1]
_start = perf_counter()
if _engine == "rooftop":
    import rooftop  # noqa: F401
else:
    import numba  # noqa: F401
IMPORT = perf_counter() - _start

import _kernels  # noqa: E402
import numpy as np  # noqa: E402

CALLS = 20_000


def compiler() -> tuple[Callable, float]:
    """The decorator, and the seconds that loading the code generator takes once it is needed."""
    if _engine == "numba":
        return numba.njit, 0.0
    start = perf_counter()
    from rooftop import _compiler  # noqa: F401

    return rooftop.jit, perf_counter() - start


def first_call(jit: Callable, kernel: _kernels.Kernel) -> tuple[float, float]:
    """Seconds of a fresh function's first call beyond those of a later one: by the clock, and of the processor."""
    copy = _kernels.fresh_copy(kernel.function)
    function = copy.__globals__[copy.__name__] = jit(copy)  # as a decorator does: recursion finds it
    arguments = kernel.arguments()
    # The stages that follow on this stream are this one's.
    print(_kernels.MARK + kernel.name, file=sys.stderr, flush=True)
    start, busy = perf_counter(), process_time()
    function(*arguments)
    first, busy = perf_counter() - start, process_time() - busy
    later = min(timeit.repeat(lambda: function(*arguments), number=1, repeat=5))
    return first - later, busy - later


def call_seconds(function: Callable, *arguments: Any) -> float:
    """Seconds of one call, the loop around it taken off: the best of a few runs."""
    names = {"f": function, **{f"x{i}": value for i, value in enumerate(arguments)}}
    call = f"f({', '.join(f'x{i}' for i in range(len(arguments)))})"
    run = min(timeit.repeat(call, globals=names, number=CALLS, repeat=7))
    empty = min(timeit.repeat("pass", globals=names, number=CALLS, repeat=7))
    return (run - empty) / CALLS


def calls(jit: Callable) -> dict[str, float]:
    """Seconds a call of functions that do nearly nothing, plain and compiled."""
    add, length = jit(_kernels.add), jit(_kernels.length)
    array = np.ones(3)
    found = {"two floats": call_seconds(add, 1.0, 2.0), "an array": call_seconds(length, array)}
    found["two floats, Python"] = call_seconds(_kernels.add, 1.0, 2.0)
    found["an array, Python"] = call_seconds(_kernels.length, array)
    return found


def main() -> None:
    copies = int(sys.argv[2])
    jit, load = compiler()
    result: dict[str, Any] = {"import": IMPORT, "load": load, "first": first_call(jit, _kernels.KERNELS[0])}
    result["kernels"] = {k.name: [first_call(jit, k) for _ in range(copies)] for k in _kernels.KERNELS}
    result["calls"] = calls(jit)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
