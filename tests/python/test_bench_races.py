"""The kernels of ./dev bench lanes and nests mean the same in Python, compiled and in C; races judge results rightly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))

import _native  # noqa: E402
import _race  # noqa: E402
import _standings  # noqa: E402
import _suite  # noqa: E402
import _worker  # noqa: E402

KERNELS = [kernel for suite in _suite.SUITES for kernel in _suite.load(suite)]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """Where C texts are built."""
    return tmp_path_factory.mktemp("c")


def results(stage: _worker.Stage) -> dict[str, np.ndarray]:
    """What one call of the stage's function leaves."""
    _, returned = stage.call()
    found = {name: stage.arguments[name].copy() for name in stage.kernel.outputs}
    return found | ({"returned": np.array(returned, np.int64)} if stage.kernel.returns else {})


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.title)
def test_python_compiled_and_c_agree(kernel, libraries, tmp_path):
    stage = _worker.Stage(kernel, small=True)
    python = results(stage)
    assert any(np.any(array != stage.original.get(name, 0)) for name, array in python.items()), "nothing was computed"
    library = _native.build(_native.GCC, kernel, kernel.small, libraries)
    for how in ({"engine": "rooftop"}, {"engine": "c", "library": str(library)}):
        stage.prepare({**how, "save": str(tmp_path / "result.npz")})
        assert _suite.compare(kernel, results(stage), python).problem == "", how["engine"]


def test_no_two_kernels_have_one_name():
    titles = [kernel.title for kernel in KERNELS]
    assert len(set(titles)) == len(titles)


def test_independent_loops_alone_become_prange():
    ranges = []
    kernel = _suite.find("nests", "jacobi-1d")
    function = _worker.with_prange(kernel, lambda *bounds: ranges.append(bounds) or range(*bounds))
    function(**kernel.arguments(small=True))
    assert ranges == [(1, kernel.small["n"] - 1)] * 2 * kernel.small["steps"]
    serial = _suite.find("nests", "seidel-2d")
    assert _worker.with_prange(serial, None) is serial.function


# ---------------------------------------------------------------------------------------- results


def kernel_with(**more) -> _suite.Kernel:
    return _suite.Kernel(len, lambda random: {}, ("x",), {}, {}, **more)


def compared(found, wanted, **more) -> _suite.Agreement:
    return _suite.compare(kernel_with(**more), {"x": np.array(found)}, {"x": np.array(wanted)})


def test_equal_results_are_the_same_bits():
    assert str(compared([1.0, np.nan, np.inf], [1.0, np.nan, np.inf])) == "same bits"


def test_roundings_are_relative_to_the_largest_number():
    agreement = compared([1000.0, 1e-12], [1000.0, 0.0])
    assert (agreement.problem, agreement.error) == ("", 1e-15)


def test_errors_beyond_what_is_allowed_are_shown_with_their_place():
    assert compared([[1.0, 2.0]], [[1.0, 2.5]]).problem == "x[0, 1] is 2.0 and not 2.5 (50% of x differ)"
    assert compared([np.nan], [1.0]).problem == "x[0] is nan and not 1.0 (100% of x differ)"


def test_whole_numbers_have_no_roundings():
    assert compared([10**15 + 1], [10**15]).problem


def test_some_elements_may_differ_where_a_rounding_decides():
    assert str(compared([1, 2, 3, 9], [1, 2, 3, 4], differing=0.25)) == "25% differ"
    assert compared([1, 2, 9, 9], [1, 2, 3, 4], differing=0.25).problem


def test_another_shape_or_kind_is_wrong():
    assert "is float64(1,) and not float64(2,)" in compared([1.0], [1.0, 2.0]).problem
    assert compared([1], [1.0]).problem


# ---------------------------------------------------------------------------------------- races


