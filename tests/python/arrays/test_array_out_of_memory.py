"""Out of memory at every allocation of a call: a MemoryError, arguments as they were, nothing lost, and work goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from out_of_memory import WORK, WRONG

HERE = Path(__file__).resolve().parent

#: Work for more than one thread: what a helper meets is no exception that could reach anybody.
SHARED = ["large", "like", "copy", "matmul, large", "sum of rows", "sum of all", "sum of long rows", "sum of many parts"]
SHARED += ["largest of parts", "jit, an array", "assign overlap"]


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("failing-memory") / "failing_memory.so"
    command = [os.environ.get("CC", "cc"), "-O1", "-shared", "-fPIC", str(HERE / "failing_memory.c"), "-o", str(target)]
    subprocess.run(command, check=True)
    return target


def failures(library: Path, threads: int, *names: str) -> dict[str, list[str]]:
    # A failed allocation is only seen where it is one: Python's own allocator would hide those of small objects.
    environment = {"LD_PRELOAD": str(library), "PYTHONMALLOC": "malloc", "ROOFTOP_NUM_THREADS": str(threads)}
    command = [sys.executable, str(HERE / "out_of_memory.py"), *names]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found(library) -> dict[str, list[str]]:
    return failures(library, 1)


@pytest.mark.parametrize("name", WORK)
def test_a_failed_allocation_is_a_memory_error(found, name):
    assert not found[name], "\n".join(found[name][:5])


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_would_be_found(found, name):
    assert found[name]


def test_helpers_without_memory_end_nothing(library):
    assert not any(failures(library, 2, *SHARED).values())
