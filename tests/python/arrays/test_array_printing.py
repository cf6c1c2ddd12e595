"""What arrays look like: `repr`, `str`, formats and the options of printing are NumPy's."""

from __future__ import annotations

import sys

import numpy
import pytest
from agreement import DTYPES, hold, sample

import rooftop

ARRAYS = {
    "empty": lambda np: np.array([]),
    "empty int": lambda np: np.zeros((0, 3), dtype=int),
    "0-d": lambda np: np.array(1.5),
    "0-d float32": lambda np: np.array(1.5, dtype="f4"),
    "one": lambda np: np.array([1.0]),
    "nested": lambda np: np.arange(24).reshape(2, 3, 4),
    "long": lambda np: np.arange(2000),
    "large": lambda np: np.ones((1200, 3)),
    "wide": lambda np: np.arange(60) * 1000.5,
    "tiny": lambda np: np.array([1e-10, 1.0, 1e10]),
    "mixed": lambda np: np.array([np.nan, np.inf, -0.0, 1.25]),
    "bools": lambda np: np.array([[True, False]]),
    "strided": lambda np: np.arange(10)[::-2],
    "transposed": lambda np: np.arange(6).reshape(2, 3).T,
    "complex": lambda np: np.array([1 + 2j, np.nan, -0.5j]),
    "negative": lambda np: np.array([-1, 10, -100]),
    "many axes": lambda np: np.ones((1,) * 7),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_texts_of_arrays(name):
    make = ARRAYS[name]
    hold(
        {
            "repr": lambda np: repr(make(np)),
            "str": lambda np: str(make(np)),
            "format": lambda np: f"{make(np)}",
            "percent": lambda np: "%s|%r" % (make(np).tolist(), make(np)),
            "spec": lambda np: format(make(np), ".2f"),
            "array2string": lambda np: np.array2string(make(np), precision=2, separator=", "),
            "array_repr": lambda np: np.array_repr(make(np)),
            "array_str": lambda np: np.array_str(make(np), precision=1),
            "list": lambda np: repr([make(np)]),
        }
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_texts_of_every_type(dtype):
    values = sample(dtype)
    hold({name: lambda np, f=f: f(np.array(values)) for name, f in {"repr": repr, "str": str}.items()})


def test_print_options_are_shared():
    def with_options(np, **options):
        with np.printoptions(**options):
            return repr(np.array([1 / 3, 1e-9, 1e5])), str(np.array([1 / 3]))

    hold(
        {
            "precision": lambda np: with_options(np, precision=2),
            "suppress": lambda np: with_options(np, suppress=True),
            "formatter": lambda np: with_options(np, formatter={"float": lambda x: f"<{x:.1f}>"}),
            "sign": lambda np: with_options(np, sign="+"),
            "legacy": lambda np: with_options(np, legacy="1.13"),
            "get": lambda np: np.get_printoptions()["precision"],
            "linewidth": lambda np: with_options(np, linewidth=10),
            "threshold": lambda np: with_options(np, threshold=2, edgeitems=1),
            "format_float": lambda np: np.format_float_positional(np.float32(0.1), precision=3),
        }
    )


def test_formats_are_texts():
    hold(
        {
            (kind, str(spec)): lambda np, k=kind, s=spec: (np.float64(1) if k == "scalar" else np.ones(2)).__format__(s)
            for kind in ("scalar", "array")
            for spec in (None, (0,), 3, "", "x")
        }
    )


def test_printed(capsys):
    print(rooftop.arange(3), rooftop.float64(0.1), rooftop.float32(0.1), rooftop.bool(True), rooftop.ones(2).dtype)
    assert capsys.readouterr().out == "[0 1 2] 0.1 0.1 True float64\n"
    assert repr(rooftop.float64(1.5)) == "np.float64(1.5)" and repr(rooftop.True_) == "np.True_"
    assert repr([rooftop.int64(1)]) == "[np.int64(1)]"


def test_subclasses_print_their_name():
    class Table(rooftop.ndarray):
        pass

    class NumPyTable(numpy.ndarray):
        pass

    ours = repr(rooftop.arange(6).reshape(2, 3).view(Table))
    theirs = repr(numpy.arange(6).reshape(2, 3).view(NumPyTable))
    assert ours.replace("Table(", "").split() == theirs.replace("NumPyTable(", "").split()
    assert sys.getsizeof(rooftop.ones(3)) > 0
