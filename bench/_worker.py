"""A process that runs kernels for a race: prepares one, then gives a sample of its time whenever it is asked.

Usage: python _worker.py; reads requests from standard input and answers on standard output, one JSON object a line.
Needs NumPy and the engines that it is asked for: it also runs in the peers' environment.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import inspect
import json
import linecache
import os
import sys
import traceback
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

import _quiet
import _suite
import numpy as np

INDEPENDENT = "# independent"


def rooftop_call(kernel: _suite.Kernel, how: dict[str, Any]) -> Callable:
    import rooftop

    return rooftop.jit(kernel.function, fp_model=how.get("fp_model", "default"))


def numba_call(kernel: _suite.Kernel, how: dict[str, Any]) -> Callable:
    """`njit` of the text as it is, or (with `parallel`) as one who seeks the most of Numba writes it."""
    import numba

    if how.get("parallel"):
        function, options = with_prange(kernel, numba.prange), {"fastmath": True, "error_model": "numpy"}
        options["parallel"] = function is not kernel.function
    else:
        function, options = kernel.function, {}
    module = sys.modules[kernel.function.__module__]
    for helper in kernel.helpers:
        setattr(module, helper.__name__, numba.njit(**options)(helper))
    return numba.njit(**options)(function)


def with_prange(kernel: _suite.Kernel, prange: Any) -> Callable:
    """The function with `prange` for `range` where the text says that rounds are independent."""
    lines = inspect.getsource(kernel.function).splitlines(keepends=True)
    parallel = [line.replace(" in range(", " in prange(") if INDEPENDENT in line else line for line in lines]
    if parallel == lines:
        return kernel.function
    filename = f"<{kernel.title} with prange>"
    linecache.cache[filename] = (sum(map(len, parallel)), None, parallel, filename)
    names = {**vars(sys.modules[kernel.function.__module__]), "prange": prange}
    exec(compile("".join(parallel), filename, "exec"), names)
    return names[kernel.function.__name__]


def c_call(kernel: _suite.Kernel, how: dict[str, Any]) -> Callable:
    """The C function in the library that the request names."""
    function = getattr(ctypes.CDLL(how["library"]), kernel.function.__name__)
    function.restype = None
    lengths = how["sizes"] if kernel.lengths is None else kernel.lengths
    sizes = [] if kernel.is_static else [ctypes.c_int64(how["sizes"][name]) for name in lengths]
    result = (ctypes.c_int64 * max(kernel.returns, 1))()
    extra = [result] if kernel.returns else []
    converted: list[Any] = []

    def call(*arguments: Any) -> tuple[int, ...] | None:
        if not converted:  # they are the same arrays each time, and converting them is not C's work
            converted.extend(map(c_argument, arguments))
        function(*sizes, *converted, *extra)
        return tuple(result) if extra else None

    return call


def c_argument(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(value.ctypes.data)
    return ctypes.c_double(value) if isinstance(value, float) else ctypes.c_int64(value)


ENGINES = {"rooftop": rooftop_call, "numba": numba_call, "c": c_call}
THREADS = int(os.environ.get("ROOFTOP_NUM_THREADS", "1"))
CLOCKS = {"wall": perf_counter, "processor": process_time}


class Stage:
    """One kernel with its arguments, and the functions that have been made for it."""

    def __init__(self, kernel: _suite.Kernel, small: bool, clock: Callable[[], float] = perf_counter) -> None:
        self.kernel = kernel
        self.clock = clock
        self.sizes = kernel.small if small else kernel.sizes
        self.arguments = kernel.arguments(small)
        self.original = {name: self.arguments[name].copy() for name in kernel.outputs}
        self.function: Callable = kernel.function

    def restore(self) -> None:
        for name, array in self.original.items():
            self.arguments[name][...] = array

    def call(self) -> tuple[float, Any]:
        """Seconds of one call on fresh arguments, and what it returned."""
        self.restore()
        function, arguments = self.function, tuple(self.arguments.values())
        start = self.clock()
        result = function(*arguments)
        return self.clock() - start, result

    def prepare(self, how: dict[str, Any]) -> dict[str, Any]:
        """Make the function, call it, and save its result: seconds of the first call, of making included."""
        start = self.clock()
        self.function = ENGINES[how["engine"]](self.kernel, {**how, "sizes": self.sizes})
        made = self.clock() - start
        first = self.save(how["save"])["seconds"]
        return {"first": made + first, "second": self.call()[0]}

    def save(self, path: str) -> dict[str, Any]:
        """Call once more and save the result."""
        seconds, result = self.call()
        found = {name: self.arguments[name] for name in self.kernel.outputs}
        if self.kernel.returns:
            found["returned"] = np.array(result, np.int64)
        np.savez(path, **found)
        return {"seconds": seconds}

    def sample(self, calls: int) -> dict[str, Any]:
        """Seconds a call: the mean of some, each on fresh arguments."""
        if THREADS > 1:
            _quiet.warm_up(self.call)
        answer = {"seconds": sum(self.call()[0] for _ in range(calls)) / calls}
        if THREADS > 1:
            _quiet.settle()
        return answer


def load_engine(engine: str) -> None:
    """Import what the first kernel should not pay for."""
    for module in {"rooftop": ("rooftop", "rooftop._compiler"), "numba": ("numba",), "c": ()}[engine]:
        importlib.import_module(module)
    if engine == "numba":
        import numba

        numba.njit(lambda x: x + 1)(1)
        if numba.config.NUMBA_NUM_THREADS > 1:
            numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    stage: Stage | None = None
    gc.disable()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "start":
                load_engine(request["engine"])
                answer: dict[str, Any] = {}
            elif request["do"] == "load":
                stage = None
                gc.collect()
                stage = Stage(
                    _suite.find(request["suite"], request["kernel"]), request["small"], CLOCKS[request["clock"]]
                )
                answer = {}
            elif request["do"] == "prepare":
                answer = stage.prepare(request)
            elif request["do"] == "save":
                answer = stage.save(request["save"])
            else:
                answer = stage.sample(request["calls"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "details": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
