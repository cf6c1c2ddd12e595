"""reduce, accumulate, reduceat, outer and at of every ufunc that has them, against NumPy's."""

from __future__ import annotations

import numpy
import pytest
from agreement import hold, sample
from ufunc_table import BINARY, POWERS, UFUNCS, takes, ulps

import rooftop

DTYPES = ("bool", "int8", "int64", "uint16", "float16", "float32", "float64", "complex128")


def values(name: str, dtype: str, shape: tuple) -> numpy.ndarray:
    """Small numbers, so that the order of operations does not show."""
    few = {"b": [True, False, True], "c": [1 + 1j, 2, -1j]}.get(numpy.dtype(dtype).kind, [1, 3, 2, 1, 2])
    return numpy.resize(numpy.array(few, dtype=dtype), shape)


@pytest.mark.parametrize("name", BINARY)
def test_reduce(name):
    functions = {}
    for dtype in DTYPES:
        if not takes(name, dtype):
            continue
        x = values(name, dtype, (3, 4, 2))
        for label, keywords in {
            "first": {},
            "last": {"axis": -1},
            "none": {"axis": None},
            "two": {"axis": (0, 2)},
            "no axes": {"axis": ()},
            "keepdims": {"axis": 1, "keepdims": True},
            "initial": {"axis": 1, "initial": 1},
            "where": {"axis": 2, "where": numpy.array([True, False]), "initial": 1},
            "where without initial": {"axis": 2, "where": numpy.array([True, False])},
            "dtype": {"axis": 0, "dtype": "float64"},
            "dtype int": {"axis": 0, "dtype": "int64"},
            "wrong axis": {"axis": 3},
            "twice": {"axis": (0, 0)},
            "wrong keyword": {"axes": 3},
        }.items():
            functions[dtype, label] = lambda np, x=x, k=keywords: getattr(np, name).reduce(np.array(x), **k)
        functions[dtype, "transposed"] = lambda np, x=x: getattr(np, name).reduce(np.array(x).T[::-1], axis=1)
        functions[dtype, "empty"] = lambda np, x=x: getattr(np, name).reduce(np.array(x)[:0])
        functions[dtype, "nothing left"] = lambda np, x=x: getattr(np, name).reduce(np.array(x)[:, :, :0])
        functions[dtype, "out"] = lambda np, x=x: getattr(np, name).reduce(
            np.array(x), out=np.zeros((4, 2), dtype="complex128")
        )
        functions[dtype, "list"] = lambda np, x=x: getattr(np, name).reduce(x[0, :, 0].tolist())
        functions[dtype, "0-d"] = lambda np, x=x: getattr(np, name).reduce(np.array(x[0, 0, 0]))
    functions["scalar"] = lambda np: getattr(np, name).reduce(3)
    functions["nothing"] = lambda np: getattr(np, name).reduce()
    hold(functions, ulps=max(4 * ulps(name), 4), warns=False)


@pytest.mark.parametrize("name", BINARY)
def test_accumulate_reduceat_outer_at(name):
    functions = {}
    for dtype in DTYPES:
        if not takes(name, dtype) or (name in POWERS and "complex" in dtype):
            continue
        x = values(name, dtype, (4, 6))
        functions[dtype, "accumulate"] = lambda np, x=x: getattr(np, name).accumulate(np.array(x))
        functions[dtype, "accumulate 1"] = lambda np, x=x: getattr(np, name).accumulate(np.array(x).T, axis=1)
        functions[dtype, "accumulate empty"] = lambda np, x=x: getattr(np, name).accumulate(np.array(x)[:0])
        functions[dtype, "reduceat"] = lambda np, x=x: getattr(np, name).reduceat(np.array(x), [0, 2, 1], axis=1)
        functions[dtype, "reduceat bad"] = lambda np, x=x: getattr(np, name).reduceat(np.array(x), [9])
        functions[dtype, "outer"] = lambda np, x=x: getattr(np, name).outer(np.array(x[0]), np.array(x[1, :2]))
        functions[dtype, "outer scalar"] = lambda np, x=x: getattr(np, name).outer(np.array(x[:2]), x[0, 0].item())

        def at(np, x=x):
            target = np.array(x[0])
            got = getattr(np, name).at(target, np.array([0, 2, 2]), np.array(x[1, :3]))
            return got, target

        functions[dtype, "at"] = at
    hold(functions, ulps=16, warns=False)


@pytest.mark.parametrize("name", [name for name in UFUNCS if UFUNCS[name].nin == 1])
def test_methods_of_functions_of_one_argument(name):
    def at(np):
        target = np.array([1.0, 0.5, 0.25])
        getattr(np, name).at(target, [0, 0])
        return target

    functions = {
        method: lambda np, method=method: getattr(getattr(np, name), method)(np.ones(3))
        for method in ("reduce", "accumulate", "outer")
    }
    functions["reduceat"] = lambda np: getattr(np, name).reduceat(np.ones(3), [0])
    functions["at"] = at
    hold(functions, ulps=8)


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "minimum", "logical_and", "logical_or"])
@pytest.mark.parametrize("dtype", ["int8", "uint64", "float32", "float64", "bool"])
def test_reductions_of_special_values(name, dtype):
    values = sample(dtype)
    hold(
        {
            "all": lambda np: getattr(np, name).reduce(np.array(values)),
            "pairs": lambda np: getattr(np, name).reduce(np.array(values[: len(values) // 2 * 2].reshape(2, -1)), axis=0),
            "rows": lambda np: getattr(np, name).reduce(np.array(values[: len(values) // 2 * 2].reshape(-1, 2)), axis=1),
        },
        ulps=4,
    )


def test_reduce_gives_the_objects_that_were_given():
    out = rooftop.zeros(3)
    assert rooftop.add.reduce(rooftop.ones((2, 3)), out=out) is out
    assert rooftop.add.accumulate(rooftop.ones(3), out=out) is out
    assert out.tolist() == [1.0, 2.0, 3.0]


def test_long_reductions_are_the_same_on_any_number_of_threads():
    """The tree is fixed: threads take parts of it."""
    rng = numpy.random.default_rng(3)
    x = rooftop.asarray(rng.normal(size=300_001).astype("float32"))
    before = rooftop.get_num_threads()
    try:
        found = set()
        for threads in (1, 2):
            rooftop.set_num_threads(threads)
            found.add((x.sum().item(), x.reshape(1, -1).sum(axis=1)[0].item(), x[:300_000].reshape(-1, 3).sum(axis=0)[1].item()))
    finally:
        rooftop.set_num_threads(before)
    assert len(found) == 1
    assert abs(found.pop()[0] - float(numpy.asarray(x).astype("float64").sum())) < 1e-2
