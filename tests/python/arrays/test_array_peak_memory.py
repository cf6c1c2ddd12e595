"""No function takes more memory at its height than NumPy's: at most a twentieth more, on arrays of 16 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from peak_memory import all_texts

#: Stacks of threads, and pages that are half used: of no account beside the arrays.
SLACK = 1 << 20


@pytest.fixture(scope="module")
def peaks() -> dict[str, list[int]]:
    # Large blocks that are given back go back to the system, NumPy's as ours: none is there already.
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "131072", "ROOFTOP_CACHE_BYTES": "0"}
    environment |= {"ROOFTOP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).with_name("peak_memory.py"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("text", all_texts())
def test_no_more_than_numpy(peaks, text):
    theirs, ours = peaks[text]
    assert theirs >= 0 and ours >= 0, "the call failed"
    assert ours <= 1.05 * theirs + SLACK, f"{ours >> 10} kB, NumPy {theirs >> 10} kB"
