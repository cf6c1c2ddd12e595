"""Compile latency, import time and the cost of a call, beside Python, NumPy and (with --peers) Numba.

Usage: ./dev bench compile [--processes N] [--copies N] [--lengths N …] [--peers] [--out FOLDER]

Every figure is the median over fresh processes that run one after another. The compile time of a function is its first
call less a later one; within a process each function is defined anew COPIES times, so that nothing is found ready.
Times are of this machine: read the ratios. Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import _kernels
import _report
from _long_once import KINDS

from rooftop.ladder import peers
from rooftop.ladder.kernel import LadderError

HERE = Path(__file__).resolve().parent
ONCE = HERE / "_compile_once.py"
LONG_ONCE = HERE / "_long_once.py"
LENGTHS = (250, 500, 1000)  # lines; a thousand are asked to take less than LONG_AIM milliseconds
LONG_AIM = 3000.0
FIRST = "first in a process"
IMPORTS = ("rooftop", "numpy", "numba")
# Milliseconds; the aims of the project.
AIMS = {"simple loop": 10.0, "matmul": 40.0}
STAGE = re.compile(r"^rooftop: (.+?) +([0-9.]+) ms$")


def run(interpreter: Path | str, *arguments: str, **variables: str) -> tuple[str, str]:
    """Standard output and error of a Python process."""
    done = subprocess.run(
        [str(interpreter), *arguments], capture_output=True, text=True, env={**os.environ, **variables}, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout, done.stderr


def import_times(interpreter: Path | str, module: str, processes: int) -> list[float]:
    """Milliseconds of `import module` in fresh processes; the first, which warms the file cache, does not count."""
    code = f"from time import perf_counter as t; a = t(); import {module}; print(t() - a)"
    return [float(run(interpreter, "-c", code)[0]) * 1e3 for _ in range(processes + 1)][1:]


def measure(engine: str, interpreter: Path | str, processes: int, copies: int) -> dict[str, Any]:
    """Medians over fresh processes, in milliseconds (calls: nanoseconds)."""
    found = []
    for index in range(processes):
        _report.say(f"compile: {engine}, process {index + 1} of {processes}")
        found.append(json.loads(run(interpreter, str(ONCE), engine, str(copies))[0]))
    pairs = {FIRST: [one["first"] for one in found]}
    pairs |= {name: [pair for one in found for pair in one["kernels"][name]] for name in found[0]["kernels"]}
    return {
        "load": median(1e3 * one["load"] for one in found),
        "clock": {name: _report.spread([1e3 * clock for clock, _ in times]) for name, times in pairs.items()},
        "processor": {name: _report.spread([1e3 * busy for _, busy in times]) for name, times in pairs.items()},
        "calls": {name: median(1e9 * one["calls"][name] for one in found) for name in found[0]["calls"]},
    }


def stages(processes: int, copies: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each stage of each kernel's compilation: the medians over fresh processes."""
    samples: dict[str, dict[str, list[float]]] = {}
    for _ in range(processes):
        _, log = run(sys.executable, str(ONCE), "rooftop", str(copies), ROOFTOP_TIME="passes")
        # The first part is import, the second the process's first compilation, which is not like the others.
        for part in log.split(_kernels.MARK)[2:]:
            name, *lines = part.splitlines()
            sums: dict[str, float] = {}
            for match in filter(None, map(STAGE.match, lines)):
                stage = match[1] if match[1] == "frontend" or match[1].startswith("llvm ") else f"opt: {match[1]}"
                sums[stage] = sums.get(stage, 0.0) + float(match[2])
            for stage, time in sums.items():
                samples.setdefault(name, {}).setdefault(stage, []).append(time)
    return {name: {stage: median(times) for stage, times in found.items()} for name, found in samples.items()}


def import_table(times: dict[str, list[float]]) -> _report.Table:
    table = _report.Table(
        "Import in a fresh process",
        ["module", "ms", "of NumPy's", "aim"],
        "Over bare Python, files in the system's cache. Numba's contains NumPy's.",
    )
    numpy = median(times["numpy"])
    for module, values in times.items():
        time = median(values)
        table.add(module, time, time / numpy, "< 0.333" if module == "rooftop" else "", **_report.spread(values))
    return table


