"""median, quantile and percentile against NumPy, bit by bit."""

import numpy
import pytest
from agreement import DTYPES, agree, hold, sample

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


METHODS = [
    *("linear", "lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf"),
    *("closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased"),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", METHODS)
def test_methods(method, dtype):
    for count in (1, 2, 3, 4, 5, 8, 10, 11):
        for q in (0.0, 0.1, 0.125, 0.25, 0.3, 0.5, 0.6, 0.75, 0.9, 1.0, [0.2, 0.5, 0.8], numpy.array([0.35])):
            values = filled(numpy, dtype, (count,))
            agree(lambda np: np.quantile(np.array(values), q, method=method))
        agree(lambda np: np.percentile(np.array(values), [0, 25, 100], method=method))
        agree(lambda np: np.percentile(np.array(values), 40, method=method))
    for options in ({"axis": 0}, {"axis": (0, 1)}, {"axis": (1, -1), "keepdims": True}, {"keepdims": True}):
        agree(lambda np: np.quantile(filled(np, dtype, (3, 4, 5)), [0.2, 0.9], method=method, **options))
        agree(lambda np: np.quantile(filled(np, dtype, (3, 4, 5)).T, 0.3, method=method, **options))
    weights = numpy.arange(1.0, 6.0)
    agree(lambda np: np.quantile(filled(np, dtype, (5,)), 0.3, method=method, weights=np.array(weights)))
    out = agree(lambda np: (o := np.zeros(4), np.quantile(filled(np, dtype, (3, 4)), 0.3, 0, o, method=method), o)[1:])
    assert out is None or out[0] is out[1]


@pytest.mark.parametrize("dtype", DTYPES)
def test_weights(dtype):
    generator = numpy.random.default_rng(3)
    values = numpy.array(generator.permutation(60).reshape(3, 4, 5) - 9).astype(dtype)
    each = generator.integers(0, 9, values.shape).astype(float)
    few = generator.random(5)
    choices = [(each, {}), (each, {"axis": 1}), (each, {"axis": (0, 2)}), (each, {"axis": -1, "keepdims": True})]
    choices += [(few, {"axis": 2}), (few.astype("f4"), {"axis": -1}), (few, {"axis": 0}), (few, {}), (few, {"axis": (2,)})]
    choices += [([1, 0, 2, 3, 4], {"axis": 2}), (few - 0.5, {"axis": 2}), (few * 0, {"axis": 2}), (-few, {"axis": 2})]
    choices += [(few * numpy.nan, {"axis": 2}), (few * numpy.inf, {"axis": 2}), (few + 1j, {"axis": 2}), (2, {"axis": 2})]
    choices += [(each[0, 0], {"axis": 2}), (each[0], {"axis": (1, 2)}), (each[0].T, {"axis": (2, 1)})]
    functions = {}
    for k, (weights, options) in enumerate(choices):
        for q in (0.3, [0.0, 0.2, 1.0], 0, numpy.float32(0.5), numpy.array([[0.25]]), 1.5):
            given = {"method": "inverted_cdf", "weights": weights, **options}
            functions[k, str(q)] = lambda np, q=q, o=given: np.quantile(np.array(values), q, **o)
            functions[k, str(q), "turned"] = lambda np, q=q, o=given: np.quantile(np.array(values[::-1, ::-1]), q, **o)
        functions[k, "percentile"] = lambda np, o=given: np.percentile(np.array(values), [0, 40, 100], **o)
    special = numpy.array(sample(dtype)) if dtype[0] != "c" else values
    weights = numpy.arange(1.0, 1.0 + len(special))
    functions["special"] = lambda np: np.quantile(np.array(special), [0.2, 0.9], axis=0, method="inverted_cdf", weights=weights)
    functions["other method"] = lambda np: np.quantile(np.array(values), 0.2, weights=np.array(each))
    hold(functions, warns=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_several_axes(dtype):
    for axis in ((0, 1), (1, 0), (2, 0), (-1,), (), (0, 0), (0, 5), (0, 1, 2), None, [0, 1], True):
        for keepdims in (False, True, 1, None):
            agree(lambda np: np.median(filled(np, dtype, (3, 4, 5)), axis=axis, keepdims=keepdims))
            agree(lambda np: np.quantile(filled(np, dtype, (3, 4, 5)), 0.4, axis=axis, keepdims=keepdims))
    agree(lambda np: np.median(filled(np, dtype, (3, 4)), 1, np.zeros(3)))


def test_the_type_of_the_quantile_counts():
    for q in (0.3, numpy.float64(0.3), numpy.float32(0.3), numpy.array(0.3), [0.3], numpy.array([0.3], "f4"), True):
        for dtype in ("float16", "float32", "float64", "int32"):
            for name in ("quantile", "percentile"):
                agree(lambda np: getattr(np, name)(filled(np, dtype, (9,)), q))
                agree(lambda np: getattr(np, name)(filled(np, dtype, (9, 3)), q, axis=0))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_methods_and_nan(dtype):
    nan, inf = numpy.nan, numpy.inf
    for method in METHODS:
        for values in ([1, nan, 2, 5], [nan], [1, inf, 3, 2], [-inf, inf], [-inf, 1, inf, 4, 5]):
            for q in (0.0, 0.3, 0.5, 1.0):
                agree(lambda np: np.quantile(np.array(values, dtype=dtype), q, method=method))
                agree(lambda np: np.quantile(np.array([values, values], dtype=dtype), [q], axis=1, method=method))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
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
