"""Calls on small arrays that have a short way: the values, types, layouts and refusals are NumPy's, as on the long one."""

from __future__ import annotations

import itertools

import numpy
from agreement import DTYPES, hold

import rooftop

SHAPES = [(1,), (3,), (17,), (70,), (0,), (2, 3), (3, 1), (2, 0, 2), (2, 2, 3), (1, 2, 1, 2), (1, 2, 1, 2, 3), ()]


def filled(np, dtype: str, shape: tuple) -> object:
    """0, 1, 2 … with every third negative where the type has such."""
    count = int(numpy.prod(shape))
    values = [-i if i % 3 == 2 and "u" not in dtype and dtype != "bool" else i % 100 for i in range(count)]
    return np.asarray(numpy.array(values).astype(dtype).reshape(shape))


def layout(array) -> tuple:
    """What shows of where elements lie."""
    flags = array.flags
    return array.tolist(), array.shape, array.size and array.strides, *(flags[name] for name in "CFAW")


def test_views_of_ints_and_slices_lie_where_numpys_do():
    bounds = (None, 0, 1, 2, 5, -1, -2, -7, 10**30, -(10**30))
    slices = [slice(*bound) for bound in itertools.product(bounds, bounds, (None, 1, 2, -1, -3, 0, 2**63 - 1, -(2**63)))]
    vectors = {
        f"{dtype}[{key}]": lambda np, dtype=dtype, key=key: layout(filled(np, dtype, (6,))[key])
        for dtype in ("float64", "int8")
        for key in slices
    }
    keys = [0, -1, 7, slice(1, None), slice(None, None, -1), slice(2, 0), slice(None), None, ...]
    matrices = {
        f"{shape}[{key}]": lambda np, shape=shape, key=key: layout(np.asarray(filled(np, "int32", shape)[key]))
        for shape in SHAPES
        for count in (1, 2, 3)
        for key in itertools.product(keys, repeat=count)
    }
    hold(vectors | matrices)


def test_transposes_and_reshapes_lie_where_numpys_do():
    hold(
        {f"{shape}.T": lambda np, shape=shape: layout(filled(np, "int16", shape).T) for shape in SHAPES}
        | {
            f"{shape} to {wanted}": lambda np, shape=shape, wanted=wanted: layout(filled(np, "f4", shape).reshape(*wanted))
            for shape in SHAPES
            for wanted in [(3, 1), (-1,), (1, -1, 1), (6, 1), (2, 3), (3.0, 1), (2**70, 1), (numpy.int8(3),)]
        }
    )


def assigned(np, dtype: str, shape: tuple, key, value) -> object:
    array = filled(np, dtype, shape)
    array[key] = value(np, array) if callable(value) else value
    return array


def test_assignments_take_what_numpys_take():
    values = {
        "itself": lambda np, a: a[1:],
        "alike": lambda np, a: filled(np, str(a.dtype), a[1:].shape),
        "reversed": lambda np, a: a[::-1][1:],
        "ints": lambda np, a: filled(np, "int8", a[1:].shape),
        "wrong": lambda np, a: filled(np, str(a.dtype), (9,)),
        "float": 2.5,
        "int": 3,
        "list": [1],
    }
    keys = [slice(None, -1), slice(1, None), slice(None, None, 2), 0, (slice(None), 0), (0, 0), (0, 1, 0)]
    hold(
        {
            f"{dtype}{shape}[{key}] = {name}": lambda np, dtype=dtype, shape=shape, key=key, value=value: assigned(
                np, dtype, shape, key, value
            )
            for dtype in ("float64", "float32", "int64", "uint8", "complex64", "bool")
            for shape in [(3,), (2, 3), (2, 2, 3), (1,), (70,)]
            for key in keys
            for name, value in values.items()
        }
    )


def test_a_subscript_that_reshapes_its_array_reads_what_was_there():
    array = rooftop.arange(6)

    class Index:
        def __index__(self):
            array.shape = (3, 2)
            return 4

    assert array[Index() :].tolist() == [4, 5]


def test_elements_at_places_and_masks_agree():
    places = [numpy.array(p, dtype) for dtype in ("int64", "int8", "uint16") for p in ([0, 2, 1], [[1], [0]], [5], [])]
    places += [numpy.array([-1, 0]), numpy.array([-4]), numpy.array([2**64 - 1], numpy.uint64), numpy.arange(70) % 3]
    masks = [numpy.array([i % 2 == first for i in range(n)]) for first in (0, 1) for n in (1, 3, 17, 70)]
    masks += [numpy.zeros(3, bool), numpy.ones((2, 3), bool), numpy.eye(2, 3, dtype=bool)]
    hold(
        {
            f"{dtype}{shape}[{key!r}]": lambda np, dtype=dtype, shape=shape, key=key: layout(
                filled(np, dtype, shape)[np.asarray(key)]
            )
            for dtype in ("float64", "int8", "complex128", "bool", "float16")
            for shape in SHAPES
            for key in places + masks
        }
    )


def test_a_mask_of_bytes_is_true_where_they_are_not_zero():
    mask = rooftop.asarray(numpy.array([2, 0, 255], numpy.uint8)).view("bool")
    assert rooftop.array([1.0, 2.0, 3.0])[mask].tolist() == [1.0, 3.0]


