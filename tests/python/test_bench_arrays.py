"""The benches of arrays run, forget no native function, and say what misses its aim."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy
import pytest

import rooftop


def run(root, name, *options):
    command = [sys.executable, str(root / "bench" / f"{name}.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_tiny_compares_with_float_adds_and_numpy(root, tmp_path):
    texts = ["a + b", "a[1:3]", "np.zeros(3)", "len(a)"]
    only = [word for text in texts for word in ("--only", text)]
    done = run(root, "tiny", "--quick", "--rounds", "1", *only, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "tiny.json").read_text())
    operations, whole = found["tables"]
    assert [row["operation"] for row in operations["rows"]] == texts
    assert all(row["rooftop ns"] > 0 and row["float adds"] > 0 and row["NumPy / rooftop"] > 0 for row in operations["rows"])
    assert [row["at most"] for row in operations["rows"]] == [1.4, 4.0, 2.0, None]
    assert sum(row[""] == "over" for row in operations["rows"]) == len(found["over"])
    assert [(row["library"], row["operations"], row["how many"]) for row in whole["rows"]][:2] == [
        ("NumPy", "of arrays", 3),
        ("NumPy", "all others", 1),
    ]


def test_tiny_has_forty_operations_of_arrays(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "bench"))
    import _tiny_once

    counted = [operation.text for operation in _tiny_once.OPERATIONS if operation.counts]
    assert len(counted) >= 40 and len(set(counted)) == len(counted)


def test_functions_compares_sizes_and_layouts(root, tmp_path):
    only = ["--only", "add", "--only", "sin", "--only", "ndarray.sum"]
    done = run(root, "functions", "--quick", "--rounds", "1", *only, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "functions.json").read_text())
    ratios, whole = found["tables"]
    assert {row["function"] for row in ratios["rows"]} == {"add", "sin", "ndarray.sum"}
    for row in ratios["rows"]:
        assert [(case["n"], case["strided"]) for case in row["rows"]] == [(1, False), (1, True), (1000, False), (1000, True)]
        assert all(row[column] > 0 for column in ("1", "1 strided", "1,000", "1,000 strided"))
    (short,) = whole["rows"]
    assert short["cases"] == 12
    assert len(found["defects"]) == sum(case["ratio"] < 1 / 1.05 for row in ratios["rows"] for case in row["rows"])


@pytest.fixture
def once(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "bench"))
    import _functions_once

    return _functions_once


def test_functions_knows_how_to_call_every_native_function(once):
    native = [name for name in rooftop.coverage().native if once.is_measured(name) and name not in once.settings()]
    assert len(native) > 80
    assert [name for name in native if not once.call_text(name) and once.CALLS.get(name) != ""] == []


def test_functions_compares_equal_results(once):
    for name in ("add", "sin", "sum", "zeros", "ndarray.astype"):
        text = once.call_text(name)
        theirs = once.arguments(text, 10, True)
        ours = {key: rooftop.asarray(value) if hasattr(value, "shape") else value for key, value in theirs.items()}
        ours["np"] = rooftop
        once.check(name, text, ours, theirs)
    with pytest.raises(AssertionError):
        once.check("sin", "np.sin(r)", {**ours, "r": rooftop.ones(3)}, {**theirs, "r": numpy.zeros(3)})
