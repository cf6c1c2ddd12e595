"""Loops of few rounds: as vectors and lanes against the same loops one round at a time.

Usage: ./dev bench short [--kernels A,B] [--quick] [--small] [--rounds N] [--out FOLDER]

Vectors are chosen at compile time, when nobody knows how many rounds a loop will have. Each kernel
(bench/kernels/short) is compiled twice, once with ROOFTOP_SKIP=vectorise, and both run in turns with loops of 1 to 32
rounds, on one thread; a ratio is the median of the turns' ratios. ./dev bench lanes has the same ratio for long loops.
Tables and JSON also go to build/bench.
"""

from __future__ import annotations

import sys

import _race
import _report
import _standings
import _suite

ROUNDS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32)
AIM = "Aim: none under 0.95."


def main(arguments: list[str]) -> int:
    found = _standings.options(__doc__, arguments, ["short"])
    lengths = ROUNDS[2:6:3] if found.small else ROUNDS
    table = _report.Table(
        "Short loops: one thread, time one round at a time / time as vectors",
        ["kernel", *map(str, lengths), "least"],
        "Columns: rounds of the loop. Above 1: vectors are faster. Time of the processor.",
    )
    standings: dict[str, dict[str, _race.Standing]] = {}
    runners = [_standings.SCALAR, _standings.ROOFTOP]
    with _race.Race(1, found.rounds, 1.0, False, "processor") as race:
        for kernel in found.kernels["short"]:
            ratios = []
            for n in lengths:
                sized = _suite.sized(kernel, n=n)
                row = race.run("short", sized, runners, [runner.name for runner in runners])
                standings[sized.title] = row
                ratios.append(_race.ratio(row[_standings.SCALAR.name], row[_standings.ROOFTOP.name]))
            _report.say(f"short: {kernel.title}: {', '.join(map(_report.number, ratios))}")
            table.add(kernel.title, *ratios, min(ratio for ratio in ratios if ratio is not None))
    return _standings.finish("short", [table], standings, {}, [AIM], found.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
