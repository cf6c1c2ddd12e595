"""Functions written in Python on native ones: without NaN, extract, lexsort, ptp, against NumPy."""

import numpy
import pytest
from agreement import DTYPES, agree, sample

NAN = float("nan")
NANNED = [[1.0, NAN, 3.0, 2.0], [NAN, NAN], [1.0, 2.0], [5.0], [], [[1.0, NAN], [2.0, 5.0]], [float("inf"), NAN, 1.0]]


@pytest.mark.parametrize("name", ["nanmedian", "nanargmax", "nanargmin"])
def test_without_nan(name):
    for values in NANNED:
        for dtype in ("float32", "float64", "float16"):
            for options in ({}, {"axis": 0}, {"axis": -1}, {"axis": 7}, {"keepdims": True}):
                agree(lambda np: getattr(np, name)(np.array(values, dtype=dtype), **options))
        agree(lambda np: getattr(np, name)(values))
    agree(lambda np: getattr(np, name)(np.arange(5)))
    agree(lambda np: getattr(np, name)(np.array([-numpy.inf, NAN])))


@pytest.mark.parametrize("name", ["nanquantile", "nanpercentile"])
def test_quantiles_without_nan(name):
    for values in NANNED:
        for q in (0.5, [0.25, 0.5], 0, 200.0):
            for options in ({}, {"axis": 0}, {"method": "lower"}):
                agree(lambda np: getattr(np, name)(np.array(values), q, **options))
                agree(lambda np: getattr(np, name)(np.array(values), np.array(q), **options))


@pytest.mark.parametrize("dtype", DTYPES)
def test_extract_and_ptp(dtype):
    values = sample(dtype)
    if values.dtype.kind in "fc":
        values = values[numpy.isfinite(values)] / 4
    wanted = numpy.arange(len(values)) % 3 != 1
    agree(lambda np: np.extract(np.array(wanted), np.array(values)))
    agree(lambda np: np.extract(np.array(values), np.array(wanted)))
    agree(lambda np: np.extract(np.array(wanted[:2]), np.array(values)))
    agree(lambda np: np.extract(np.array([True] * 99), np.array(values)))
    agree(lambda np: np.extract(wanted.tolist(), values.tolist()))
    for axis in (None, 0, 1):
        for condition in (wanted, wanted[:2], [True] * 99, [[True]], True):
            agree(lambda np: np.compress(np.array(condition), np.array(values), axis))
            agree(lambda np: np.compress(np.array(condition), np.array([values, values]), axis=axis))
    for axis in (None, 0, 1, 2, (0, 1)):
        agree(lambda np: np.ptp(np.array(values), axis))
        agree(lambda np: np.ptp(np.array([values, values[::-1]]), axis))
        agree(lambda np: np.ptp(np.array([values, values]), axis, keepdims=True))


@pytest.mark.parametrize("dtype", DTYPES)
def test_lexsort(dtype):
    generator = numpy.random.default_rng(0)
    first, second = generator.integers(0, 2, (2, 500)).astype(dtype), generator.integers(0, 5, 500)
    agree(lambda np: np.lexsort((np.array(second), np.array(first[0]), np.array(first[1]))))
    agree(lambda np: np.lexsort([np.array(first[0])]))
    agree(lambda np: np.lexsort((np.array(first[0])[::2], np.array(second)[::-2], np.array(first[1])[:250])))
    agree(lambda np: np.lexsort((np.array(second)[::2],)))
    for length in (0, 1, 2):
        agree(lambda np: np.lexsort((np.array(first[0][:length]), np.array(second[:length]))))
    agree(lambda np: np.lexsort(np.array(first)))
    agree(lambda np: np.lexsort((np.array(first), np.array(first)), axis=0))
    agree(lambda np: np.lexsort((first[0].tolist(), np.array(second))))
    agree(lambda np: np.lexsort((np.array(first[0]), np.array(second)[:3])))
    for keys in ((), 5, None, "ab"):
        agree(lambda np: np.lexsort(keys))
