"""What lanes, nests and checks have in common: options, peers, the loop over kernels, and what their tables say."""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import _native
import _race
import _report
import _suite

from rooftop.ladder import peers
from rooftop.ladder.kernel import LadderError
from rooftop.ladder.programs import Skip, pinned

# Prints the share of a processor that it got.
SPIN = """
from time import perf_counter, process_time
begin, used = perf_counter(), process_time()
while perf_counter() < begin + 0.5:
    pass
print((process_time() - used) / (perf_counter() - begin))
"""
ROOFTOP = _race.Runner("rooftop", "rooftop")
SCALAR = _race.Runner("rooftop scalar", "rooftop", variables={"ROOFTOP_SKIP": "vectorise"})


def options(
    text: str, arguments: list[str], suites: Iterable[str], rounds: int = 9, threads: int | None = None
) -> argparse.Namespace:
    """The command line; its `kernels` are by suite, of these. There is --threads where `threads` is its default."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--kernels", help="only these, with commas between")
    parser.add_argument("--quick", action="store_true", help="three rounds, and without Numba")
    parser.add_argument("--small", action="store_true", help="tiny problems: that all works; the figures mean nothing")
    parser.add_argument(
        "--rounds", type=int, default=rounds, help=f"samples of each figure ({rounds}; fewer of slow kernels)"
    )
    parser.add_argument("--out", type=Path, default=_report.DEFAULT_FOLDER, help="folder of the tables (build/bench)")
    if threads:
        parser.add_argument(
            "--threads", type=int, default=threads, help=f"of each runner that can use them ({threads})"
        )
    found = parser.parse_args(arguments)
    if found.rounds < 1 or (threads and found.threads < 1):
        parser.error("--rounds and --threads are at least 1" if threads else "--rounds is at least 1")
    found.rounds = min(found.rounds, 3) if found.quick else found.rounds
    known = {kernel.title: (suite, kernel) for suite in suites for kernel in _suite.load(suite)}
    wanted = found.kernels.split(",") if found.kernels else list(known)
    unknown = [title for title in wanted if title not in known]
    if unknown:
        parser.error(f"there is no kernel {', '.join(unknown)}; the kernels are {', '.join(known)}")
    found.kernels = {}
    for suite, kernel in map(known.__getitem__, wanted):
        found.kernels.setdefault(suite, []).append(kernel)
    return found


def numba_interpreter(quick: bool, skipped: dict[str, str]) -> str | None:
    """The Python of the peers' environment, which is made when it is not there; none for --quick."""
    if quick:
        skipped["Numba"] = "left out by --quick"
        return None
    try:
        return str(peers.prepare())
    except LadderError as error:
        skipped["Numba"] = str(error).replace("\n", " ")
        return None


def free_processors(wanted: int) -> float:
    """How much of that many processors this many spinning processes get: less than all on a busy machine."""
    command = [sys.executable, "-c", SPIN]
    spinning = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(wanted)]
    return sum(float(one.communicate()[0]) for one in spinning)


def usable(compilers: Iterable[_native.Compiler], skipped: dict[str, str]) -> list[_native.Compiler]:
    """Those compilers that this machine has."""
    there = []
    for compiler in compilers:
        try:
            compiler.path()
            there.append(compiler)
        except Skip as skip:
            skipped[compiler.name] = str(skip)
    return there


def run(
    name: str,
    found: argparse.Namespace,
    threads: dict[str, int],
    compilers: list[_native.Compiler],
    others: list[_race.Runner],
    timed: Callable[[_race.Runner], bool] = lambda runner: True,
    clock: str = "wall",
) -> tuple[dict[str, dict[str, _race.Standing]], list[str]]:
    """Race each kernel: its C texts first, the first of which is the reference, then `others`.

    Returns
    -------
    dict
        By kernel, by runner.
    list of str
        What to know about the machine.
    """
    for variable in pinned():
        _report.say(f"{name}: {variable} is left out")
    notes = []
    kernels = [kernel for chosen in found.kernels.values() for kernel in chosen]
    _report.say(f"{name}: building {len(kernels) * len(compilers)} C texts")
    libraries = _native.build_all(compilers, kernels, found.small)
    standings: dict[str, dict[str, _race.Standing]] = {}
    for suite, chosen in found.kernels.items():
        before = free_processors(threads[suite])
        with _race.Race(threads[suite], found.rounds, 0.2 if found.small else 3.0, found.small, clock) as race:
            for kernel in chosen:
                begin = time.perf_counter()
                runners, refused = _c_runners(kernel, compilers, libraries)
                runners += others
                standing = race.run(suite, kernel, runners, [r.name for r in runners if timed(r)])
                standings[kernel.title] = refused | standing
                _report.say(f"{name}: {kernel.title}: {_summary(standing)} ({time.perf_counter() - begin:.1f} s)")
        after = free_processors(threads[suite])
        notes.append(f"{suite}: free of {threads[suite]} processors: {before:.2f} before, {after:.2f} after")
        if min(before, after) < 0.9 * threads[suite]:
            notes[-1] += (
                ": other programs are running here; repeat this on a quiet machine, above all what uses threads"
            )
    return standings, notes


