"""Every native function of arrays beside NumPy's, from one element to ten million.

Usage: ./dev bench functions [--quick] [--only NAME …] [--sizes N …] [--threads N …] [--rounds N] [--out FOLDER]

What is native is asked of rooftop.coverage(), so that no function is forgotten. In a turn rooftop and NumPy run one
after the other on the same memory, contiguous and with every other element; a ratio is the median over the turns of
NumPy's time over rooftop's: above 1, rooftop is faster. On one thread the time is the thread's own. Results are
compared first. What is slower than NumPy by more than 5% is measured again, and then listed as a defect. Tables and
JSON also go to build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean
from time import perf_counter
from typing import Any

import _report

from rooftop.ladder.programs import clean_environment

ONCE = Path(__file__).resolve().parent / "_functions_once.py"
SIZES = (1, 10, 10**3, 10**5, 10**7)
LAYOUTS = ("contiguous", "strided")
SHORT, LONG = 10**3, 10**5
NOISE = 1.05
#: Least geometric means over all functions: up to SHORT elements, and from LONG on, by the number of threads.
MEANS = {"short": (1, 3.0), "long": (2, 2.0)}
#: Least ratios of functions on one thread, of long arrays.
ALONE = {"exp": 1.5, "log": 1.5, "sin": 2.0, "cos": 2.0, "tanh": 2.0, "erf": 2.0}
Functions = list[dict[str, Any]]


def measure(options: argparse.Namespace, threads: int) -> Functions:
    """What one process with so many threads found, by function."""
    rounds = options.rounds or (3 if options.quick else 7)
    seconds = 0.0005 if options.quick else 0.002
    sizes = ",".join(map(str, options.sizes or ((1, 1000) if options.quick else SIZES)))
    command = [sys.executable, str(ONCE), str(rounds), str(seconds), sizes, ",".join(LAYOUTS), *(options.only or [])]
    found = []
    start = perf_counter()
    environment = clean_environment(threads)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout:
            found.append(json.loads(line))
            if len(found) % 20 == 0:
                _report.say(f"functions: {threads} threads, {len(found)} functions ({perf_counter() - start:.0f} s)")
    if process.returncode != 0:
        raise RuntimeError("the measurement failed")
    return found


def table_of(found: Functions, threads: int) -> _report.Table:
    """Ratios: a row for each function, a column for each size and layout."""
    shapes = [(row["n"], row["strided"]) for function in found for row in function.get("rows", ())]
    columns = {shape: f"{shape[0]:,}{' strided' if shape[1] else ''}" for shape in sorted(set(shapes))}
    table = _report.Table(
        f"{threads} thread{'s' if threads > 1 else ''}: NumPy's time / rooftop's", ["function", *columns.values()]
    )
    for function in found:
        if "rows" not in function:
            continue
        ratios = {(row["n"], row["strided"]): row["ratio"] for row in function["rows"]}
        table.add(function["function"], *(ratios.get(shape) for shape in columns), **function)
    return table


def summary(measured: dict[int, Functions]) -> tuple[_report.Table, list[str], list[str]]:
    """Geometric means beside their aims; lines for what is below an aim, and for defects."""
    table = _report.Table("All functions", ["n", "threads", "cases", "geometric mean", "aim", "least", "its function"])
    below, defects = [], []
    for threads, functions in measured.items():
        rows = [(f["function"], row) for f in functions for row in f.get("rows", ())]
        for part, where in (("short", lambda n: n <= SHORT), ("long", lambda n: n >= LONG)):
            cases = [(name, row) for name, row in rows if where(row["n"])]
            if not cases:
                continue
            mean = geometric_mean(row["ratio"] for _, row in cases)
            aim = MEANS[part][1] if MEANS[part][0] == threads else None
            name, least = min(cases, key=lambda case: case[1]["ratio"])
            title = f"up to {SHORT:,}" if part == "short" else f"from {LONG:,}"
            table.add(title, threads, len(cases), mean, aim, least["ratio"], name)
            if aim is not None and mean < aim:
                below.append(f"below aim: n {title}, {threads} threads: geometric mean {mean:.2f} of {aim}")
        for name, row in rows:
            where = f"{name}, n = {row['n']:,}{', strided' if row['strided'] else ''}, {threads} threads"
            aim = ALONE.get(name) if threads == 1 and row["n"] >= LONG else None
            if aim is not None and row["ratio"] < aim:
                below.append(f"below aim: {where}: {row['ratio']:.2f} of {aim}")
            if row["ratio"] < 1 / NOISE:
                defects.append(f"slower than NumPy: {where}: {row['ratio']:.2f}")
    return table, below, defects


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two sizes and few turns: whether it works, not how fast")
    parser.add_argument("--only", action="append", metavar="NAME", help="this function: sin, ndarray.sum, linalg.norm")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of elements (1 10 1000 100000 10000000)")
    parser.add_argument("--threads", type=int, nargs="+", help="numbers of threads (1 2)")
    parser.add_argument("--rounds", type=int, help="turns of each case (7)")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    measured: dict[int, Functions] = {}
    skipped: dict[str, str] = {}
    for threads in options.threads or ([1] if options.quick else [1, 2]):
        if threads > cores:
            skipped[f"{threads} threads"] = f"this machine has {cores}"
            continue
        measured[threads] = measure(options, threads)
    tables = [table_of(found, threads) for threads, found in measured.items()]
    problems = [
        f"wrong or failed: {f['function']}: {f['problem']}"
        for found in measured.values()
        for f in found
        if f.get("problem")
    ]
    for found in measured.values():
        skipped |= {f["function"]: f["skipped"] for f in found if "skipped" in f}
    whole, below, defects = summary(measured)
    lines = [*below, *defects, *dict.fromkeys(problems)]
    path = _report.write(
        "functions",
        [*tables, whole],
        skipped,
        options.out,
        lines=lines,
        below=below,
        defects=defects,
        problems=problems,
    )
    print(_report.page([*tables, whole], skipped, lines))
    _report.say(f"functions: {len(defects)} defects; figures in {path}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
