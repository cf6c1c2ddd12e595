"""Parallel loops: what handing work over costs, how even the threads' shares are, and what a second thread gains.

Usage: ./dev bench parallel [--quick] [--threads N] [--out FOLDER]

Fork and join are measured in C++ (bench/fork_join.cpp, compiled with the runtime's sources), everything else on jitted
functions; OpenMP runs the same loops where gcc is installed. Each figure is the median of runs in turns. A second
thread gains only what the machine has to give: the rows of OpenMP say what that is at the moment. Tables and JSON also
go to build/bench.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import _report
import numpy as np

import rooftop

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("src/rooftop/runtime", "src/rooftop/base")
# What the runtime needs of Python's side is not in these.
LEFT_OUT = ("symbols.cpp",)
SAMPLER = """
import os, sys, time
most, until = 0, time.time() + float(sys.argv[2])
while time.time() < until:
    running = 0
    for task in os.listdir(f"/proc/{sys.argv[1]}/task"):
        try:
            with open(f"/proc/{sys.argv[1]}/task/{task}/stat") as line:
                running += line.read().rpartition(")")[2].split()[0] == "R"
        except OSError:
            pass
    most = max(most, running)
    time.sleep(0.001)
print(most)
"""


@rooftop.jit
def converge(x, steps):
    for _ in range(steps):
        x = 0.5 * (x + 2.0 / x)
    return x


@rooftop.jit
def triangular(out):
    for i in range(len(out)):
        x = 1.5
        for _ in range(i):
            x = 0.5 * (x + 2.0 / x)
        out[i] = x


@rooftop.jit
def irregular(out, steps):
    for i in range(len(out)):
        x = 1.5
        for _ in range(steps[i]):
            x = 0.5 * (x + 2.0 / x)
        out[i] = x


@rooftop.jit
def triad(out, a, b):
    for i in range(len(out)):
        out[i] = a[i] + 3.0 * b[i]


@rooftop.jit
def polynomial(out, a):
    for i in range(len(out)):
        x = a[i]
        s = 1.0
        for _ in range(64):
            s = s * x + 0.5
        out[i] = s


@rooftop.jit
def divided(out, a, b):
    for i in range(len(out)):
        out[i] = np.sqrt(a[i]) / (b[i] + 1.0)


@rooftop.jit
def rows(out, a):
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = a[i, j] * 2.0 + 1.0


@rooftop.jit
def half_serial(out, a):
    x = 1.5
    for _ in range(len(out) * 16):
        x = 0.5 * (x + 2.0 / x)
    for i in range(len(out)):
        y = a[i]
        for _ in range(16):
            y = 0.5 * (y + 2.0 / y)
        out[i] = x + y


def seconds(act: Callable[[], object], least: float = 2e-3) -> float:
    """One sample: of as many calls as take a while."""
    start = time.perf_counter()
    act()
    once = time.perf_counter() - start
    calls = max(1, math.ceil(least / max(once, 1e-9))) if once < least else 0
    if not calls:
        return once
    start = time.perf_counter()
    for _ in range(calls):
        act()
    return (time.perf_counter() - start) / calls


def in_turns(acts: dict[str, Callable[[], object]], samples: int) -> dict[str, float]:
    """The median of each, all measured one after the other again and again."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        act()
    for _ in range(samples):
        for name, act in acts.items():
            found[name].append(seconds(act))
    return {name: median(values) for name, values in found.items()}


def on_threads(count: int, act: Callable[[], object]) -> Callable[[], object]:
    def call() -> None:
        rooftop.set_num_threads(count)
        act()

    return call