def test_clip_between_numbers_agrees():
    bounds = [0.0, 1.5, -1, 2, float("nan"), float("inf"), 300, -(10**30), True, None, numpy.float64(1), numpy.int8(1)]
    bounds += [numpy.float32(0.5), numpy.bool_(True), [1], numpy.array(1)]
    hold(
        {
            f"clip({dtype}{shape}, {low!r}, {high!r})": lambda np, dtype=dtype, shape=shape, low=low, high=high: np.clip(
                filled(np, dtype, shape), low, high
            )
            for dtype in DTYPES
            for shape in [(3,), (2, 3), (0,), ()]
            for low in bounds
            for high in (1.0, 1, bounds[4], None, numpy.float64(2))
        },
        warns=False,
    )
    ends = rooftop.float32(0.5), rooftop.float32(1.5)
    assert rooftop.clip(rooftop.array([0, 1, 2], dtype="float32"), *ends).tolist() == [0.5, 1.0, 1.5]


def test_where_on_arrays_of_one_shape_agrees():
    hold(
        {
            f"where({dtype}, {other}, {shape})": lambda np, dtype=dtype, other=other, shape=shape: layout(
                np.where(filled(np, "int8", shape) % 2 == 1, filled(np, dtype, shape), filled(np, other, shape) + 1)
            )
            for dtype in DTYPES
            for other in (dtype, "float64")
            if dtype != "bool"
            for shape in SHAPES[:-1]
        }
    )


def test_joined_arrays_agree():
    lists = {
        "alike": lambda np, d, s: (filled(np, d, s), filled(np, d, s)),
        "list": lambda np, d, s: [filled(np, d, s)] * 3,
        "types": lambda np, d, s: (filled(np, d, s), filled(np, "int64", s)),
        "lengths": lambda np, d, s: (filled(np, d, s), filled(np, d, (5, *s[1:]))),
        "ranks": lambda np, d, s: (filled(np, d, s), filled(np, d, (2, *s))),
        "gaps": lambda np, d, s: (filled(np, d, s)[::2], filled(np, d, s)[1::2]),
        "columns": lambda np, d, s: (filled(np, d, s).T, filled(np, d, s).T),
        "number": lambda np, d, s: (filled(np, d, s), 1.0),
        "none": lambda np, d, s: (),
        "many": lambda np, d, s: [filled(np, d, s)] * 40,
    }
    hold(
        {
            f"{function}({name} {dtype}{shape})": lambda np, function=function, make=make, dtype=dtype, shape=shape: layout(
                getattr(np, function)(make(np, dtype, shape))
            )
            for function in ("concatenate", "stack", "vstack", "hstack")
            for name, make in lists.items()
            for dtype in ("float64", "int16", "complex64", "bool")
            for shape in SHAPES
        }
    )


def test_cumulated_elements_agree():
    special = [1e308, 1e308, -1e308], [float("inf"), 0.0, 1.0], [float("nan"), 1.0], [3e38, 3e38, 1.0]
    hold(
        {
            f"{name}({dtype}{shape})": lambda np, name=name, dtype=dtype, shape=shape: layout(
                getattr(np, name)(filled(np, dtype, shape))
            )
            for name in ("cumsum", "cumprod")
            for dtype in DTYPES
            if dtype != "float16"
            for shape in SHAPES
        }
        | {
            f"{name}({dtype} {values})": lambda np, name=name, dtype=dtype, values=values: getattr(
                np.array(values, dtype=dtype), name
            )()
            for name in ("cumsum", "cumprod")
            for dtype in ("float64", "float32")
            for values in special
            if dtype == "float64" or max(values) < 1e39 or values[0] == values[0] > 1e300
        },
        ulps=1,
    )


def test_sums_of_integers_wrap():
    hold({"wrap": lambda np: np.cumsum(np.array([2**63 - 1, 1])), "unsigned": lambda np: np.array([2**64 - 1, 1]).cumsum()})


def test_conversions_of_small_arrays_agree():
    hold(
        {
            f"{dtype}{shape} to {wanted}": lambda np, dtype=dtype, shape=shape, wanted=wanted: layout(
                filled(np, dtype, shape).astype(wanted)
            )
            for dtype in DTYPES
            for wanted in DTYPES
            for shape in [(3,), (2, 3), (0,), (), (70,)]
        },
        warns=False,
    )
    hold({"overflow": lambda np: np.array([1e300, 1.0]).astype("float32")})


def test_sums_and_means_of_columns_agree():
    random = numpy.random.default_rng(5)
    matrices = {(n, m): random.normal(size=(n, m)) * 10.0 ** random.integers(-9, 9, m) for n in (1, 2, 3, 40, 500) for m in (1, 3, 8, 9)}
    matrices["infinite"] = numpy.array([[1.0, numpy.inf], [2.0, -numpy.inf], [3.0, 1.0]])
    matrices["overflow"] = numpy.array([[1e308, 1.0], [1e308, 2.0]])
    hold(
        {
            f"{name} of {key}": lambda np, name=name, matrix=matrix: getattr(np.asarray(matrix), name)(axis=0)
            for name in ("sum", "mean", "min", "argmax")
            for key, matrix in matrices.items()
        }
    )
