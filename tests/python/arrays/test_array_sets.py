"""unique and the set functions against NumPy: every type, every option, equal elements, NaN, shapes."""

import itertools

import numpy
import pytest
from agreement import COMPLEX, DTYPES, FLOATS, agree, sample

import rooftop

LENGTHS = [0, 1, 2, 5, 40, 1000]
TWO = ["union1d", "intersect1d", "setdiff1d", "setxor1d", "isin"]


def chosen(np, dtype, length, seed=0):
    """Elements of the sample, most of them several times. Of zeros only one: which of them stays is not said."""
    values = sample(dtype)
    if values.dtype.kind in "fc":
        values = values[~numpy.signbit(values.real) | (values != 0)]
    if values.dtype.kind == "c":
        values = values[~(numpy.isnan(values.real) | numpy.isnan(values.imag))]
        values = values[~(numpy.signbit(values.imag) & (values.imag == 0))]
        values = values[(values.real != 0) | ~numpy.signbit(values.real)]
    return np.array(numpy.random.default_rng(seed + length).choice(values, length))


@pytest.mark.parametrize("dtype", DTYPES)
def test_unique_with_every_option(dtype):
    for length in LENGTHS:
        for index, inverse, counts, equal_nan in itertools.product((False, True), repeat=4):
            # NumPy's places of several NaNs come from a sort that is not stable.
            leaves_nan_out = dtype in FLOATS and (index or inverse)
            options = {"return_index": index, "return_inverse": inverse, "return_counts": counts, "equal_nan": equal_nan}

            def find(np):
                a = chosen(np, dtype, length)
                return np.unique(a[a == a] if leaves_nan_out else a, **options)

            agree(find)


@pytest.mark.parametrize("dtype", FLOATS + COMPLEX)
def test_unique_of_nan(dtype):
    nan = numpy.nan
    for values in ([nan, 1, nan, 2, nan], [nan], [nan, nan], [1, 2]):
        for equal_nan in (True, False):
            agree(lambda np: np.unique(np.array(values, dtype=dtype), equal_nan=equal_nan))
            agree(lambda np: np.unique(np.array(values, dtype=dtype), return_counts=True, equal_nan=equal_nan))


def test_unique_of_shapes_and_axes():
    values = [[3, 1, 3], [1, 2, 3], [3, 1, 3]]
    for options in ({}, {"axis": 0}, {"axis": 1}, {"axis": None}, {"axis": 5}, {"sorted": False}, {"unknown": 1}):
        agree(lambda np: np.sort(np.unique(np.array(values), **options), axis=0))
        agree(lambda np: np.unique(np.array(values).T, return_inverse=True, return_index=True, **options))
    agree(lambda np: np.unique(np.array(5)))
    agree(lambda np: np.unique(np.array(5), return_inverse=True))
    agree(lambda np: np.unique(np.arange(10)[::-2]))
    for value in ([3, 1, 3], (), 5, "a", ["b", "a", "b"], [[1, 2], [2, 1]], None):
        agree(lambda np: np.unique(value))


@pytest.mark.parametrize("dtype", ["int16", "float64", "bool"])
def test_unique_of_the_array_api(dtype):
    for length in LENGTHS:
        for name in ("unique_all", "unique_counts", "unique_inverse"):
            agree(lambda np: getattr(np, name)(np.nan_to_num(chosen(np, dtype, length))))
            agree(lambda np: getattr(np, name)(chosen(np, dtype, length))._fields)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TWO)
def test_two_sets(name, dtype):
    for first, second in itertools.product(LENGTHS, repeat=2):
        agree(lambda np: getattr(np, name)(chosen(np, dtype, first), chosen(np, dtype, second, 9)))
    for options in ({"invert": True}, {"assume_unique": True}, {"kind": "sort"}, {"kind": "table"}, {"kind": "x"}):
        if name == "isin":
            agree(lambda np: np.isin(chosen(np, dtype, 40).reshape(5, 8), chosen(np, dtype, 3), **options))


