"""bincount and digitize against NumPy."""

import numpy
import pytest
from agreement import DTYPES, FLOATS, INTEGERS, agree


@pytest.mark.parametrize("dtype", [*INTEGERS, "bool", "float64", "complex64"])
def test_bincount(dtype):
    for length in (0, 1, 5, 1000, 100_000):
        values = numpy.random.default_rng(length).integers(0, 100, length)
        for step in (1, 2):
            agree(lambda np: np.bincount(np.array(values.astype(dtype))[::step]))
            agree(lambda np: np.bincount(np.array(values.astype(dtype))[::step], minlength=3))
        agree(lambda np: np.bincount(np.array(values.astype(dtype)), minlength=200))
        for weight in ("float64", "float32", "int16", "bool", "complex64"):
            agree(lambda np: np.bincount(np.array(values.astype(dtype)), np.array((values * 0.37).astype(weight))))


def test_bincount_of_wrong_arguments():
    for given in ([1, 2, 2], [], [-1], [1.5], [[1, 2]], 5, None, "a", [2**62], (0, 3)):
        agree(lambda np: np.bincount(given) if given != [2**62] else np.bincount(np.array([-(2**62)])))
        agree(lambda np: np.bincount(np.array([1, 2]), weights=given))
    for length in (-1, 0, 1.5, None, "a", 2**70):
        agree(lambda np: np.bincount(np.array([1, 2]), minlength=length))
    agree(lambda np: np.bincount(np.array([], dtype=np.int64), minlength=4))


@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOATS, "bool", "complex128"])
def test_digitize(dtype):
    values = numpy.random.default_rng(0).integers(0, 90, 200)
    for edges in ([10, 20, 40], [40, 20, 10], [10, 10, 10], [10, 40, 20], [], [5]):
        for right in (False, True):
            for other in ("int64", "float64", dtype):
                agree(lambda np: np.digitize(np.array(values.astype(dtype)), np.array(edges, dtype=other), right))
            agree(lambda np: np.digitize(np.array(values.astype(dtype)).reshape(20, 10)[:, ::3], edges, right=right))


def test_digitize_of_numbers_and_nan():
    nan = numpy.nan
    for value in (5, 15.0, nan, [5, nan, 15], [[1], [30]], "a", None):
        for edges in ([10, 20], [20.0, 10.0], [10.0, nan], [nan, 10.0], 5, [[1, 2]], None):
            agree(lambda np: np.digitize(value, edges))
            agree(lambda np: np.digitize(np.array([1.0, nan, 15.0]), edges, right=True))


@pytest.mark.parametrize("dtype", DTYPES)
def test_histograms(dtype):
    values = numpy.abs(numpy.random.default_rng(5).standard_normal(70_000)) * 30
    edges = [0.0, 5.0, 5.0, 40.0, 60.0]
    for count in (0, 1, 50, 70_000):
        for bins in (10, 1, 37, edges, numpy.array(edges), [0, 10, 20], [5.0, 1.0], [1.0], [], 0, -1, "auto", 2.5, None):
            for limits in (None, (0, 10), (5.5, 5.5), (10, 0), (0.0, float("inf")), [0, 1]):
                if count == 70_000 and (isinstance(bins, str) or limits is not None):
                    continue
                given = bins if type(bins) is not numpy.ndarray else bins.copy()
                for name in ("histogram", "histogram_bin_edges"):
                    agree(
                        lambda np: getattr(np, name)(
                            np.array(values[:count].astype(dtype)),
                            np.array(given) if isinstance(given, numpy.ndarray) else given,
                            limits,
                        ),
                        warns=False,
                    )


def test_histograms_with_options():
    values = [[1.0, 2.5], [float("nan"), 4.0]]
    for options in ({"density": True}, {"weights": values}, {"range": (1, 4)}, {"bins": [1.0, 2.5, 4.0]}, {}):
        agree(lambda np: np.histogram(np.array(values), **options))
        agree(lambda np: np.histogram(values, **options))
    agree(lambda np: np.histogram(np.array([7, 7, 7])))
    agree(lambda np: np.histogram(np.array([2**62, 2**62 + 5, -(2**62)])))
    agree(lambda np: np.histogram(np.arange(10.0)[::-3], 3))


