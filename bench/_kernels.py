"""Functions whose compilation is measured, and arguments that make their first run take no time."""

from __future__ import annotations

import inspect
import itertools
import linecache
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Begins the line that a measured process writes before each compilation.
MARK = "compiling: "


def add(a, b):
    return a + b


def length(a):
    return a.shape[0]


def total(a):
    s = 0.0
    for i in range(a.shape[0]):
        s += a[i]
    return s


def saxpy(a, x, y):
    for i in range(y.shape[0]):
        y[i] = a * x[i] + y[i]


def mandelbrot(re, im, limit):
    x, y = 0.0, 0.0
    n = 0
    while n < limit and x * x + y * y <= 4.0:
        x, y = x * x - y * y + re, 2.0 * x * y + im
        n += 1
    return n


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def matmul(A, B, C):
    n, m, p = A.shape[0], A.shape[1], B.shape[1]
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i, j] += A[i, k] * B[k, j]


def heat(grid, fresh, kind, steps, limit):
    n, m = grid.shape
    change = 0.0
    for _step in range(steps):
        change = 0.0
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                around = grid[i - 1, j] + grid[i + 1, j] + grid[i, j - 1] + grid[i, j + 1]
                if kind[i, j] == 0:
                    value = 0.25 * around
                elif kind[i, j] == 1:
                    value = 0.9 * grid[i, j] + 0.025 * around
                elif kind[i, j] == 2:
                    value = math.sqrt(abs(around)) - 0.5 * math.exp(-grid[i, j])
                else:
                    value = grid[i, j]
                if value > limit:
                    value = limit
                elif value < -limit:
                    value = -limit
                change = max(change, abs(value - grid[i, j]))
                fresh[i, j] = value
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                grid[i, j] = fresh[i, j]
        if change < 1e-9:
            break
    return change


@dataclass(frozen=True)
class Kernel:
    """One function to compile.

    Attributes
    ----------
    name : str
        As in the table.
    function : function
    arguments : callable
        Makes the arguments of one call.
    """

    name: str
    function: Callable
    arguments: Callable[[], tuple]


KERNELS = (
    Kernel("a + b", add, lambda: (1.0, 2.0)),
    Kernel("simple loop", total, lambda: (np.ones(4),)),
    Kernel("saxpy", saxpy, lambda: (2.0, np.ones(4), np.ones(4))),
    Kernel("mandelbrot", mandelbrot, lambda: (0.1, 0.2, 3)),
    Kernel("fib", fib, lambda: (3,)),
    Kernel("matmul", matmul, lambda: (np.ones((3, 3)), np.ones((3, 3)), np.zeros((3, 3)))),
    Kernel(
        "stencil with branches", heat, lambda: (np.ones((4, 4)), np.ones((4, 4)), np.ones((4, 4), np.int64), 2, 9.0)
    ),
)

_copies = itertools.count(1)


def fresh_copy(function: Callable) -> Callable:
    """The function defined anew, in a file of its own that only `linecache` knows, as by a notebook's cell."""
    text = inspect.getsource(function)
    filename = f"<bench copy {next(_copies)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    names = {"__name__": __name__, "math": math, "np": np}
    exec(compile(text, filename, "exec"), names)
    return names[function.__name__]
