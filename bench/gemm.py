"""Matrix products and their like, from plain loops under @rooftop.jit and of arrays, beside BLAS in the same run.

Usage: ./dev bench gemm [--quick] [--only SECTION] [--threads N …] [--rounds N] [--out FOLDER]

Each section runs in a process of its own for each number of threads, which both sides get. In a round every contender
runs once; a ratio is the median over rounds of (other / rooftop), against the best of the others: above 1, rooftop is
faster. On one thread the time is the thread's own, so that other programs count for little. On several each contender
warms up while nobody else's threads run, and its best round counts. All results are compared first. The last table sums
up each section beside its aims, and what is below them is listed. Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean
from time import perf_counter
from typing import Any

import _report

from rooftop.ladder.programs import clean_environment

ONCE = Path(__file__).resolve().parent / "_gemm_once.py"


@dataclass(frozen=True)
class Section:
    title: str
    threads: tuple[int, ...]
    mean: float | None  # aim of the geometric mean
    least: float | None  # aim of each case, where the case has none of its own


SECTIONS = {
    "square": Section("C += A @ B, n x n, against cblas", (1, 2), 1.1, 0.98),
    "small": Section("A call from Python against NumPy's a @ b", (1,), None, 1.2),
    "arrays": Section("a @ b of rooftop's arrays against NumPy's", (1, 2), None, 1.0),
    "batch": Section("Batches of small products against NumPy's matmul, a loop of BLAS calls", (1,), 1.2, 1.2),
    "skinny": Section("C += A @ B, m x n x k, against cblas", (1, 2), None, 0.8),
    "forms": Section("Transposed, fused and triangular products against NumPy (A @ A.T: syrk)", (1, 2), 1.0, None),
    "conv": Section("Convolution, outputs x channels x kernel, against im2col + BLAS", (1,), 1.2, None),
    "converted": Section("Narrow operands and wider sums, n x n, against float32 by rooftop", (1, 2), 1.5, 0.9),
    "semiring": Section("(min, +) product against additions and comparisons in registers", (1,), 0.9, None),
}
Rows = list[dict[str, Any]]


def measure(section: str, threads: int, rounds: int, quick: bool) -> dict[str, Any]:
    """Rows of one section, and peers that are not installed, from a process with so many threads."""
    command = [sys.executable, str(ONCE), section, str(rounds), "quick" if quick else "full"]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(threads), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{section} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def table_of(section: str, found: dict[int, Rows]) -> _report.Table:
    table = _report.Table(
        f"{section}: {SECTIONS[section].title}",
        ["case", "dtype", "threads", "rooftop GFLOP/s", "best other", "its name", "ratio"],
    )
    for threads, rows in found.items():
        for row in rows:
            table.add(
                row["case"], row["dtype"], threads, row["rate"], row["best rate"], row["best"], row["ratio"],
                seconds=row["seconds"], ratios=row["ratios"],
            )  # fmt: skip
    return table


def aim_of(section: str, row: dict[str, Any]) -> float | None:
    """The least ratio that the case should have: its own aim, or the section's."""
    return row.get("aim") or SECTIONS[section].least


def summary(measured: dict[str, dict[int, Rows]]) -> tuple[_report.Table, list[str]]:
    """Each section, number of threads and element type in a row, and a line for all that is below its aim."""
    table = _report.Table(
        "All sections",
        ["section", "threads", "dtype", "cases", "geometric mean", "aim", "least", "its case", "below aim"],
    )
    below: list[str] = []
    for section, by_threads in measured.items():
        for threads, all_rows in by_threads.items():
            for dtype in dict.fromkeys(row["dtype"] for row in all_rows):
                rows = [row for row in all_rows if row["dtype"] == dtype]
                mean = geometric_mean(row["ratio"] for row in rows)
                aim = SECTIONS[section].mean
                where = f"{section}, {dtype}, {threads} thread{'s' if threads > 1 else ''}"
                if aim is not None and mean < aim:
                    below.append(f"below aim: {where}: geometric mean {mean:.2f} of {aim}")
                missed = [row for row in rows if row["ratio"] < (aim_of(section, row) or 0)]
                below += [f"below aim: {where}: {r['case']}: {r['ratio']:.2f} of {aim_of(section, r)}" for r in missed]
                least = min(rows, key=lambda row: row["ratio"])
                table.add(section, threads, dtype, len(rows), mean, aim, least["ratio"], least["case"], len(missed))
    return table, below


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few sizes and rounds: whether it works, not how fast")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section; may be repeated")
    parser.add_argument("--threads", type=int, nargs="+", help="numbers of threads (each section has its own)")
    parser.add_argument("--rounds", type=int, help="rounds of each case (7)")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 7)
    cores = len(os.sched_getaffinity(0))
    measured: dict[str, dict[int, Rows]] = {}
    skipped: dict[str, str] = {}
    tables: list[_report.Table] = []
    start = perf_counter()
    for section in options.only or SECTIONS:
        for threads in options.threads or SECTIONS[section].threads:
            if threads > cores:
                skipped[f"{section} on {threads} threads"] = f"this machine has {cores}"
                continue
            _report.say(f"gemm: {section}, {threads} threads ({perf_counter() - start:.0f} s)")
            found = measure(section, threads, rounds, options.quick)
            measured.setdefault(section, {})[threads] = found["rows"]
            skipped |= found["skipped"]
        if section in measured:
            tables.append(table_of(section, measured[section]))
            print(tables[-1].text(), flush=True)
    whole, below = summary(measured)
    path = _report.write("gemm", [*tables, whole], skipped, options.out, lines=below, below=below)
    print(_report.page([whole], skipped, below))
    _report.say(f"gemm: {perf_counter() - start:.0f} s; figures in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
