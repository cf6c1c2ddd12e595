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


def test_every_type_is_in_the_tables():
    assert set(DTYPES) == {*INTEGERS, *FLOATS, "bool", "complex64", "complex128"}
