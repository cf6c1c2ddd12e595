"""Tiny arrays: what an operation on three elements costs, in Python float adds and beside NumPy.

Usage: ./dev bench tiny [--quick] [--only TEXT …] [--rounds N] [--out FOLDER]

Every operation runs in a plain Python loop, whose own cost is part of all figures; the unit is the same loop around
`u + v` of two Python floats. In a turn the unit and every library run one after the other on one thread, and a ratio is
the median over the turns. NumPy, PyTorch and JAX take part where they are installed; their columns say how many times
as long as rooftop they take. Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import _report
from _tiny_once import LIBRARIES, OPERATIONS

from rooftop.ladder.programs import clean_environment

ONCE = Path(__file__).resolve().parent / "_tiny_once.py"
AIM = 8.0  # times NumPy, in geometric mean
NOISE = 1.05
LIMITS = {operation.text: operation.limit for operation in OPERATIONS}
COUNTED = {operation.text for operation in OPERATIONS if operation.counts}
QUICK = (
    "a + b",
    "a * 2.0",
    "-a",
    "a[1]",
    "a[1:3]",
    "a.sum()",
    "m @ k",
    "np.sin(a)",
    "np.zeros(3)",
    "np.where(t, a, b)",
)


def measure(rounds: int, seconds: float, wanted: list[str]) -> dict[str, Any]:
    """Rows, and libraries that are not there, from a process of its own."""
    command = [sys.executable, str(ONCE), str(rounds), str(seconds), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(1), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the measurement failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def table_of(rows: list[dict[str, Any]], libraries: list[str]) -> tuple[_report.Table, list[str]]:
    """A row for each operation, and lines for what is over its limit."""
    table = _report.Table(
        "Tiny operations",
        ["operation", "rooftop ns", "float adds", "at most", "", *(f"{library} / rooftop" for library in libraries)],
        "Float adds: rooftop's time over that of a Python float add in the same loop.",
    )
    over = []
    for row in rows:
        name, limit = row["operation"], LIMITS[row["operation"]]
        adds = row["ns"]["rooftop"] / row["ns"]["unit"] if "unit" not in row["ratios"] else 1 / row["ratios"]["unit"]
        is_over = limit is not None and adds > limit
        if is_over:
            over.append(f"over its limit: {name}: {adds:.2f} float adds of {limit}")
        ratios = [row["ratios"].get(library) for library in libraries]
        table.add(name, row["ns"]["rooftop"], adds, limit, "over" if is_over else "", *ratios, ns=row["ns"])
    return table, over


def summary(rows: list[dict[str, Any]], libraries: list[str]) -> tuple[_report.Table, list[str]]:
    """Geometric means, and lines for what misses the aim."""
    table = _report.Table(
        "All", ["library", "operations", "how many", "geometric mean / rooftop", "aim", "least", "its operation"]
    )
    below = []
    for library in libraries:
        found = {row["operation"]: row["ratios"][library] for row in rows if library in row["ratios"]}
        for part, names in (("of arrays", set(found) & COUNTED), ("all others", set(found) - COUNTED)):
            if not names:
                continue
            mean, least = geometric_mean(found[name] for name in names), min(names, key=found.__getitem__)
            aim = AIM if library == "NumPy" and names <= COUNTED else None
            table.add(library, part, len(names), mean, aim, found[least], least)
            if aim is not None and mean < aim:
                below.append(f"below aim: {mean:.2f} times {library} of {aim}")
        below += [f"slower than {library}: {name}: {ratio:.2f}" for name, ratio in found.items() if ratio < 1 / NOISE]
    return table, below


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few operations and turns: whether it works, not how fast")
    parser.add_argument("--only", action="append", choices=list(LIMITS), metavar="TEXT", help="this operation")
    parser.add_argument("--rounds", type=int, help="turns of each operation (15)")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    options = parser.parse_args()
    wanted = options.only or (list(QUICK) if options.quick else [])
    found = measure(options.rounds or (3 if options.quick else 15), 0.002 if options.quick else 0.005, wanted)
    libraries = [library for library in LIBRARIES[1:] if library not in found["skipped"]]
    failed = [row for row in found["rows"] if "rooftop" not in row["ns"]]
    rows = [row for row in found["rows"] if row not in failed]
    table, over = table_of(rows, libraries)
    whole, below = summary(rows, libraries)
    skipped = found["skipped"] | {
        f"{row['operation']} in {library}": reason
        for row in found["rows"]
        for library, reason in row["failures"].items()
    }
    lines = [*over, *below]
    path = _report.write("tiny", [table, whole], skipped, options.out, lines=lines, over=over, below=below)
    print(_report.page([table, whole], skipped, lines))
    _report.say(f"tiny: figures in {path}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
