"""Speed and largest errors of the vector math, for AVX2 and AVX-512, beside the C library and libmvec.

Usage: ./dev bench vmath [FUNCTION] [--json FILE] [--repeat N] [--points N]

Builds bench/vmath.cpp once for each instruction set that this machine has, with clang where there is one: its code for
the native vectors is that of the compiled ir. Each speed is the best of the passes of N runs over 1024 elements in L1,
in ns an element (0.5 ns: two billion elements a second). Errors in float64 are of N points of all ranges and exponents
(none with --points 0), those of float32 on every argument are tools/ulp/measure.py's, which takes its time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools" / "ulp"))
import measure as ulp_tool  # noqa: E402

ISAS = {"avx2": "x86-64-v3", "avx512": "x86-64-v4"}
COMPILERS = ("clang++-19", "clang++", "clang++-14", "g++", "c++")
LIBRARIES = ("rooftop", "libm", "libmvec")


def available_isas() -> list[str]:
    flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    return [isa for isa, needed in (("avx2", " avx2 "), ("avx512", " avx512dq ")) if needed in flags]


def build(compiler: str, isa: str, folder: Path) -> Path:
    program = folder / f"vmath-{isa}"
    # Expansions of the ir are always inline; without this the larger functions would be calls.
    inlining = ["-mllvm", "-inline-threshold=5000"] if "clang" in compiler else ["-Wno-uninitialized"]
    subprocess.run(
        [compiler, "-std=c++20", "-O2", f"-march={ISAS[isa]}", "-mprefer-vector-width=512", "-ffp-contract=off"]
        + ["-fno-math-errno", "-w", *inlining, f"-I{ROOT / 'src'}", str(ROOT / "bench/vmath.cpp"), "-o", str(program)]
        + ["-ldl"],
        check=True,
    )
    return program


def measure(program: Path, function: str | None, repeat: int) -> list[dict]:
    best: dict[tuple[str, str], dict] = {}
    for _ in range(repeat):
        output = subprocess.run(
            [program, *([function] if function else [])], check=True, capture_output=True, text=True
        )
        for row in map(json.loads, output.stdout.splitlines()):
            known = best.setdefault((row["function"], row["dtype"]), row)
            for library in LIBRARIES:
                if row[library] is not None:
                    known[library] = min(known[library], row[library])
    return list(best.values())


def errors(function: str | None, points: int) -> dict[str, dict[str, float]]:
    """The largest float64 error of each function in each library, in units of the last place."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        program = ulp_tool.build(Path(folder))
        for library in LIBRARIES:
            command = [program, "float64", function or "all", str(points), library]
            output = subprocess.run(command, check=True, capture_output=True, text=True)
            for row in map(json.loads, output.stdout.splitlines()):
                found.setdefault(row["function"], {})[library] = row["ulp"]
    return found


def print_errors(found: dict[str, dict[str, float]], points: int) -> None:
    print(f"\nfloat64, largest error of {points} points, ulp\n\n| | " + " | ".join(LIBRARIES) + " |")
    print("|---" * (1 + len(LIBRARIES)) + "|")
    for function, row in found.items():
        print(f"| {function} | " + " | ".join(cell(row.get(name)) for name in LIBRARIES) + " |")


def cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def print_table(rows: list[dict]) -> None:
    isas = sorted({row["isa"] for row in rows})
    found = {(row["dtype"], row["function"], row["isa"]): row for row in rows}
    for dtype in ("float64", "float32"):
        print(
            f"\n{dtype}, ns an element\n\n| | "
            + " | ".join(f"{isa} {name}" for isa in isas for name in LIBRARIES)
            + " |"
        )
        print("|---" * (1 + len(isas) * len(LIBRARIES)) + "|")
        for function in dict.fromkeys(row["function"] for row in rows):
            cells = [cell(found[dtype, function, isa][name]) for isa in isas for name in LIBRARIES]
            print(f"| {function} | " + " | ".join(cells) + " |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("function", nargs="?", help="only this one")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts (3)")
    parser.add_argument("--points", type=int, default=200_000, help="points a function for the errors (200000)")
    arguments = parser.parse_args()
    compiler = next((name for name in COMPILERS if shutil.which(name)), None)
    isas = available_isas()
    if compiler is None or not isas:
        print("vmath: needs a C++ compiler and a CPU with AVX2", file=sys.stderr)
        return 1
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for isa in isas:
            rows += measure(build(compiler, isa, Path(folder)), arguments.function, arguments.repeat)
    if not rows:
        print(f"vmath: no function named {arguments.function}", file=sys.stderr)
        return 1
    print_table(rows)
    ulps = errors(arguments.function, arguments.points) if arguments.points else {}
    if ulps:
        print_errors(ulps, arguments.points)
    if arguments.json:
        content = {"speed": rows, "errors": ulps, "points": arguments.points}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
