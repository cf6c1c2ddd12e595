"""out, where, initial, keepdims, dtype and sets of axes of reductions: NumPy's results, their order in memory, warnings."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import DTYPES, hold
from test_array_accumulations import LAYOUTS, numbers

import rooftop

FOLDS = "add multiply maximum minimum fmax logical_and logical_or logical_xor bitwise_or bitwise_xor gcd subtract divide".split()
STATISTICS = "sum prod min max mean var std any all".split()
#: What is added in an order of our own, or by complex products.
LOOSE = 2**16


def exactness(name: str, dtype: str) -> float:
    """Sums of reals are NumPy's bits, products are not."""
    kind = numpy.dtype(dtype).kind
    if kind == "c":
        return LOOSE
    return 64 if name in ("multiply", "prod") and kind == "f" else 0


def subsets(rank: int):
    return [None, *itertools.chain.from_iterable(itertools.combinations(range(rank), n) for n in range(rank + 1))]


def mask_of(shape) -> numpy.ndarray:
    return numpy.random.default_rng(11).random(shape) < 0.6


@pytest.mark.parametrize("name", FOLDS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_axes_masks_and_starts(name, dtype):
    values = numbers(dtype, 3, 4, 70)
    functions = {}
    for layout, take in LAYOUTS.items():
        rank, mask = take(values).ndim, take(mask_of(values.shape))
        for axis in subsets(rank):
            for label, keywords in {
                "plain": {},
                "keepdims": {"keepdims": True},
                "initial": {"initial": 1},
                "where": {"where": mask},
                "where, initial": {"where": mask, "initial": 1, "keepdims": True},
            }.items():

                def call(np, t=take, a=axis, k=keywords):
                    k = {key: np.asarray(v) if isinstance(v, numpy.ndarray) else v for key, v in k.items()}
                    return getattr(np, name).reduce(t(np.asarray(values)), axis=a, **k)

                functions[layout, axis, label] = call
    # Over several axes that are not one in memory rows come in another order.
    hold(functions, ulps=max(exactness(name, dtype), 64 if name == "add" and numpy.dtype(dtype).kind == "f" else 0), warns=False)


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_options_of_statistics_along_one_axis(name, dtype):
    values = numbers(dtype, 9, 200)
    if name == "prod" and numpy.dtype(dtype).kind in "iu":
        values = numpy.where(values % 50 == 0, 2, 1).astype(dtype)  # products that a float holds
    functions = {}
    for order, take in {"C": lambda a: a, "F": lambda a: a.T, "strided": lambda a: a[::2, ::-3]}.items():
        mask = take(mask_of(values.shape))
        for axis in (0, 1, None):
            for label, keywords in {
                "plain": {},
                "where": {"where": mask},
                "row of a mask": {"where": mask[:1]},
                "nothing": {"where": numpy.zeros_like(mask)},
                "integers": {"where": mask.astype(int)},
                "float32": {"dtype": "float32"},
                "float64": {"dtype": "float64"},
                "int64": {"dtype": "int64"},
                "complex": {"dtype": "complex128"},
                "keepdims": {"keepdims": True, "where": mask},
                "ddof": {"ddof": 1},
                "half a degree": {"ddof": 0.5, "where": mask},
                "too many degrees": {"ddof": 1000},
                "correction": {"correction": 1},
                "both": {"correction": 1, "ddof": 1},
                "initial": {"initial": 2},
                "initial float": {"initial": 2.5},
                "initial scalar": {"initial": numpy.float32(1.5)},
                "initial array": {"initial": numpy.array([1.5])},
                "no initial": {"initial": None},
                "where, initial": {"where": mask, "initial": 3},
            }.items():

                def call(np, t=take, a=axis, k=keywords, f=None):
                    k = {key: np.asarray(v) if isinstance(v, numpy.ndarray) else v for key, v in k.items()}
                    return getattr(np, name)(t(np.asarray(values)), axis=a, **k)

                functions[order, axis, label] = call
    ulps = LOOSE if name in ("var", "std") else 64 if dtype == "float16" else exactness(name, dtype)
    hold(functions, ulps=ulps)


@pytest.mark.parametrize("name", ["sum", "mean", "var", "std"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint8", "bool"])
@pytest.mark.parametrize("size", [1, 2, 3, 9, 130, 4096, 4097, 50_000])
def test_vectors_and_rows_have_numpys_bits(name, dtype, size):
    values = numbers(dtype, 2, size)
    hold(
        {
            "vector": lambda np: getattr(np, name)(np.asarray(values[0])),
            "rows": lambda np: getattr(np, name)(np.asarray(values), axis=1),
            "columns": lambda np: getattr(np, name)(np.asarray(values.T), axis=0),
            "across": lambda np: getattr(np, name)(np.asarray(values), axis=0),
            "method": lambda np: getattr(np.asarray(values), name)(1),
        },
    )


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_output_arrays(name, dtype):
    values = numbers(dtype, 4, 5)
    functions = {}
    for kind in DTYPES:
        for label, shape, axis in [("columns", (5,), 0), ("rows", (4,), 1), ("all", (), None), ("wrong", (3,), 0)]:

            def into(np, kind=kind, shape=shape, axis=axis):
                out = np.full(shape, 7, dtype=kind)
                got = getattr(np, name)(np.asarray(values), axis=axis, out=out)
                return got is out, out

            functions[label, kind] = into

    def own_row(np):
        a = np.array(values)
        try:
            return getattr(np, name)(a, axis=0, out=a[1]) is not None, a
        except TypeError:
            return "TypeError"

    def strided(np):
        out = np.zeros((2, 8), dtype="complex128")
        getattr(np, name)(np.asarray(values), axis=1, out=out[1, ::2])
        return out

    def read_only(np):
        out = np.zeros(5)
        out.flags.writeable = False
        return getattr(np, name)(np.asarray(values), axis=0, out=out)

    def masked(np):
        out = np.zeros(5, dtype="complex128")
        return getattr(np, name)(np.asarray(values), axis=0, out=out, where=np.asarray(mask_of((4, 5)))), out

    functions |= {"own row": own_row, "strided": strided, "read-only": read_only}
    if name not in ("min", "max"):
        functions["masked"] = masked
    hold(functions, ulps=LOOSE, warns=False)


def test_axes_that_are_repeated_have_no_say_in_the_order():
    for make in (
        lambda np: np.broadcast_to(np.arange(4.0), (3, 5, 4)),
        lambda np: np.broadcast_to(np.arange(5.0)[:, None], (3, 5, 4)).T,
    ):
        theirs, ours = make(numpy), make(rooftop)
        for axis in range(3):
            assert ours.sum(axis=axis).strides == theirs.sum(axis=axis).strides
            assert ours.cumsum(axis=axis).strides == theirs.cumsum(axis=axis).strides


def test_results_keep_the_order_of_axes():
    values = numbers("float64", 3, 4, 70)
    for take in LAYOUTS.values():
        theirs, ours = take(values), take(rooftop.asarray(values))
        for axis in range(theirs.ndim if theirs.size else 0):
            assert ours.sum(axis=axis).strides == theirs.sum(axis=axis).strides
            assert ours.max(axis=axis).strides == theirs.max(axis=axis).strides


@pytest.mark.parametrize("name", ["all", "any"])
@pytest.mark.parametrize("dtype", ["bool", "float64", "int16"])
def test_truth_of_long_arrays_wherever_the_one_that_decides_lies(name, dtype):
    functions = {}
    for size in (8192, 8193, 100_000, 300_000):
        for place in (None, 0, size // 2, size - 1):
            values = numpy.full(size, name == "all", dtype=dtype)
            if place is not None:
                values[place] = name == "any"
            functions[size, place] = lambda np, v=values: getattr(np.asarray(v), name)()
            functions[size, place, "strided"] = lambda np, v=values: getattr(np.asarray(v)[::-2], name)()
            functions[size, place, "rows"] = lambda np, v=values: getattr(np.asarray(v)[: len(v) // 2 * 2].reshape(2, -1), name)(axis=1)
            functions[size, place, "gaps"] = lambda np, v=values: getattr(np.asarray(v)[: len(v) // 4 * 4].reshape(-1, 4)[:, :3], name)()
    hold(functions)


def test_means_that_are_given():
    values = numbers("float64", 4, 5)
    functions = {}
    for name in ("var", "std"):
        functions[name] = lambda np, n=name: getattr(np, n)(
            np.asarray(values), axis=1, mean=np.asarray(values).mean(axis=1, keepdims=True)
        )
        functions[name, "method"] = lambda np, n=name: getattr(np.asarray(values), n)(mean=np.asarray([[1.0]]))
        functions[name, "number"] = lambda np, n=name: getattr(np, n)(np.asarray(values), mean=1.0)
    hold(functions)


@pytest.mark.parametrize("name", STATISTICS)
def test_errors_and_warnings_are_told_once(name):
    functions = {
        "overflow": lambda np: getattr(np, name)(np.array([1e308, 1e308, -1e308])),
        "overflow of rows": lambda np: getattr(np, name)(np.array([[1e308, 1e308], [1.0, 2.0]]), axis=1),
        "infinities": lambda np: getattr(np, name)(np.array([numpy.inf, -numpy.inf])),
        "columns of infinities": lambda np: getattr(np, name)(np.array([[numpy.inf, 1], [-numpy.inf, 1]]), axis=0),
        "nan": lambda np: getattr(np, name)(np.array([1.0, numpy.nan, 2.0])),
        "far": lambda np: getattr(np, name)(np.ones((2, 2)), axis=5),
        "huge": lambda np: getattr(np, name)(np.ones((2, 2)), axis=2**70),
        "no axis of a number": lambda np: getattr(np, name)(np.array(3.0), axis=0),
        "empty": lambda np: getattr(np, name)(np.zeros((0, 3)), axis=0),
        "empty, initial": lambda np: np.add.reduce(np.zeros((0, 3)), axis=0, initial=5),
        "empty, none": lambda np: np.add.reduce(np.zeros((0, 3)), axis=0, initial=None),
        "empty rows": lambda np: np.maximum.reduce(np.zeros((0, 3)), axis=1),
    }
    hold(functions)