def c_runner(name: str, folder: Path, body: str) -> _race.Runner:
    """A runner whose C text is collatz with this body."""
    source, library = folder / f"{name}.c", folder / f"{name}.so"
    source.write_text(f"#include <stdint.h>\nvoid collatz(int64_t n, int64_t *result) {{ {body} }}\n")
    subprocess.run(["gcc", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return _race.Runner(name, "c", options={"library": str(library)})


def test_wrong_results_and_crashes_have_no_figures(libraries, tmp_path):
    kernel = _suite.find("lanes", "collatz")
    right = _race.Runner("right", "c", options={"library": str(_native.build(_native.GCC, kernel, {}, libraries))})
    wrong = c_runner("wrong", tmp_path, "result[0] = 7; result[1] = 7;")
    once = c_runner("once", tmp_path, "static int calls; result[0] = calls++ ? 7 : 231; result[1] = 128;")
    crash = c_runner("crash", tmp_path, "__builtin_trap();")
    with _race.Race(threads=1, rounds=3, seconds=5.0, small=True) as race:
        found = race.run("lanes", kernel, [right, wrong, once, crash], ["right", "wrong", "once", "crash"])
    assert len(found["right"].times) == 3 and found["right"].median > 0 and not found["right"].reason
    assert found["wrong"].reason.startswith("wrong result: returned[0] is 7 and not 231")
    assert found["once"].reason.startswith("wrong result: returned[0] is 7")
    assert found["crash"].reason == "ended by SIGILL"
    assert not found["wrong"].times and not found["once"].times and not found["crash"].times
    assert _race.ratio(found["crash"], found["right"]) is None


def standing(*times: float) -> _race.Standing:
    return _race.Standing(times=list(times))


def test_a_ratio_is_the_median_of_the_turns_ratios():
    # The machine was slower for both in the second turn.
    assert _race.ratio(standing(2.0, 20.0, 2.2), standing(1.0, 10.0, 1.0)) == 2.0
    assert _race.ratio(standing(2.0), standing(1.0, 9.0)) == 2.0
    assert _race.ratio(standing(), standing(1.0)) is None


def test_the_best_peer_is_the_fastest():
    row = {"rooftop": standing(2.0), "gcc": standing(3.0), "clang": standing(1.0), "lost": standing()}
    assert _standings.best(row, "rooftop", ("gcc", "clang", "lost", "absent")) == (0.5, "clang")
    assert _standings.best(row, "rooftop", ("lost",)) == (None, "")


def test_geometric_mean_is_of_those_there():
    assert _standings.geometric_mean([4.0, None, 1.0]) == pytest.approx(2.0)
    assert _standings.geometric_mean([None]) is None


def test_a_missing_compiler_is_skipped_with_its_name(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    skipped: dict[str, str] = {}
    assert _standings.usable([_native.CLANG_POLLY], skipped) == []
    assert skipped == {"Polly": "clang-19 is not on PATH"}


# ---------------------------------------------------------------------------------------- commands


def run_bench(root: Path, name: str, out: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], dict]:
    done = subprocess.run(
        [sys.executable, str(root / "bench" / f"{name}.py"), "--small", "--quick", "--out", str(out), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.returncode == 0, done.stderr
    return done, json.loads((out / f"{name}.json").read_text())


@pytest.mark.parametrize(("name", "kernel"), [("lanes", "spmv-in-cache"), ("nests", "jacobi-1d")])
def test_races_print_ratios_and_keep_samples(root, tmp_path, name, kernel):
    done, found = run_bench(root, name, tmp_path, "--kernels", kernel)
    row, mean = found["tables"][0]["rows"]
    assert row["kernel"] == kernel and row["rooftop"] > 0 and row["gcc"] > 0
    assert name != "lanes" or row["scalar / rooftop"] > 0
    assert len(row["runners"]["rooftop"]["samples"]) == 3
    assert mean["kernel"] == "geometric mean"
    assert kernel in done.stdout and "skipped: Numba: left out by --quick" in done.stdout


def test_checks_tell_what_they_cost(root, tmp_path):
    done, found = run_bench(root, "checks", tmp_path, "--kernels", "collatz,lu")
    lanes, nests = found["tables"]
    assert [table["rows"][0]["kernel"] for table in (lanes, nests)] == ["collatz", "lu"]
    assert lanes["rows"][0]["without"] > 0
    assert "in geometric mean" in done.stdout


def test_short_loops_are_compared_with_scalar_code(root, tmp_path):
    done, found = run_bench(root, "short", tmp_path, "--kernels", "searches,gathers")
    rows = found["tables"][0]["rows"]
    assert [row["kernel"] for row in rows] == ["searches", "gathers"]
    assert all(0 < row["least"] <= row[n] for row in rows for n in ("3", "7"))
    assert "Aim: none under 0.95." in done.stdout


@pytest.mark.parametrize("kernel", _suite.load("short"), ids=lambda kernel: kernel.title)
def test_short_loops_compute_what_python_does(kernel):
    assert _suite.find("short", f"{kernel.title}@n=5").sizes == {"n": 5}
    for n in (1, 2, 7, 16, 33, 70):
        stage = _worker.Stage(_suite.sized(kernel, n=n), small=False)
        stage.arguments["repeats"] = 2
        python = results(stage)
        stage.function = _worker.rooftop_call(kernel, {})
        assert _suite.compare(kernel, results(stage), python).problem == "", n


def test_an_unknown_kernel_is_named(root):
    done = subprocess.run(
        [sys.executable, str(root / "bench" / "lanes.py"), "--kernels", "julia"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "there is no kernel julia; the kernels are black-scholes-erf" in done.stderr
