"""`rooftop.coverage()`: every public name of NumPy can be had, and each is said to be native or NumPy's."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy
import pytest

import rooftop

#: What NumPy has and rooftop does not, and why.
ABSENT = {
    "ndarray.__array_finalize__": "subclasses of rooftop's arrays are ordinary Python classes",
}


@pytest.fixture(scope="module")
def found():
    return rooftop.coverage()


@pytest.mark.parametrize("name", sorted({*numpy.__all__, *(n for n in dir(numpy) if not n.startswith("_"))}))
def test_every_name_of_the_main_namespace_can_be_had(name):
    assert getattr(rooftop, name, self := object()) is not self
    assert name in dir(rooftop)


@pytest.mark.parametrize("module", ["linalg", "fft", "random"])
def test_every_name_of_the_modules_can_be_had(module):
    theirs, ours = getattr(numpy, module), getattr(rooftop, module)
    assert [name for name in theirs.__all__ if not hasattr(ours, name)] == []


def test_what_is_missing_has_a_reason(found):
    assert set(found.missing) <= set(ABSENT)


def test_every_name_is_in_one_list(found):
    names = [*found.native, *found.delegated, *found.missing]
    assert len(names) == len(set(names))
    assert {name for name in numpy.__all__ if not name.startswith("_")} <= set(names)
    assert {"ndarray." + name for name in dir(numpy.ndarray) if name not in dir(object)} <= set(names)
    assert {f"linalg.{name}" for name in numpy.linalg.__all__} <= set(names)


def test_what_is_native_is_of_the_core(found):
    assert {"sin", "add", "zeros", "sum", "ndarray", "pi", "ndarray.sum", "ndarray.T", "ndarray.__add__"} <= set(found.native)
    assert {"poly", "ma", "ndarray.dump", "fft.fft", "random.normal"} <= set(found.delegated)


def test_the_delegated_are_called_in_numpy(found):
    from rooftop import _delegate

    x = rooftop.array([3.0, 1.0, 2.0])
    for name in ("poly", "roots", "array2string"):
        assert name in found.delegated
        before = _delegate.calls[name]
        getattr(rooftop, name)(x)
        assert _delegate.calls[name] == before + 1


def test_counts_and_table_agree(found):
    counts = found.counts
    assert sum(count["native"] for count in counts.values()) == len(found.native)
    assert sum(count["delegated"] for count in counts.values()) == len(found.delegated)
    table = repr(found)
    for title in ("main namespace", "ndarray", "linalg", "fft", "random", "all"):
        assert title in table
    assert all(name.rpartition(".")[2] in found.text() for name in found.native)


def test_the_command_prints_it(found):
    command = [sys.executable, "-m", "rooftop", "coverage"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"{found!r}\n"
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["counts"] == found.counts
