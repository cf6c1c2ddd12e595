"""How accurate the mathematical functions of arrays are, in units of the last place.

Usage: ./dev bench ulps [--exhaustive] [--points N] [--only A,B] [--types T,U] [--write]

float16 is measured on every number, float32 on each 997th, with --exhaustive on all 2^32 (minutes for each function);
everything else on a random sample of all magnitudes with the special values. --write makes docs/accuracy.md of it,
which tests/python/arrays/test_array_accuracy.py holds the functions to. tools/ulp measures the formulas themselves.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import _ulps

PAGE = Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"
HEAD = """# How accurate functions are

Largest errors in units of the last place (ulp) of the exact result: 0.5 is the nearest number. Results are the same
bits with every instruction set (`ROOFTOP_CPU`) and any number of threads. What is not listed is exact or rounded once.

Written by `./dev bench ulps --write`: {scope}.
Of complex results the distance counts, in ulp of the larger part; finite arguments with finite results. Each part by
itself is within 4 ulp, but of `square`, `power` and `expm1`, whose parts are differences. Powers of complex numbers
are measured with exponents up to 40 in each part and whole ones up to 120. The logarithm that others are made of has
80 bits: they stay within 4 ulp until the imaginary part of exponent times logarithm is about 2^25, and lose a bit each
time that doubles; `float_power` is `power`. `logaddexp` and `logaddexp2` of arguments that cancel have 104 bits: sums
of float64 are within 4 ulp down to 2^-48 of the larger argument.

| function | type | largest error, ulp | at | nearest |
|---|---|---|---|---|
"""


def figures(options: argparse.Namespace):
    wanted = set(options.only.split(",")) if options.only else None
    for dtype in options.types.split(","):
        names = _ulps.COMPLEX if dtype.startswith("complex") else [*_ulps.REAL, *_ulps.PAIRS]
        for name in names:
            if wanted is not None and name not in wanted:
                continue
            if dtype in ("float16", "float32") and name not in _ulps.PAIRS:
                step = 1 if dtype == "float16" or options.exhaustive else 997
                yield _ulps.measure(name, dtype, _ulps.every(dtype, step))
            else:
                # The reference of many digits takes its time.
                points = options.points // 4 if _ulps.has_many_digits(name, dtype) else options.points
                yield _ulps.measure(name, dtype, _ulps.samples(name, dtype, points))


def row(figure: _ulps.Figure) -> str:
    at = ", ".join(map(repr, figure.at))
    return f"| {figure.name} | {figure.dtype} | {figure.largest:.3f} | {at} | {100 * figure.share:.1f}% |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exhaustive", action="store_true", help="float32 on all 2^32 numbers")
    parser.add_argument("--points", type=int, default=1 << 20, help="size of a sample")
    parser.add_argument("--only", help="names of functions, with commas between them")
    parser.add_argument("--types", default="float16,float32,float64,complex64,complex128")
    parser.add_argument("--write", action="store_true", help="make docs/accuracy.md of it")
    options = parser.parse_args()
    rows = []
    for figure in figures(options):
        rows.append(row(figure))
        print(rows[-1], flush=True)
    if options.write:
        share = "all numbers" if options.exhaustive else "every 997th number"
        scope = f"float16 on all numbers, float32 on {share}, the others on a sample of\n{options.points:,}, a quarter"
        scope += " of it for `expm1`, `log1p` and `power` of complex numbers and the `logaddexp`s"
        PAGE.write_text(HEAD.format(scope=scope) + "\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
