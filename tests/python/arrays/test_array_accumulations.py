"""accumulate, reduceat, outer and at of universal functions, cumsum and its like: NumPy's results bit by bit."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, hold, sample

import rooftop

#: Functions whose partial results have kernels of their own, and some that have none.
FUNCTIONS = "add multiply subtract minimum maximum fmin fmax bitwise_or logical_and gcd copysign divide remainder".split()
CUMULATIVE = "cumsum cumprod cumulative_sum cumulative_prod".split()


def numbers(dtype: str, *shape: int) -> numpy.ndarray:
    """Numbers that round when they are added or multiplied."""
    kind = numpy.dtype(dtype).kind
    rng = numpy.random.default_rng(7)
    if kind in "biu":
        return rng.integers(0, 2 if kind == "b" else 100, shape).astype(dtype)
    values = rng.uniform(0.5, 1.5, shape)
    return (values + 0.25j * rng.uniform(-1, 1, shape) if kind == "c" else values).astype(dtype)


LAYOUTS = {
    "contiguous": lambda a: a,
    "transposed": lambda a: a.T,
    "permuted": lambda a: a.transpose(1, 2, 0),
    "reversed": lambda a: a[::-1, :, ::-1],
    "every other": lambda a: a[:, ::2, ::2],
    "broadcast": lambda a: a[:, :1, :],
    "vector": lambda a: a[0, 0],
    "empty": lambda a: a[:, :0],
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_accumulate_along_each_axis_of_each_layout(name, dtype):
    values = numbers(dtype, 7, 8, 33)
    functions = {}
    for layout, take in LAYOUTS.items():
        for axis in range(-take(values).ndim, take(values).ndim):
            functions[layout, axis] = lambda np, t=take, a=axis: getattr(np, name).accumulate(t(np.asarray(values)), axis=a)
    is_rounded = numpy.dtype(dtype).kind == "c" and name in ("multiply", "divide")
    hold(functions, ulps=64 if is_rounded else 0, warns=False)


@pytest.mark.parametrize("name", ["add", "multiply", "minimum", "maximum", "fmax"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint64", "bool"])
def test_accumulate_special_values(name, dtype):
    values = sample(dtype)
    functions = {"all": lambda np: getattr(np, name).accumulate(np.array(values))}
    for shift in range(len(values)):
        functions[shift] = lambda np, s=shift: getattr(np, name).accumulate(np.array(numpy.roll(values, s)))
    hold(functions)


@pytest.mark.parametrize("name", CUMULATIVE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_cumulative_functions_with_options(name, dtype):
    values = numbers(dtype, 3, 4, 5)
    functions = {}
    is_standard = name.startswith("cumulative")
    for label, keywords in {
        "plain": {},
        "axis": {"axis": 1},
        "last axis": {"axis": -1},
        "far axis": {"axis": 3},
        "float axis": {"axis": 1.0},
        "tuple": {"axis": (0,)},
        "float32": {"axis": 0, "dtype": "float32"},
        "int8": {"axis": 0, "dtype": "int8"},
        "float16": {"axis": 0, "dtype": "float16"},
        "complex": {"axis": 0, "dtype": complex},
        "unknown": {"nothing": 1},
        "initial": {"axis": 1, "include_initial": True},
        "no initial": {"axis": 1, "include_initial": False},
    }.items():
        functions[label] = lambda np, k=keywords: getattr(np, name)(np.asarray(values), **k)
        functions[label, "vector"] = lambda np, k=keywords: getattr(np, name)(np.asarray(values[0, 0]), **k)
        functions[label, "list"] = lambda np, k=keywords: getattr(np, name)(values[0].tolist(), **k)
        functions[label, "transposed"] = lambda np, k=keywords: getattr(np, name)(np.asarray(values).T, **k)
        if not is_standard:
            functions[label, "method"] = lambda np, k=keywords: getattr(np.asarray(values), name)(**k)
    for kind in DTYPES:
        for shape in [(3, 4, 5), (3, 4, 4)]:

            def into(np, kind=kind, shape=shape):
                out = np.zeros(shape, dtype=kind)
                got = getattr(np, name)(np.asarray(values), axis=0, out=out)
                return got is out, out

            functions["out", kind, shape] = into
    hold(functions, ulps=64, warns=False)


def test_results_keep_the_order_of_axes():
    for take in LAYOUTS.values():
        theirs = take(numbers("float64", 7, 8, 33))
        ours = take(rooftop.asarray(numbers("float64", 7, 8, 33)))
        for axis in range(theirs.ndim if theirs.size else 0):
            assert rooftop.cumsum(ours, axis=axis).strides == numpy.cumsum(theirs, axis=axis).strides


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "float16", "complex128"])
def test_output_may_be_the_input_or_lie_across_it(dtype):
    def same(np):
        a = np.array(numbers(dtype, 4, 50))
        np.add.accumulate(a, axis=1, out=a)
        np.multiply.accumulate(a, axis=0, out=a)
        return a

    def shifted(np):
        a = np.array(numbers(dtype, 50))
        np.add.accumulate(a[:-1], out=a[1:])
        return a

    def backwards(np):
        a = np.array(numbers(dtype, 50))
        np.maximum.accumulate(a, out=a[::-1])
        return a

    def with_initial(np):
        a = np.array(numbers(dtype, 50))
        return np.cumulative_sum(a[1:], out=a, include_initial=True) is a, a[0]

    hold({"same": same, "shifted": shifted, "backwards": backwards, "initial": with_initial}, ulps=2)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_reduceat_of_short_and_long_slices(name, dtype):
    values = numbers(dtype, 3, 700)
    functions = {}
    for label, indices in {
        "rising": [0, 1, 5, 200, 699],
        "falling": [5, 2, 9, 9, 0],
        "one": [3],
        "none": [],
        "outside": [0, 700],
        "negative": [-1],
        "floats": [0.0, 1.0],
        "two axes": [[0, 1]],
    }.items():
        functions[label] = lambda np, i=indices: getattr(np, name).reduceat(np.asarray(values), i, axis=1)
        functions[label, "transposed"] = lambda np, i=indices: getattr(np, name).reduceat(np.asarray(values).T, np.asarray(i))
        functions[label, "backwards"] = lambda np, i=indices: getattr(np, name).reduceat(np.asarray(values)[0, ::-1], i)
    functions["dtype"] = lambda np: getattr(np, name).reduceat(np.asarray(values), [0, 2], axis=1, dtype="float32")

    def into(np):
        out = np.zeros((3, 2), dtype="complex128")
        return getattr(np, name).reduceat(np.asarray(values), [0, 2], axis=1, out=out) is out, out

    functions["out"] = into
    is_rounded = numpy.dtype(dtype).kind == "c" and name in ("multiply", "divide")
    hold(functions, ulps=4096 if is_rounded else 0, warns=False)


AT = "add subtract multiply divide maximum minimum fmax fmin bitwise_xor left_shift logical_or copysign gcd power".split()


@pytest.mark.parametrize("name", AT)
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_applies_the_function_once_for_each_place(name, dtype):
    one, block = numbers(dtype, 20), numbers(dtype, 4, 5)
    places = numpy.random.default_rng(2).integers(-20, 20, 300)
    functions = {}

    def add(label, target, indices, values):
        def at(np):
            to = np.array(target)
            index = tuple(np.asarray(i) for i in indices) if isinstance(indices, tuple) else indices
            index = np.asarray(index) if isinstance(index, numpy.ndarray) else index
            value = np.asarray(values) if isinstance(values, numpy.ndarray) else values
            try:
                result = getattr(np, name).at(to, index, value)
            except Exception as error:  # noqa: BLE001 - what was written before it counts, too
                return type(error).__name__, to
            return result, to

        functions[label] = at

    add("array", one, places, numbers(dtype, 300))
    add("int8 places", one, places.astype("int8"), numbers(dtype, 300))
    add("number", one, places, 1)
    add("float", one, places, 1.5)
    add("scalar", one, places, numbers(dtype, 1)[0])
    add("matrix of places", one, places.reshape(30, 10), numbers(dtype, 30, 10))
    add("too many values", one, places[:3], numbers(dtype, 4))
    add("list", one, [0, 0, 3], [1, 1, 1])
    add("one place", one, 4, 1)
    add("slice", one, slice(1, 5), 1)
    add("mask", one, numpy.arange(20) % 3 == 0, 1)
    add("none", one, numpy.array([], dtype=int), 1)
    add("outside", one, numpy.array([0, 20]), 1)
    add("backwards", one, places % 7, numbers(dtype, 300)[::-1])
    add("rows", block, numpy.array([1, 1, -1]), numbers(dtype, 3, 5))
    add("rows, one value", block, numpy.array([1, 1, 0]), numbers(dtype, 5))
    add("rows, number", block, [1, 1, 0], 2)
    add("elements", block, (numpy.array([1, 1, -1]), numpy.array([0, 0, 4])), numbers(dtype, 3))
    add("elements, broadcast", block, (numpy.array([[1], [2]]), numpy.array([0, 0, 4])), 1)
    add("elements outside", block, (numpy.array([1]), numpy.array([5])), 1)
    add("float32 values", one, places, numbers("float32", 300))
    add("int64 values", one, places, numbers("int64", 300) % 3)
    hold(functions, ulps=2**14 if numpy.dtype(dtype).kind == "c" or name == "power" else 0, warns=False)


def test_at_repeats_values_over_rows_of_places():
    target = rooftop.zeros(3)
    rooftop.add.at(target, rooftop.array([[0, 1], [0, 2], [0, 2]]), rooftop.array([10.0, 1.0]))
    assert target.tolist() == [30.0, 1.0, 2.0]


def test_at_where_operands_are_parts_of_the_target():
    def places_are_target(np):
        a = np.arange(10)
        np.add.at(a, a, a[::-1])
        return a

    def strided(np):
        a = np.arange(20.0)
        np.multiply.at(a[::-2], [0, 3, 3], a[:3])
        return a

    def read_only(np):
        a = np.arange(3.0)
        a.flags.writeable = False
        np.add.at(a, [0], 1)

    def warned(np):
        a = np.full(2, 6e4, dtype="float16")
        np.add.at(a, [0, 0], 6e4)
        return a

    hold({"places": places_are_target, "strided": strided, "read-only": read_only, "overflow": warned})


@pytest.mark.parametrize("dtype", DTYPES)
def test_outer_of_any_ranks(dtype):
    a, b = numbers(dtype, 2, 3), numbers(dtype, 4)
    functions = {}
    for name in ("add", "multiply", "maximum", "less", "hypot", "divide"):
        functions[name] = lambda np, n=name: getattr(np, n).outer(np.asarray(a), np.asarray(b))
        functions[name, "lists"] = lambda np, n=name: getattr(np, n).outer(a.tolist(), b.tolist())
        functions[name, "0-d"] = lambda np, n=name: getattr(np, n).outer(np.asarray(a[0, 0]), np.asarray(b[0]))
        functions[name, "number"] = lambda np, n=name: getattr(np, n).outer(2, np.asarray(b))
        functions[name, "dtype"] = lambda np, n=name: getattr(np, n).outer(np.asarray(a), np.asarray(b), dtype="complex128")
        functions[name, "three"] = lambda np, n=name: getattr(np, n).outer(np.asarray(a), np.asarray(b), np.asarray(b))
    hold(functions, ulps=4096 if numpy.dtype(dtype).kind == "c" else 8, warns=False)


def test_long_accumulations_take_all_threads_and_keep_their_bits():
    values = numbers("float32", 600, 700)
    for axis in (0, 1):
        ours = rooftop.cumsum(rooftop.asarray(values), axis=axis)
        assert numpy.array_equal(numpy.asarray(ours), numpy.cumsum(values, axis=axis))


def test_float16_sums_that_are_too_large_are_an_overflow():
    functions = {
        "accumulate": lambda np: np.cumsum(np.full(3, 6e4, dtype="float16")),
        "reduce": lambda np: np.full(3, 6e4, dtype="float16").sum(),
        "reduce columns": lambda np: np.full((3, 3), 6e4, dtype="float16").sum(axis=0),
        "reduceat": lambda np: np.add.reduceat(np.full(3, 6e4, dtype="float16"), [0]),
        "infinity": lambda np: np.array([numpy.inf, 1], dtype="float16").sum(),
    }
    hold(functions)
