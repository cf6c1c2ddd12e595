"""What checks cost: each kernel of lanes and nests as it is, and compiled without any check.

Usage: ./dev bench checks [--kernels A,B] [--quick] [--small] [--rounds N] [--out FOLDER]

Bounds, overflow, division by zero, domains of functions: all checks are on in rooftop, always. For this bench alone
the optimiser can be told to take each to hold (ROOFTOP_MEASURE_WITHOUT_CHECKS=1, see docs/add-a-pass.md), in a process
of its own. Both results are compared with that of gcc's program; then both run in turns, and a cost is the median of
the turns' ratios, less 1. Below zero: noise, or code that happens to lie better. Tables and JSON also go to
build/bench.
"""

from __future__ import annotations

import sys
from statistics import quantiles

import _native
import _race
import _report
import _standings
import _suite

UNCHECKED = _race.Runner("rooftop unchecked", "rooftop", variables={"ROOFTOP_MEASURE_WITHOUT_CHECKS": "1"})
THREADS = {"lanes": 1, "nests": 2}
# Two versions of one program: what its threads do together is what counts, and it is steadier than the wall clock.
CLOCK = "processor"
COST = "cost, %"
AIM = "Aim: under 3% in geometric mean."


def table(
    suite: str, kernels: list[_suite.Kernel], small: bool, standings: dict[str, dict[str, _race.Standing]]
) -> tuple[_report.Table, list[float | None]]:
    """The suite's costs, and the ratios that they are of."""
    threads = "one thread" if THREADS[suite] == 1 else f"{THREADS[suite]} threads"
    found = _report.Table(
        f"Cost of checks: {suite}, {threads}, ms",
        ["kernel", "problem", "with checks", "without", COST, "half of the turns", "against C"],
        "Time of the processor, of all threads together. Half of the turns are in the range given. "
        "Against C: largest error,\nrelative to the largest number.",
    )
    ratios = []
    for kernel in kernels:
        row = standings[kernel.title]
        ours, without = row[_standings.ROOFTOP.name], row[UNCHECKED.name]
        ratios.append(_race.ratio(ours, without))
        found.add(
            kernel.title,
            kernel.problem(small),
            _standings.milliseconds(ours),
            _standings.milliseconds(without),
            per_cent(ratios[-1]),
            middle_half(_race.ratios(ours, without)),
            str(ours.agreement or "-"),
            runners=_standings.as_json(row),
        )
    found.add("geometric mean", "", "", "", per_cent(_standings.geometric_mean(ratios)), "", "")
    return found, ratios


def per_cent(ratio: float | None) -> str | None:
    """By how much a ratio is more than 1."""
    return None if ratio is None else f"{100 * (ratio - 1):.1f}"


def middle_half(ratios: list[float]) -> str | None:
    """The range, in per cent, of the middle half of them."""
    if len(ratios) < 2:
        return None
    low, _, high = quantiles(ratios, n=4, method="inclusive")
    return f"{per_cent(low)} to {per_cent(high)}"


def main(arguments: list[str]) -> int:
    found = _standings.options(__doc__, arguments, THREADS, rounds=21)
    skipped: dict[str, str] = {}
    compilers = _standings.usable([_native.GCC], skipped)
    rooftops = [_standings.ROOFTOP, UNCHECKED]
    standings, notes = _standings.run(
        "checks", found, THREADS, compilers, rooftops, lambda runner: runner in rooftops, CLOCK
    )
    tables, ratios = [], []
    for suite, kernels in found.kernels.items():
        one, costs = table(suite, kernels, found.small, standings)
        tables.append(one)
        ratios += costs
    mean = per_cent(_standings.geometric_mean(ratios))
    lines = [*notes, f"All kernels: {mean}% in geometric mean. {AIM}" if mean else AIM]
    return _standings.finish("checks", tables, standings, skipped, lines, found.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