def _c_runners(
    kernel: _suite.Kernel, compilers: list[_native.Compiler], libraries: dict[tuple[str, str], Path | Skip]
) -> tuple[list[_race.Runner], dict[str, _race.Standing]]:
    runners: list[_race.Runner] = []
    refused: dict[str, _race.Standing] = {}
    for compiler in compilers:
        library = libraries[compiler.name, kernel.title]
        if isinstance(library, Skip):
            refused[compiler.name] = _race.Standing(str(library), library.details)
        else:
            runners.append(_race.Runner(compiler.name, "c", options={"library": str(library)}))
    return runners, refused


def _summary(standings: dict[str, _race.Standing]) -> str:
    return ", ".join(
        f"{name} {_report.number(1e3 * standing.median)} ms" if standing.times else f"{name}: {standing.reason}"
        for name, standing in standings.items()
        if standing.times or standing.reason
    )


def best(standings: dict[str, _race.Standing], ours: str, peer_names: Iterable[str]) -> tuple[float | None, str]:
    """How many times as long as ours the fastest of these peers takes, and its name."""
    ratios = {name: _race.ratio(standings.get(name), standings.get(ours)) for name in peer_names}
    there = {name: value for name, value in ratios.items() if value is not None}
    if not there:
        return None, ""
    name = min(there, key=there.__getitem__)
    return there[name], name


def losses(standings: dict[str, dict[str, _race.Standing]], peer_names: Iterable[str], peers: str) -> list[str]:
    """Where rooftop is slower than the best of these peers, whose name in words is `peers`."""
    lines = []
    for title, row in standings.items():
        value, name = best(row, ROOFTOP.name, peer_names)
        if value is not None and value < 1.0:
            lines.append(f"slower than {peers}: {title}: {value:.2f} of {name}'s speed")
    return lines


def geometric_mean(values: Iterable[float | None]) -> float | None:
    """Of those that are there."""
    there = [value for value in values if value is not None]
    return math.exp(math.fsum(map(math.log, there)) / len(there)) if there else None


def milliseconds(standing: _race.Standing | None) -> float | None:
    return 1e3 * standing.median if standing and standing.times else None


def compile_milliseconds(standing: _race.Standing | None) -> float | None:
    """The first call less the fastest later one."""
    return 1e3 * (standing.first - min(standing.second, *standing.times)) if standing and standing.times else None


def as_json(standings: dict[str, _race.Standing]) -> dict[str, Any]:
    """All that is known of a kernel's runners."""
    return {
        name: {
            **({"reason": one.reason, "details": one.details} if one.reason else {}),
            **({"seconds": _report.spread(one.times), "samples": one.times} if one.times else {}),
            **({"agreement": str(one.agreement)} if one.agreement else {}),
            "first": one.first,
        }
        for name, one in standings.items()
    }


def problems(standings: dict[str, dict[str, _race.Standing]]) -> list[str]:
    """One line for each runner without figures."""
    return [
        f"{title}: {name}: {one.reason}"
        for title, found in standings.items()
        for name, one in found.items()
        if one.reason
    ]


def finish(
    name: str,
    tables: list[_report.Table],
    standings: dict[str, dict[str, _race.Standing]],
    skipped: dict[str, str],
    lines: list[str],
    folder: Path,
) -> int:
    """Print and write everything; 1 when rooftop has a kernel without figures."""
    lost = problems(standings)
    path = _report.write(name, tables, skipped, folder, [*lines, *lost], notes=lines, problems=lost)
    print(path.with_suffix(".txt").read_text(encoding="utf-8"), end="")
    _report.say(f"{name}: figures in {path}")
    return int(any(one.reason for found in standings.values() for key, one in found.items() if "rooftop" in key))
