"""The size of a ladder that ends in time: measured on this machine, not guessed."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy

from rooftop.ladder.kernel import Kernel, Rung

SIZES = (4096, 3072, 2048, 1536, 1024, 768, 512, 384, 256)
WHOLE_RUN_SECONDS = 100.0  # of the two minutes that a default run may take
START_SECONDS = 1.2  # a rung's two starts and its compiler


def seconds_of_dot(dtype: str) -> float:
    """Seconds of one floating-point operation in the best code at hand: NumPy's dot on all threads."""
    n = 512
    left, right = numpy.ones((n, n), dtype), numpy.ones((n, n), dtype)
    best = float("inf")
    for _ in range(4):
        start = time.perf_counter()
        numpy.dot(left, right)
        best = min(best, time.perf_counter() - start)
    return best / (2.0 * n**3)


def seconds_of_python() -> float:
    """Seconds of one floating-point operation in a plain Python loop."""
    row = [1.0] * 20_000
    total, start = 0.0, time.perf_counter()
    for k in range(len(row)):
        total += row[k] * row[k]
    return (time.perf_counter() - start) / (2.0 * len(row))


def estimate(kernel: Kernel, rungs: Sequence[Rung], n: int, budget: float, fastest: float, python: float) -> float:
    """Seconds that a climb of these rungs at size n will take.

    Each rung starts twice and reads its inputs. Fast ones run whole, twice and a try; slow ones fill the budget, or
    take longer when a single slice does: in Python, and there the numbers become objects too.
    """
    whole = kernel.flops(n, kernel.parts(n))
    total = 0.0
    for rung in rungs:
        slow = rung.rate < 5e7
        speed = python if slow else max(fastest, min(0.5 / rung.rate, 10 * fastest))
        run = whole * speed
        at_least = 2 * kernel.flops(n, 1) * python * 3 if slow else 0.0
        timed = max(budget / 3, 3 * run) if run <= budget else max(budget, at_least)
        reading = kernel.numbers(n) * (1e-7 if rung.bytes_per_number else 1e-8)
        total += START_SECONDS + timed + 2 * reading
    return total


def choose(kernel: Kernel, rungs: Sequence[Rung], dtype: str, budget: float) -> int:
    """The largest of SIZES at which the climb is expected to end in time; the smallest when none is."""
    fastest, python = seconds_of_dot(dtype), seconds_of_python()
    for n in SIZES:
        if estimate(kernel, rungs, n, budget, fastest, python) <= WHOLE_RUN_SECONDS:
            return n
    return SIZES[-1]