def fork_join(samples: int, skipped: dict[str, str]) -> _report.Table:
    """Latency of the runtime's parallel loops, beside OpenMP's where it is."""
    table = _report.Table(
        "Fork and join, 2 threads, us",
        ["loop", "rooftop", "rooftop p90", "OpenMP", "OpenMP p90"],
        "Of a loop's call, medians. 'Meet': each of two rounds waits until the other has begun on the other thread.",
    )
    compiler = shutil.which("g++")
    if compiler is None:
        skipped["fork and join"] = "there is no g++"
        return table
    sources = [str(f) for folder in SOURCES for f in sorted((ROOT / folder).glob("*.cpp")) if f.name not in LEFT_OUT]
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "fork_join")
        command = [compiler, "-std=c++20", "-O2", "-march=native", f"-I{ROOT / 'src'}", *sources, "-pthread"]
        command += [str(ROOT / "bench/fork_join.cpp"), "-o", program]
        if subprocess.run([*command, "-fopenmp"], capture_output=True).returncode != 0:
            skipped["OpenMP"] = "g++ has no -fopenmp"
            subprocess.run(command, check=True)
        output = subprocess.run([program, str(samples)], check=True, capture_output=True, text=True).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    for what in dict.fromkeys(line["what"] for line in lines):
        of = {line["engine"]: line for line in lines if line["what"] == what}
        cells = [of[e][key] / 1e3 if e in of else None for e in ("rooftop", "openmp") for key in ("median", "p90")]
        table.add(what, *cells, failed={engine: line["failed"] for engine, line in of.items()})
    return table