@pytest.mark.parametrize("dtype", DTYPES)
def test_histograms_with_weights(dtype):
    values = numpy.random.default_rng(6).standard_normal(70_000) * 20
    values[:500] = 40.0
    for weight in ("float64", "float32", "int64", "uint8", "float16", "complex64"):
        factors = (numpy.arange(70_000) * 0.37 % 9).astype(weight)
        for count in (0, 1, 600, 70_000):
            for options in ({}, {"range": (-10, 40)}, {"density": True}):
                agree(
                    lambda np: np.histogram(
                        np.array(values[:count].astype(dtype)), 17, weights=np.array(factors[:count]), **options
                    ),
                    warns=False,
                )
    edges = [-30.0, 0.0, 5.0, 40.0]
    agree(lambda np: np.histogram(np.array(values.astype(dtype)), edges, weights=np.array(values)), warns=False, ulps=256)
    for bins in (9, edges):
        agree(lambda np: np.histogram(np.array(values.astype(dtype)), bins, density=True), warns=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_histograms_of_several_variables(dtype):
    values = numpy.random.default_rng(7).integers(0, 50, (3000, 3)).astype(dtype)
    x, y = values[:, 0], values[:, 1]
    for options in (
        *({}, {"bins": 4}, {"bins": (4, 7)}, {"bins": [[0, 10, 50], 3]}, {"bins": [0.0, 5.0, 50.0]}, {"bins": (0, 3)}),
        *({"range": [[0, 40], [10, 30]]}, {"range": [None, (0, 9)]}, {"density": True}, {"bins": ([3, 2, 1], 4)}),
        *({"weights": numpy.arange(3000) * 0.5}, {"weights": [1.0]}, {"range": [(5, 5), (0, 1)]}, {"bins": (4, 7, 2)}),
        *({"bins": 2.5}, {"range": [(9, 0), (0, 1)]}, {"bins": numpy.array([0, 20, 50])}),
    ):
        agree(lambda np: np.histogram2d(np.array(x), np.array(y), **options), warns=False)
        agree(lambda np: np.histogramdd(np.array(values[:, :2]), **options), warns=False)
    for bins in (3, (2, 3, 4), 1):
        agree(lambda np: np.histogramdd(np.array(values), bins), warns=False)
        agree(lambda np: np.histogramdd([np.array(x), np.array(y)], bins), warns=False)
    for length in (0, 1, 10, 3000):
        agree(lambda np: np.histogramdd(np.array(x[:length])), warns=False)
        agree(lambda np: np.histogramdd([x[:length].tolist(), y[:length].tolist()], 4), warns=False)
        agree(lambda np: np.histogramdd((np.array(x[:length]), np.array(y[: length // 2]))), warns=False)
    agree(lambda np: np.histogram2d(np.array(x), np.array(y[:5])), warns=False)
    agree(lambda np: np.histogram2d(np.array(x), np.array(y).astype("f8"), 3), warns=False)
    agree(lambda np: np.histogram2d([1.0, 2.0, 2.5], [0.5, 1.5, 9.0], 2))
    agree(lambda np: np.histogram2d(np.zeros(0), np.zeros(0), 2))


def test_histograms_leave_out_what_is_outside():
    nan = numpy.nan
    values = numpy.array([[1.0, nan], [2.0, 5.0], [9.0, 1.0], [2.5, 2.5]])
    for limits in ([(0, 5), (0, 5)], [(1, 2), (2.5, 5)]):
        agree(lambda np: np.histogramdd(np.array(values), 3, limits))
        agree(lambda np: np.histogram2d(np.array(values[:, 0]), np.array(values[:, 1]), 3, limits))
    agree(lambda np: np.histogramdd(np.array(values), 3))


def test_every_type_is_in_the_tables():
    assert set(DTYPES) == {*INTEGERS, *FLOATS, "bool", "complex64", "complex128"}
