"""median, quantile and percentile against NumPy, bit by bit."""

import numpy
import pytest
from agreement import DTYPES, agree

SHAPES = [(1,), (2,), (5,), (6,), (1000,), (3, 4), (4, 3), (2, 3, 5), (300, 7), (1, 1), (), (0,), (0, 3), (3, 0)]
QUANTILES = [0, 1, 0.5, 0.25, 1 / 3, 0.9999, [0.1, 0.9], [[0.1, 0.5]], [], 1.5, -0.1, "x", None, float("nan")]


def filled(np, dtype, shape):
    values = numpy.random.default_rng(3).standard_normal(shape) * 50
    with numpy.errstate(all="ignore"):
        return np.array(numpy.asarray(values + 1j if numpy.dtype(dtype).kind == "c" else values).astype(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_medians(dtype):
    for shape in SHAPES:
        for options in ({}, *({"axis": axis} for axis in (0, -1, 1, (0, 1), None, 5, "x")), {"keepdims": True}):
            agree(lambda np: np.median(filled(np, dtype, shape), **options))
            agree(lambda np: np.median(filled(np, dtype, shape).T, **options))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["quantile", "percentile"])
def test_quantiles(name, dtype):
    whole = 100 if name == "percentile" else 1
    for shape in SHAPES:
        for q in QUANTILES:
            scaled = q * whole if isinstance(q, (int, float)) else q
            for axis in (None, 0, -1):
                agree(lambda np: getattr(np, name)(filled(np, dtype, shape), scaled, axis))
            agree(lambda np: getattr(np, name)(filled(np, dtype, shape), np.array([0.2, 0.7]) * whole, axis=0))
    for options in ({"method": "lower"}, {"keepdims": True}, {"method": "x"}, {"overwrite_input": True}):
        agree(lambda np: getattr(np, name)(filled(np, dtype, (3, 4)), 0.5 * whole, **options))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nan_and_infinities(dtype):
    nan, inf = numpy.nan, numpy.inf
    for values in ([1, nan, 2], [nan], [1, inf], [inf, inf], [-inf, inf], [-inf, 1, inf], [1, 2, inf, nan]):
        for name, arguments in (("median", ()), ("quantile", (0.25,)), ("quantile", (0,)), ("percentile", (75,))):
            agree(lambda np: getattr(np, name)(np.array(values, dtype=dtype), *arguments))
            agree(lambda np: getattr(np, name)(np.array([values, values], dtype=dtype), *arguments, axis=1))
    large = numpy.finfo(dtype).max
    agree(lambda np: np.median(np.array([large, large], dtype=dtype)))


def test_integers_at_the_ends_of_their_types():
    for dtype in ("int8", "int32", "int64", "uint64", "uint8"):
        info = numpy.iinfo(dtype)
        for q in (0.0, 0.3, 0.5, 1.0):
            agree(lambda np: np.quantile(np.array([info.min, info.max], dtype=dtype), q))
            agree(lambda np: np.quantile(np.array([info.max - 1, info.max], dtype=dtype), q))
        agree(lambda np: np.median(np.array([info.max, info.max], dtype=dtype)))


def test_what_is_given_stays_as_it_is():
    import rooftop

    a = rooftop.array([3.0, 1.0, 2.0, 5.0])
    assert (rooftop.median(a), rooftop.quantile(a, 0.5), a.tolist()) == (2.5, 2.5, [3.0, 1.0, 2.0, 5.0])


def test_what_is_no_array():
    for value in ([3, 1, 2], [[1.5, 2], [0, 3]], 5, [], None, "ab", (1, 2)):
        agree(lambda np: np.median(value))
        agree(lambda np: np.quantile(value, 0.4))
