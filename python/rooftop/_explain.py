"""`f.explain()`: brings the compiler's notes, the dispatcher's clock and the machine's ceilings together."""

from __future__ import annotations

import linecache
from functools import cache

from rooftop import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rooftop._core import Dispatcher

# Below this, a parallel loop does not hand work to other threads.
_SHORTEST_PARALLEL = 20e-6


def explain(dispatcher: Dispatcher, signatures: list[str]) -> str:
    """The text for these versions of a function, one after the other."""
    name = dispatcher.py_func.__qualname__
    return "\n".join(_one(dispatcher, name, signature) for signature in signatures)


def _one(dispatcher: Dispatcher, name: str, signature: str) -> str:
    explanation = dispatcher._handle(signature).explanation()
    call = dispatcher._timed_call(signature)
    if call is not None:
        _add_call(explanation, call)
    return explanation.text(name, signature, _source_line)


def _add_call(explanation: Any, call: tuple[float, bytes, bool, int]) -> None:
    seconds, arguments, returned, calls = call
    # A call that raised may have ended anywhere: its arguments need not even be fit for counting.
    results = _core._run_kernel(explanation.entry, arguments, explanation.result_count) if returned else b""
    explanation.set_call(arguments, results, seconds, returned, calls)
    if not returned:
        return
    allowed = _core.get_num_threads()
    threads = allowed if explanation.is_parallel and seconds > _SHORTEST_PARALLEL else 1
    explanation.set_ceilings(threads, allowed, _ceilings(explanation.counts, threads))


def _ceilings(counts: Any, threads: int) -> list[float]:
    """Operations a second in float64 and float32; bytes a second read, streamed, and read from the cache that fits."""
    from rooftop._compiler import cache_bytes

    flops = [
        _flops(dtype, threads) if count else 0.0
        for dtype, count in (("float64", counts.float64_flops), ("float32", counts.float32_flops))
    ]
    if not counts.bytes:
        return [*flops, 0.0, 0.0, 0.0]
    if counts.touched_bytes > cache_bytes(threads):
        return [*flops, *_bandwidth(threads), 0.0]
    # By powers of two: what is measured is a cache, not an array.
    return [*flops, 0.0, 0.0, _cache(max(4096, 1 << (int(counts.touched_bytes) - 1).bit_length()), threads)]


@cache
def _flops(dtype: str, threads: int) -> float:
    return _core.measure_fma(dtype, threads)[0]


@cache
def _bandwidth(threads: int) -> tuple[float, float]:
    return _core.measure_bandwidth(threads)


@cache
def _cache(size: int, threads: int) -> float:
    return _core.measure_cache(size, threads)


def _source_line(file: str, line: int) -> str:
    return linecache.getline(file, line).strip()