def latency_table(ours: dict[str, Any], numba: dict[str, Any] | None) -> _report.Table:
    table = _report.Table(
        "Compile latency: a fresh function's first call less a later one, ms",
        ["function", "rooftop", "CPU", "aim", "Numba njit", "CPU ", "Numba / rooftop, CPU"],
        f"The first in a process is `a + b`, after the load of the code generator ({ours['load']:.1f} ms); the others "
        "are in a running\nprocess. CPU: what it takes when nothing else runs on the machine.",
    )
    for name, clock in ours["clock"].items():
        busy = ours["processor"][name]
        aim = f"< {AIMS[name]:.0f}" if name in AIMS else ""
        theirs = [numba[kind][name]["median"] for kind in ("clock", "processor")] if numba else [None, None]
        ratio = theirs[1] / busy["median"] if theirs[1] else None
        table.add(name, clock["median"], busy["median"], aim, *theirs, ratio, clock=clock, processor=busy)
    return table


def stage_table(found: dict[str, dict[str, float]]) -> _report.Table:
    stages_in_order = ["frontend", "optimiser", "llvm emit", "llvm optimise", "llvm generate", "llvm link"]
    table = _report.Table(
        "Where compile time goes, ms",
        ["function", *stages_in_order, "slowest pass of ours"],
        "As ROOFTOP_TIME=passes reports it; parsing the source and making the arguments' types are not in it.",
    )
    for name, times in found.items():
        ours = {stage.removeprefix("opt: "): time for stage, time in times.items() if stage.startswith("opt: ")}
        slowest = max(ours, key=ours.__getitem__)
        row = {**times, "optimiser": sum(ours.values())}
        cells = [row.get(stage) for stage in stages_in_order]
        table.add(name, *cells, f"{slowest} {ours[slowest]:.2f}", passes=ours)
    return table


def long_table(lengths: list[int]) -> _report.Table:
    """Functions of many lines, each kind and length in a process of its own."""
    table = _report.Table(
        "Long functions: the first call, ms of the processor",
        ["kind", *(f"{lines} lines" for lines in lengths), "aim", "the longest beside the one before it"],
        "Generated: straight code, loops, loops that branch, stencils, and all of them by turns (`_long_once.py`).",
    )
    for kind in KINDS:
        _report.say(f"compile: long functions, {kind}")
        found = [json.loads(run(sys.executable, str(LONG_ONCE), kind, str(lines))[0]) for lines in lengths]
        times = [1e3 * one["processor"] for one in found]
        table.add(kind, *times, f"< {LONG_AIM:.0f}", f"{times[-1] / times[-2]:.2f} times", clock=found)
    return table


def call_table(ours: dict[str, Any], numba: dict[str, Any] | None) -> _report.Table:
    table = _report.Table(
        "Calls of a tiny function, ns each",
        ["arguments", "Python", "rooftop", "rooftop / Python", "Numba", "million calls a second, rooftop"],
        "`a + b` of two floats, and `a.shape[0]` of an array; the loop around the call taken off.",
    )
    for name in ("two floats", "an array"):
        python, mine = ours["calls"][f"{name}, Python"], ours["calls"][name]
        table.add(name, python, mine, mine / python, numba and numba["calls"][name], 1e3 / mine)
    return table


def peers_interpreter(wanted: bool, skipped: dict[str, str]) -> Path | None:
    """The peers' Python: made when it is wanted, used when it is there."""
    try:
        if wanted:
            return peers.prepare()
        if peers.works(peers.folder()):
            return peers.interpreter(peers.folder())
        skipped["Numba"] = "not measured without --peers, which makes an environment for it"
    except LadderError as error:
        skipped["Numba"] = str(error)
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=7, help="fresh processes for each figure (7)")
    parser.add_argument("--copies", type=int, default=5, help="how often a process compiles each function anew (5)")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="lines of the long functions")
    parser.add_argument("--peers", action="store_true", help="make the peers' environment when it is not there")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    options = parser.parse_args()
    if options.processes < 1 or options.copies < 1 or len(options.lengths) < 2:
        parser.error("--processes and --copies are at least 1, --lengths at least two")
    skipped: dict[str, str] = {}
    peer = peers_interpreter(options.peers, skipped)
    interpreters = {module: (peer if module == "numba" else sys.executable) for module in IMPORTS}
    imports = {
        module: import_times(interpreter, module, options.processes)
        for module, interpreter in interpreters.items()
        if interpreter
    }
    ours = measure("rooftop", sys.executable, options.processes, options.copies)
    # Its compilations take long enough to vary little.
    numba = measure("numba", peer, min(options.processes, 3), 1) if peer else None
    found = stages(min(options.processes, 3), options.copies)
    tables = [
        import_table(imports),
        latency_table(ours, numba),
        stage_table(found),
        long_table(options.lengths),
        call_table(ours, numba),
    ]
    path = _report.write("compile", tables, skipped, options.out, kernels=[k.name for k in _kernels.KERNELS])
    print(_report.page(tables, skipped))
    _report.say(f"compile: figures in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
