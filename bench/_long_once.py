"""One process of ./dev bench compile: compiles one long function and prints the seconds that it took.

Usage: python _long_once.py KIND LINES. Prints one JSON object.
"""

from __future__ import annotations

import json
import linecache
import sys
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np

import rooftop

#: Statements of each kind; `{i}` is how many came before, so that no two are the same.
PIECES = {
    "straight": """\
    x = x * 1.5 + y
    y = y - {i}.25
    if x > y:
        x = x / 3.0
    else:
        y = y + 1.0
""",
    "loops": """\
    for i in range(n):
        a[i] = a[i] * {i}.5 + b[i]
""",
    "branches": """\
    for i in range(n):
        if a[i] > {i}.5:
            a[i] = a[i] - b[i]
        else:
            b[i] = b[i] + a[i] * 0.5
""",
    "stencils": """\
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            C[i, j] = 0.25 * (D[i - 1, j] + D[i + 1, j] + D[i, j - 1] + D[i, j + 1]) + {i}.0
""",
}
KINDS = [*PIECES, "mixed"]


def long_function(kind: str, lines: int) -> Callable:
    """A function of about that many lines: pieces of one kind, or of all by turns."""
    order = list(PIECES) if kind == "mixed" else [kind]
    parts = ["def f(n, x, y, a, b, C, D):\n"]
    while sum(part.count("\n") for part in parts) < lines - 1:
        index = len(parts) - 1
        parts.append(PIECES[order[index % len(order)]].replace("{i}", str(index)))
    text = "".join(parts) + "    return x + y\n"
    name = f"<{kind} {lines}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict = {}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


def main() -> None:
    kind, lines = sys.argv[1], int(sys.argv[2])
    row, square = np.ones(8), np.ones((8, 8))
    rooftop.jit(long_function(kind, 10))(8, 1.0, 2.0, row, row.copy(), square, square.copy())  # loads the compiler
    function = rooftop.jit(long_function(kind, lines))
    arguments = (8, 1.0, 2.0, row, row.copy(), square, square.copy())
    start, busy = perf_counter(), process_time()
    function(*arguments)
    print(json.dumps({"clock": perf_counter() - start, "processor": process_time() - busy}))


if __name__ == "__main__":
    main()
