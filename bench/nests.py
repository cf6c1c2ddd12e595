"""Loop nests on two threads, beside clang with Polly, gcc and Numba.

Usage: ./dev bench nests [--kernels A,B] [--quick] [--small] [--rounds N] [--threads N] [--out FOLDER]

Each kernel (bench/kernels/nests) is plain Python under @jit. Its peers are the same loops in C with sizes known to the
compiler, by gcc -O3, by clang with Polly, and by clang with Polly on two threads; and Numba's njit of the same text,
and of the text with prange where that is legal, with fastmath. Every result is compared with that of gcc's program
before anything is timed; then all run in turns, each in a process of its own, and a ratio is the median of the turns'
ratios. With --threads 1, times are of the processor, which a busy machine disturbs less. Tables and JSON also go to
build/bench.
"""

from __future__ import annotations

import sys

import _native
import _race
import _report
import _standings
import _suite

COMPILERS = (_native.GCC, _native.CLANG_POLLY, _native.CLANG_POLLY_PARALLEL)
GCC, POLLY, POLLY_PARALLEL = (compiler.name for compiler in COMPILERS)
NUMBA, NUMBA_PARALLEL = "Numba", "Numba par."
FAST = _race.Runner("rooftop fast", "rooftop", options={"fp_model": "fast"})
PEERS = (GCC, POLLY, POLLY_PARALLEL, NUMBA, NUMBA_PARALLEL)
# Each a column: against the fastest of these.
VERSUS_FAST = "best / fast"
VERSUS = {
    "Polly / rooftop": (POLLY, POLLY_PARALLEL),
    "Numba / rooftop": (NUMBA, NUMBA_PARALLEL),
    "best / rooftop": PEERS,
}
THREADS = 2
AIM = "Aims: none under 0.9, 1.2 in geometric mean, against Polly's better program and against Numba's better one."
NOTE = (
    f"{_native.GCC.line()}; {_native.CLANG_POLLY_PARALLEL.line()} (and without -polly-parallel);\n"
    "Numba njit of the same text, and with prange, fastmath and error_model='numpy'. Ratios, to the fastest of them, "
    'above 1:\nrooftop is faster. Fast: rooftop with fp_model="fast", which like fastmath may reorder sums. '
    "Against C: largest error,\nrelative to the largest number. Compile: the first call less a later one."
)


def table(
    kernels: list[_suite.Kernel], small: bool, threads: int, standings: dict[str, dict[str, _race.Standing]]
) -> _report.Table:
    columns = ["kernel", "problem", "rooftop", *PEERS, *VERSUS, "fast", VERSUS_FAST, "against C", "compile", "Numba's"]
    title = "one thread, ms of the processor" if threads == 1 else f"{threads} threads, ms"
    found = _report.Table(f"Nests: {title}", columns, NOTE)
    for kernel in kernels:
        row = standings[kernel.title]
        ours = row["rooftop"]
        found.add(
            kernel.title,
            kernel.problem(small),
            _standings.milliseconds(ours),
            *(_standings.milliseconds(row.get(name)) for name in PEERS),
            *(_standings.best(row, "rooftop", names)[0] for names in VERSUS.values()),
            _standings.milliseconds(row[FAST.name]),
            _standings.best(row, FAST.name, PEERS)[0],
            str(ours.agreement or "-"),
            _standings.compile_milliseconds(ours),
            _standings.compile_milliseconds(row.get(NUMBA_PARALLEL)),
            runners=_standings.as_json(row),
        )
    *means, mean_fast = (_standings.geometric_mean(row[name] for row in found.rows) for name in (*VERSUS, VERSUS_FAST))
    found.add("geometric mean", "", "", *("" for _ in PEERS), *means, "", mean_fast, "", "", "")
    return found


def main(arguments: list[str]) -> int:
    found = _standings.options(__doc__, arguments, ["nests"], threads=THREADS)
    skipped: dict[str, str] = {}
    compilers = _standings.usable(COMPILERS, skipped)
    others = [_standings.ROOFTOP, FAST]
    if interpreter := _standings.numba_interpreter(found.quick, skipped):
        others.append(_race.Runner(NUMBA, "numba", interpreter))
        others.append(_race.Runner(NUMBA_PARALLEL, "numba", interpreter, {"parallel": True}))
    standings, notes = _standings.run(
        "nests", found, {"nests": found.threads}, compilers, others, clock="processor" if found.threads == 1 else "wall"
    )
    tables = [table(found.kernels["nests"], found.small, found.threads, standings)]
    lines = [*notes, AIM, *_standings.losses(standings, PEERS, "a peer")]
    return _standings.finish("nests", tables, standings, skipped, lines, found.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
