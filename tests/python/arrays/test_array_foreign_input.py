"""Malformed input of every way in: an error, never a crash, and no memory but what was given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from agreement import agree
from foreign_input import KINDS

import rooftop

#: Cases of each kind; other seeds than these: `foreign_input.py KIND SEED CASES`.
CASES = 4000


@pytest.mark.parametrize("kind", KINDS)
def test_malformed_input_is_an_error(kind):
    command = [sys.executable, str(Path(__file__).with_name("foreign_input.py")), kind, "0", str(CASES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    last = done.stdout.rpartition("\n")[0].rpartition("\n")[2]
    assert done.returncode == 0, f"foreign_input.py {last} 1: {done.stderr[-3000:]}"
    assert done.stdout.count("\n") == CASES


def test_a_missing_argument_without_a_name():
    with pytest.raises(TypeError):
        rooftop.concatenate()
    with pytest.raises(TypeError):
        rooftop.concatenate(axis=0)


class RunsCode:
    def __reduce__(self):
        return print, ("a pickle was loaded",)


@pytest.mark.parametrize("save", [numpy.save, numpy.savez])
def test_no_pickle_is_loaded_unless_asked(tmp_path, capsys, save):
    path = tmp_path / f"objects.{'npy' if save is numpy.save else 'npz'}"
    save(path, numpy.array([RunsCode()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        made = rooftop.load(path)
        made["arr_0"]
    assert capsys.readouterr().out == ""
    made = rooftop.load(path, allow_pickle=True)
    made if save is numpy.save else made["arr_0"]
    assert capsys.readouterr().out == "a pickle was loaded\n"


def test_options_that_are_no_text():
    with pytest.raises(ValueError):  # NumPy's is one of encodings
        rooftop.ones(2).astype("f4", order="\udc80")
    with pytest.raises(ValueError):
        rooftop.add(rooftop.ones(2), 1, order="\udc80")
    for option in ("x", "", "CF", 3, "c", "no", "unsafe"):
        agree(lambda np: np.add(np.ones(2), 1, order=option))
        agree(lambda np: np.add(np.ones(2), 1, casting=option))
        agree(lambda np: np.ones(2).astype("f4", order=option))
        agree(lambda np: np.ones(2).astype("f4", casting=option))
