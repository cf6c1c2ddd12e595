"""Loops whose rounds branch and end by their data, on one thread, beside C and Numba.

Usage: ./dev bench lanes [--kernels A,B] [--quick] [--small] [--rounds N] [--out FOLDER]

Each kernel (bench/kernels/lanes) is plain Python under @jit and the same loops in C. Every result is compared with
that of gcc's program before anything is timed; then all run in turns, each in a process of its own, and a ratio is the
median of the turns' ratios. Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import sys

import _native
import _race
import _report
import _standings
import _suite

COMPILERS = (_native.GCC, _native.CLANG)
C_NAMES = tuple(compiler.name for compiler in COMPILERS)
NUMBA = "Numba"
AIM = "Aims: none under 1.0, 2.5 in geometric mean, both against the best of C; none under 0.95 of scalar code."


def table(kernels: list[_suite.Kernel], small: bool, standings: dict[str, dict[str, _race.Standing]]) -> _report.Table:
    versus_c, versus_scalar, versus_numba = "best C / rooftop", "scalar / rooftop", "Numba / rooftop"
    found = _report.Table(
        "Lanes: one thread, ms",
        [
            "kernel",
            "problem",
            "rooftop",
            *C_NAMES,
            NUMBA,
            versus_c,
            versus_scalar,
            versus_numba,
            "against C",
            "compile",
            "Numba's",
        ],
        f"{_native.GCC.line()}; {_native.CLANG.line()}; Numba njit of the same text. Time of the processor.\n"
        "Ratios above 1: rooftop is faster. Scalar: rooftop with ROOFTOP_SKIP=vectorise. Against C: largest error, "
        "relative to\nthe largest number. Compile: the first call less a later one.",
    )
    for kernel in kernels:
        row = standings[kernel.title]
        ours, numba = row["rooftop"], row.get(NUMBA)
        found.add(
            kernel.title,
            kernel.problem(small),
            _standings.milliseconds(ours),
            *(_standings.milliseconds(row.get(name)) for name in (*C_NAMES, NUMBA)),
            _standings.best(row, "rooftop", C_NAMES)[0],
            _race.ratio(row.get(_standings.SCALAR.name), ours),
            _race.ratio(numba, ours),
            str(ours.agreement or "-"),
            _standings.compile_milliseconds(ours),
            _standings.compile_milliseconds(numba),
            runners=_standings.as_json(row),
        )
    means = [
        _standings.geometric_mean(row[column] for row in found.rows)
        for column in (versus_c, versus_scalar, versus_numba)
    ]
    found.add("geometric mean", "", "", *("" for _ in (*C_NAMES, NUMBA)), *means, "", "", "")
    return found


def main(arguments: list[str]) -> int:
    found = _standings.options(__doc__, arguments, ["lanes"])
    skipped = {"ispc": "Debian 12 has no package of it"}
    compilers = _standings.usable(COMPILERS, skipped)
    others = [_standings.ROOFTOP, _standings.SCALAR]
    if interpreter := _standings.numba_interpreter(found.quick, skipped):
        others.append(_race.Runner(NUMBA, "numba", interpreter))
    standings, notes = _standings.run("lanes", found, {"lanes": 1}, compilers, others, clock="processor")
    tables = [table(found.kernels["lanes"], found.small, standings)]
    lines = [*notes, AIM, *_standings.losses(standings, C_NAMES, "C")]
    return _standings.finish("lanes", tables, standings, skipped, lines, found.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
