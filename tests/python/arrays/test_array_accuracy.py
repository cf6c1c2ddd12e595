"""Functions are as accurate as docs/accuracy.md says, and have the same bits with every instruction set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "bench"))

import _ulps  # noqa: E402

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "accuracy.md").read_text().splitlines()
    if line.startswith("|") and "ulp" not in line and "---" not in line
]
BOUNDS = {(name, dtype): float(largest) for name, dtype, largest, *_ in ROWS}

#: The table is rounded, and extended precision, the reference of complex functions, has 11 bits more than float64, the
#: last of which differ between processors.
SLACK = 0.0005 + 2**-9


@pytest.mark.parametrize("name, dtype", BOUNDS)
def test_errors_are_within_the_table(name, dtype):
    """On a part of the numbers that the table was made of."""
    if dtype in ("float16", "float32") and name not in _ulps.PAIRS:
        found = _ulps.measure(name, dtype, _ulps.every(dtype, 1 if dtype == "float16" else 997 * 64))
    else:
        every = 3 if "complex" in dtype else 1  # their references take long
        samples = _ulps.samples(name, dtype, 1 << 18)
        found = _ulps.measure(name, dtype, ([argument[::every] for argument in batch] for batch in samples))
    assert found.count > 50_000
    assert found.largest <= BOUNDS[name, dtype] + SLACK, found


def test_the_table_has_every_function():
    real = {(name, dtype) for name in [*_ulps.REAL, *_ulps.PAIRS] for dtype in ("float16", "float32", "float64")}
    assert set(BOUNDS) == real | {(name, dtype) for name in _ulps.COMPLEX for dtype in ("complex64", "complex128")}


def test_functions_are_within_four_units():
    assert {key: bound for key, bound in BOUNDS.items() if bound > 4} == {}


BITS = """
import sys, zlib
sys.path.insert(0, sys.argv[1])
import _ulps, numpy, rooftop
rooftop.seterr(all="ignore")
for dtype in ("float16", "float32", "float64", "complex64", "complex128"):
    for name in _ulps.COMPLEX if "complex" in dtype else [*_ulps.REAL, *_ulps.PAIRS]:
        (inputs,) = _ulps.samples(name, dtype, 1 << 13)
        made = numpy.asarray(getattr(rooftop, name)(*inputs))
        made[numpy.isnan(made)] = 0  # NaN has many bits
        print(name, dtype, zlib.crc32(made.tobytes()))
"""


def test_every_instruction_set_has_the_same_bits():
    printed = {}
    for level in ("x86-64-v2", "x86-64-v3", "x86-64-v4"):
        environment = os.environ | {"ROOFTOP_CPU": level}
        command = [sys.executable, "-c", BITS, str(ROOT / "bench")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        printed[level] = done.stdout.splitlines()
    first, *others = printed.values()
    assert len(first) == len(BOUNDS)
    for other in others:
        assert [pair for pair in zip(first, other) if pair[0] != pair[1]] == []
