"""Matrix products and their like, from plain loops under @rooftop.jit, beside BLAS in the same run.

Usage: ./dev bench gemm [--quick] [--only SECTION] [--threads N …] [--rounds N] [--out FOLDER]

Each section runs in a process of its own for each number of threads, which both sides get. In a round every contender
runs once; a ratio is the median over rounds of (other / rooftop), against the best of the others: above 1, rooftop is
faster. All results are compared first. Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import _report

from rooftop.ladder.programs import clean_environment

ONCE = Path(__file__).resolve().parent / "_gemm_once.py"
# Section: title, threads it is measured with, aim of the geometric mean and of the least ratio.
SECTIONS: dict[str, tuple[str, tuple[int, ...], float, float | None]] = {
    "square": ("C += A @ B, n x n, against cblas", (1, 2), 1.1, 0.98),
    "small": ("A call from Python against NumPy's a @ b", (1,), 1.2, 1.2),
    "batch": ("Batches of small products against NumPy's matmul", (1,), 1.2, None),
    "skinny": ("C += A @ B, m x n x k, against cblas", (1, 2), 1.0, 0.8),
    "forms": ("Transposed, fused and triangular products against NumPy (A @ A.T: syrk)", (1, 2), 1.0, None),
    "conv": ("Convolution, outputs x channels x kernel, against im2col + BLAS", (1,), 1.2, None),
    "converted": ("Narrow operands and wider sums, n x n, against float32 by rooftop", (1, 2), 1.5, 0.9),
    "semiring": ("(min, +) product against additions and comparisons in registers", (1,), 0.9, None),
}


def measure(section: str, threads: int, rounds: int, quick: bool) -> list[dict[str, Any]]:
    """Rows of one section, from a process with so many threads."""
    command = [sys.executable, str(ONCE), section, str(rounds), "quick" if quick else "full"]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(threads), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{section} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def table_of(section: str, found: dict[int, list[dict[str, Any]]]) -> _report.Table:
    title, _, aim, least = SECTIONS[section]
    means = []
    for threads, rows in found.items():
        ratios = [row["ratio"] for row in rows]
        text = f"{threads} thread{'s' if threads > 1 else ''}: geometric mean {geometric_mean(ratios):.2f}"
        means.append(f"{text}, least {min(ratios):.2f}")
    aims = f"aim {aim}" + (f", none under {least}" if least else "")
    table = _report.Table(
        title,
        ["case", "dtype", "threads", "rooftop GFLOP/s", "best other", "its name", "ratio"],
        f"{'; '.join(means)} ({aims}).",
    )
    for threads, rows in found.items():
        for row in rows:
            table.add(
                row["case"], row["dtype"], threads, row["rate"], row["best rate"], row["best"], row["ratio"],
                seconds=row["seconds"], ratios=row["ratios"],
            )  # fmt: skip
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few sizes and rounds: whether it works, not how fast")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section; may be repeated")
    parser.add_argument("--threads", type=int, nargs="+", help="numbers of threads (each section has its own)")
    parser.add_argument("--rounds", type=int, help="rounds of each case (9)")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 9)
    cores = len(os.sched_getaffinity(0))
    tables, skipped = [], {}
    for section in options.only or SECTIONS:
        found = {}
        for threads in options.threads or SECTIONS[section][1]:
            if threads > cores:
                skipped[f"{section} on {threads} threads"] = f"this machine has {cores}"
                continue
            _report.say(f"gemm: {section}, {threads} threads")
            found[threads] = measure(section, threads, rounds, options.quick)
        if found:
            tables.append(table_of(section, found))
            print(tables[-1].text())
    path = _report.write("gemm", tables, skipped, options.out)
    for what, reason in skipped.items():
        print(f"skipped: {what}: {reason}")
    _report.say(f"gemm: figures in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
