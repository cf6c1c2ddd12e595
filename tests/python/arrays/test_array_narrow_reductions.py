"""Reductions of narrow arrays along either axis: NumPy's results, bit by bit, whatever the walk."""

from __future__ import annotations

import numpy
import pytest
from agreement import agree

import rooftop

COLUMNS = (2, 3, 4, 7, 8, 9, 31)
ROWS = (1, 31, 32, 513, 2500)
FUNCTIONS = ("sum", "prod", "max", "min", "any", "all", "mean")
DTYPES = ("float64", "float32", "float16", "complex64", "int64", "int8", "uint16", "bool")


def numbers(rows: int, columns: int, dtype: str) -> numpy.ndarray:
    random = numpy.random.default_rng(rows * 100 + columns)
    values = random.standard_normal((rows, columns)) * 1.5
    if dtype.startswith("complex"):
        values = values + 1j * random.standard_normal((rows, columns))
    if dtype == "bool":
        return values > 0
    return values.astype(dtype) if dtype[0] in "fc" else random.integers(0, 100, (rows, columns)).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("rows", ROWS)
def test_both_axes(rows, columns, dtype):
    values = numbers(rows, columns, dtype)
    layouts = {
        "dense": lambda np: np.asarray(values),
        "gaps": lambda np: np.asarray(values.repeat(2, axis=1))[:, ::2],
        "upside down": lambda np: np.asarray(values)[::-1],
        "by columns": lambda np: np.asfortranarray(np.asarray(values)),
    }
    for make in layouts.values():
        for name in FUNCTIONS:
            for axis in (0, 1):
                if name != "prod" or dtype[0] not in "fc":  # whose order differs
                    agree(lambda np: getattr(make(np), name)(axis=axis), ulps=4 if name == "mean" else 0, warns=False)


@pytest.mark.parametrize("columns", [2, 3, 8])
def test_options(columns):
    values = numbers(2500, columns, "float64")
    counts = numbers(2500, columns, "int64")
    for axis in (0, 1):
        agree(lambda np: np.max(np.asarray(values), axis=axis, initial=0.5, keepdims=True))
        agree(lambda np: np.sum(np.asarray(values), axis=axis, initial=0.5))
        agree(lambda np: np.sum(np.asarray(counts), axis=axis, dtype="int32"))
        agree(lambda np: np.sum(np.asarray(counts.astype("int16")), axis=axis, initial=7))
        agree(lambda np: np.sum(np.asarray(counts), axis=axis, out=np.zeros(columns if axis == 0 else 2500)))
        agree(lambda np: np.bitwise_xor.reduce(np.asarray(counts), axis=axis))
        agree(lambda np: np.logaddexp.reduce(np.asarray(values), axis=axis), ulps=8)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("place", [(0, 0), (1250, 1), (2499, 2)])
def test_nan_infinities_and_overflow(place, axis):
    values = numbers(2500, 3, "float64")
    for special in (numpy.nan, numpy.inf, -numpy.inf, -0.0):
        values[place] = special
        for name in ("max", "min", "sum"):
            agree(lambda np: getattr(np.asarray(values), name)(axis=axis))
        agree(lambda np: np.fmax.reduce(np.asarray(values), axis=axis))
    values[:] = 1e308
    agree(lambda np: np.sum(np.asarray(values), axis=axis))
    with rooftop.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        rooftop.sum(rooftop.asarray(values), axis=axis)