@pytest.mark.parametrize("name", TWO)
def test_two_sets_of_different_types(name):
    for first, second in itertools.product(("bool", "int8", "uint64", "int64", "float32", "float64"), repeat=2):
        agree(lambda np: getattr(np, name)(np.array([0, 1, 3, 1], dtype=first), np.array([1, 5, 3], dtype=second)))
    big = 2**53
    agree(lambda np: np.isin(np.array([big, big + 1]), np.array([big + 1], dtype=np.uint64)))
    for given in (5, [1, 2], [], [[1, 2], [2, 3]], "a", ["a", "b"], 2.5, None):
        agree(lambda np: getattr(np, name)(np.array([1, 2, 3, 5]), given))
        agree(lambda np: getattr(np, name)(given, np.array([[1.0, 2.0], [3.0, 5.0]])))


def test_places_of_what_is_in_both():
    for assume in (False, True):
        agree(lambda np: np.intersect1d(np.array([5, 1, 3, 2]), np.array([2, 4, 5]), assume, True))
        agree(lambda np: np.setdiff1d(np.array([5, 1, 3, 2]), np.array([2, 4, 5]), assume))
        agree(lambda np: np.setxor1d(np.array([5, 1, 3, 2]), np.array([2, 4, 5]), assume))
    agree(lambda np: np.intersect1d(np.array([5, 1, 5, 2]), np.array([2, 4, 5, 2]), return_indices=True))


def test_nan_is_in_no_set():
    nan = numpy.nan
    for invert in (False, True):
        agree(lambda np: np.isin(np.array([1.0, nan, 2.0]), np.array([nan, 2.0, nan] + [3.0] * 40), invert=invert))
    agree(lambda np: np.setdiff1d(np.array([1.0, nan, nan]), np.array([nan] * 30)))


def test_what_differs():
    large = rooftop.array([2**64 - 1, 2**64 - 2, 3], dtype="uint64")
    assert rooftop.isin(large, rooftop.arange(50.0) * 0.5).tolist() == [False, False, True]
    nan = float("nan")
    assert repr(rooftop.unique(rooftop.array([complex(nan, 5), complex(nan, 1), 0]))) == "array([ 0.+0.j, nan+1.j])"


@pytest.mark.parametrize("dtype", DTYPES)
def test_different_rows(dtype):
    generator = numpy.random.default_rng(1)
    for shape in [(1, 1), (5, 1), (1, 5), (40, 2), (200, 3), (6, 2, 2), (2, 6, 3), (0, 3), (3, 0), (7,), ()]:
        values = generator.integers(-2, 3, shape).astype(dtype)
        for axis in (0, 1, -1, 2, 5, "x", None):
            for options in ({}, {"return_index": True}, {"return_inverse": True, "return_counts": True}):
                agree(lambda np: np.unique(np.array(values), axis=axis, **options))
            agree(lambda np: np.unique(np.array(values).T, axis=axis, return_index=True, return_inverse=True, return_counts=True))
    agree(lambda np: np.unique(np.array(values), True, True, True, 0, equal_nan=False))
    agree(lambda np: np.unique(np.zeros((2, 3), dtype), axis=1).flags.c_contiguous)


@pytest.mark.parametrize("dtype", FLOATS)
def test_rows_with_nan_are_different(dtype):
    nan, inf = numpy.nan, numpy.inf
    values = numpy.array([[1, nan], [1, nan], [nan, 0], [inf, 1], [1, inf], [-inf, 0], [0, nan], [1, inf]], dtype)
    for options in ({}, {"return_index": True, "return_inverse": True}, {"return_counts": True}):
        agree(lambda np: np.unique(np.array(values), axis=0, **options))
        agree(lambda np: np.unique(np.array(values), axis=1, **options))
    zeros = numpy.array([[0.0, 1], [-0.0, 1]], dtype)
    agree(lambda np: np.unique(np.array(zeros), axis=0, return_index=True))


def test_different_rows_at_the_ends_of_their_types():
    for dtype in ("int64", "uint64", "int8", "uint8"):
        info = numpy.iinfo(dtype)
        values = numpy.array([[info.max, info.min], [info.min, info.max], [0, 1], [info.max, info.min]], dtype)
        agree(lambda np: np.unique(np.array(values), axis=0, return_index=True, return_inverse=True))