def peers(skipped: dict[str, str]) -> ctypes.CDLL | None:
    """The C texts as a library."""
    folder = _report.DEFAULT_FOLDER / "c"
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"parallel-{os.getpid()}.so"
    command = ["gcc", "-std=c11", "-O3", "-march=native", "-fPIC", "-shared", "-fopenmp"]
    try:
        subprocess.run([*command, str(ROOT / "bench/parallel_peers.c"), "-o", str(library)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        skipped["OpenMP loops"] = str(error)
        return None
    found = ctypes.CDLL(str(library))
    library.unlink()
    return found


def c_call(library: ctypes.CDLL | None, name: str, threads: int, *arguments: object) -> Callable[[], object] | None:
    if library is None:
        return None
    given = [
        ctypes.c_void_p(a.ctypes.data) if isinstance(a, np.ndarray) else ctypes.c_int64(a)  # type: ignore[arg-type]
        for a in arguments
    ]
    function = getattr(library, name)

    def call() -> None:
        library.set_threads(ctypes.c_int64(threads))
        function(*given)

    return call


def gains(
    table: _report.Table,
    title: str,
    act: Callable[[], object],
    c: Callable[[int], Callable[[], object] | None],
    threads: int,
    samples: int,
) -> None:
    """A row: times on one thread and on several, the gain, and what OpenMP gains by the same."""
    acts = {"one": on_threads(1, act), "many": on_threads(threads, act)}
    for name, count in (("c one", 1), ("c many", threads)):
        call = c(count)
        if call is not None:
            acts[name] = call
    found = in_turns(acts, samples)
    rooftop.set_num_threads(threads)
    theirs = found["c one"] / found["c many"] if "c one" in found else None
    table.add(title, found["one"] * 1e3, found["many"] * 1e3, found["one"] / found["many"], theirs)


def balance_and_scaling(quick: bool, threads: int, samples: int, library: ctypes.CDLL | None) -> list[_report.Table]:
    columns = ["loop", "1 thread, ms", f"{threads} threads, ms", "gain", "gain of OpenMP"]
    balance = _report.Table("Irregular rounds", columns, f"Ideal: a gain of {threads}.")
    scale = 4 if quick else 1
    n = 2000 // scale
    out = np.empty(n)
    gains(
        balance,
        f"triangular, {n} rounds (OpenMP: dynamic)",
        lambda: triangular(out),
        lambda t: c_call(library, "triangular", t, out, n),
        threads,
        samples,
    )
    gains(
        balance,
        "the same (OpenMP: static)",
        lambda: triangular(out),
        lambda t: c_call(library, "triangular_static", t, out, n),
        threads,
        samples,
    )
    steps = (1000 * np.random.default_rng(1).pareto(1.5, n)).astype(np.int64).clip(0, 100_000)
    gains(
        balance,
        f"random lengths, {n} rounds",
        lambda: irregular(out, steps),
        lambda t: c_call(library, "irregular", t, out, steps, n),
        threads,
        samples,
    )
    scaling = _report.Table("What a second thread gains", columns)
    for size in (100_000, 10_000_000 // scale):
        a, b, c = np.ones(size), np.ones(size), np.empty(size)
        gains(
            scaling,
            f"triad, {size} elements: memory",
            lambda a=a, b=b, c=c: triad(c, a, b),
            lambda t, a=a, b=b, c=c, size=size: c_call(library, "triad", t, c, a, b, size),
            threads,
            samples,
        )
    size = 1_000_000 // scale
    a, c = np.full(size, 0.5), np.empty(size)
    gains(
        scaling,
        f"polynomial, {size} elements: compute",
        lambda: polynomial(c, a),
        lambda t: c_call(library, "polynomial", t, c, a, size),
        threads,
        samples,
    )
    half = np.full(20_000, 1.5)
    filled = np.empty_like(half)
    gains(scaling, "a serial half before", lambda: half_serial(filled, half), lambda t: None, threads, samples)
    return [balance, scaling]


def callers(threads: int, length: float) -> _report.Table:
    """Many Python threads call one function that has a parallel loop."""
    table = _report.Table(
        "Calls from many Python threads",
        ["callers", "calls a second", "against 1 caller", "runnable at most"],
        f"Parallel loops on {threads} threads. Runnable: of all threads of the process, looked at each millisecond.",
    )
    a = np.full(60_000, 0.5)
    first = None
    for count in (1, 2, 4, 8):
        outs = [np.empty_like(a) for _ in range(count)]
        done = [0] * count
        stop = threading.Event()

        def call(me: int, outs: list = outs, done: list = done, stop: threading.Event = stop) -> None:
            while not stop.is_set():
                polynomial(outs[me], a)
                done[me] += 1

        workers = [threading.Thread(target=call, args=(i,)) for i in range(count)]
        sampler = subprocess.Popen(
            [sys.executable, "-c", SAMPLER, str(os.getpid()), str(length)], stdout=subprocess.PIPE, text=True
        )
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        most = int(sampler.communicate()[0])
        stop.set()
        for worker in workers:
            worker.join()
        rate = sum(done) / (time.perf_counter() - start)
        first = first or rate
        table.add(count, rate, rate / first, most)
    return table


def estimate(quick: bool, threads: int, samples: int) -> _report.Table:
    """Sizes around the point from which threads pay: is a loop on several threads ever slower?"""
    table = _report.Table(
        "Does the estimate of the work choose well?",
        ["loop", "elements", "1 thread, us", f"{threads} threads, us", "gain"],
        "The same code with helpers and without. A gain below 1 is a loss; the least: see the last line.",
    )
    sizes = [2**k for k in range(10, 21, 2 if quick else 1)]
    for name in ("triad", "divided", "rows"):
        for n in sizes:
            a, b, out = np.full(n, 0.5), np.full(n, 0.25), np.empty(n)
            flat = a.reshape(32, -1), out.reshape(32, -1)
            act = {
                "triad": lambda a=a, b=b, out=out: triad(out, a, b),
                "divided": lambda a=a, b=b, out=out: divided(out, a, b),
                "rows": lambda flat=flat: rows(flat[1], flat[0]),
            }[name]
            found = in_turns({"one": on_threads(1, act), "many": on_threads(threads, act)}, samples)
            table.add(name, n, found["one"] * 1e6, found["many"] * 1e6, found["one"] / found["many"])
    return table


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few samples of small problems")
    parser.add_argument("--threads", type=int, default=2, help="of the parallel loops (2)")
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    found = parser.parse_args(arguments)
    samples = 5 if found.quick else 21
    skipped: dict[str, str] = {}
    tables = [fork_join(200 if found.quick else 5000, skipped)]
    library = peers(skipped)
    tables += balance_and_scaling(found.quick, found.threads, samples, library)
    rooftop.set_num_threads(found.threads)
    tables.append(callers(found.threads, 0.3 if found.quick else 2.0))
    tables.append(estimate(found.quick, found.threads, samples))
    least = min(row["gain"] for row in tables[-1].rows)
    lines = [f"The least gain around the break-even: {least:.2f}."]
    path = _report.write("parallel", tables, skipped, found.out, lines, least_gain=least)
    print(path.with_suffix(".txt").read_text(encoding="utf-8"), end="")
    _report.say(f"parallel: figures in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
