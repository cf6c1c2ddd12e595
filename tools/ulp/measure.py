"""Errors of the vector math in units of the last place: float64 against quadruple precision, float32 on every argument.

Usage: python3 tools/ulp/measure.py [FUNCTION] [--points N] [--dtype float64|float32] [--library rooftop|libm|libmvec]

Builds tools/ulp/ulp.cpp with g++ (for its quadruple precision) for this machine's vectors. With ten million points all
functions take about ten minutes in float64 and, exhaustively, ten in float32. Prints a table and exits with 1 if an
error exceeds 4 ulp or a special value is wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = 4.0


def build(folder: Path) -> Path:
    program = folder / "ulp"
    subprocess.run(
        ["g++", "-std=gnu++20", "-O2", "-march=native", "-ffp-contract=off", "-w", f"-I{ROOT / 'src'}"]
        + [str(ROOT / "tools/ulp/ulp.cpp"), "-o", str(program), "-lquadmath", "-ldl"],
        check=True,
    )
    return program


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("function", nargs="?", default="all")
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--dtype", choices=("float64", "float32"), help="by default both")
    parser.add_argument("--library", choices=("rooftop", "libm", "libmvec"), default="rooftop")
    arguments = parser.parse_args()
    bad = 0
    print("| function | dtype | points | largest error, ulp | at | wrong special values |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        for dtype in [arguments.dtype] if arguments.dtype else ["float64", "float32"]:
            command = [str(program), dtype, arguments.function, str(arguments.points), arguments.library]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                for row in map(json.loads, process.stdout):
                    cells = (row[key] for key in ("function", "dtype", "points", "ulp", "at", "wrong"))
                    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
                    bad += row["ulp"] > ALLOWED or row["wrong"] > 0
    return 1 if bad and arguments.library == "rooftop" else 0


if __name__ == "__main__":
    sys.exit(main())
