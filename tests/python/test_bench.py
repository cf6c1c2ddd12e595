"""The benches run and say what they measured; the figures are for people to judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def compile_bench(request, tmp_path_factory):
    """Output and JSON of the shortest run, on a machine without the peers."""
    root = request.config.rootpath
    folder = tmp_path_factory.mktemp("bench")
    options = ["--processes", "1", "--copies", "1", "--lengths", "20", "40", "--out", str(folder)]
    done = subprocess.run(
        [sys.executable, str(root / "bench" / "compile.py"), *options],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "compile.json").read_text())


def test_compile_measures_every_kernel(compile_bench):
    text, found = compile_bench
    imports, latency, stages, long, calls = found["tables"]
    assert [row["module"] for row in imports["rows"]] == ["rooftop", "numpy"]
    for name in found["kernels"]:
        assert name in text
        assert next(row for row in latency["rows"] if row["function"] == name)["rooftop"] > 0
        row = next(row for row in stages["rows"] if row["function"] == name)
        assert row["frontend"] > 0 and row["llvm generate"] > 0 and row["passes"]
    assert all(0 < row["20 lines"] and 0 < row["40 lines"] for row in long["rows"])
    assert all(row["rooftop"] > 0 for row in calls["rows"])


def test_gemm_compares_with_blas(request, tmp_path):
    root = request.config.rootpath
    options = [
        "--quick",
        "--only",
        "square",
        "--only",
        "conv",
        "--threads",
        "1",
        "--rounds",
        "1",
        "--out",
        str(tmp_path),
    ]
    done = subprocess.run(
        [sys.executable, str(root / "bench" / "gemm.py"), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "gemm.json").read_text())
    products, convolutions, whole = found["tables"]
    assert [row["case"] for row in products["rows"]] == ["128", "256", "1000"] * 2
    assert all(row["its name"] and row["ratio"] > 0 for row in products["rows"])
    assert all(row["rooftop GFLOP/s"] > 0 for row in convolutions["rows"])
    assert [(row["section"], row["cases"]) for row in whole["rows"]] == [("square", 3)] * 2 + [("conv", 1)] * 2
    missed = sum(row["below aim"] + (row["geometric mean"] < row["aim"]) for row in whole["rows"])
    assert len(found["below"]) == missed


def test_compile_says_why_the_peer_is_absent(compile_bench):
    text, found = compile_bench
    assert "--peers" in found["skipped"]["Numba"]
    assert "skipped: Numba" in text


def test_parallel_measures_every_table(request, tmp_path):
    root = request.config.rootpath
    done = subprocess.run(
        [sys.executable, str(root / "bench" / "parallel.py"), "--quick", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "parallel.json").read_text())
    forks, balance, scaling, callers, estimate = found["tables"]
    assert all(row["rooftop"] > 0 for row in forks["rows"])
    assert all(row["gain"] > 0 for table in (balance, scaling, estimate) for row in table["rows"])
    assert [row["callers"] for row in callers["rows"]] == [1, 2, 4, 8]
    assert all(row["runnable at most"] <= row["callers"] + 3 for row in callers["rows"])
    assert found["least_gain"] == min(row["gain"] for row in estimate["rows"])
