"""Functions made of native ones: NumPy's results for all types, shapes, options, special values, warnings and errors."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, FLOATS, hold, sample
from test_array_accumulations import LAYOUTS, numbers

import rooftop
from rooftop import _composed

NAN_FOLDS = "nansum nanprod nanmin nanmax nanmean nanvar nanstd nancumsum nancumprod".split()


def with_nans(dtype: str, *shape: int) -> numpy.ndarray:
    values = numbers(dtype, *shape)
    if values.dtype.kind in "fc":
        values.reshape(-1)[:: 7] = numpy.nan
    return values


@pytest.mark.parametrize("name", NAN_FOLDS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_functions(name, dtype):
    values = with_nans(dtype, 3, 4, 30)
    if name.endswith("prod"):
        values = values[..., :6] % 3 if numpy.dtype(dtype).kind in "iu" else values[..., :6]
    empty_row = values.copy()
    if values.dtype.kind in "fc":
        empty_row[1] = numpy.nan
    functions = {}
    for layout, take in LAYOUTS.items():
        rank = take(values).ndim
        for axis in [None, *range(-rank, rank)]:
            functions[layout, axis] = lambda np, t=take, a=axis: getattr(np, name)(t(np.asarray(values)), axis=a)
            functions[layout, axis, "all nan"] = lambda np, t=take, a=axis: getattr(np, name)(t(np.asarray(empty_row)), axis=a)
    for label, keywords in {
        "keepdims": {"axis": 1, "keepdims": True},
        "tuple": {"axis": (0, 2)},
        "float32": {"dtype": "float32"},
        "int": {"dtype": "int64"},
        "where": {"where": numpy.arange(values.shape[-1]) > 2, "initial": 1},
        "only where": {"where": numpy.arange(values.shape[-1]) > 2, "axis": 2},
        "ddof": {"ddof": 1, "axis": 0},
        "high ddof": {"ddof": 4, "axis": 0},
        "correction": {"correction": 1},
        "far": {"axis": 7},
        "unknown": {"what": 1},
    }.items():
        functions[label] = lambda np, k=keywords: getattr(np, name)(np.asarray(values), **k)
    functions["list"] = lambda np: getattr(np, name)(values[0].tolist())
    functions["number"] = lambda np: getattr(np, name)(3.5)
    functions["0-d"] = lambda np: getattr(np, name)(np.asarray(values[0, 0, 0]))
    functions["empty"] = lambda np: getattr(np, name)(np.zeros(0, dtype=dtype))
    functions["out"] = lambda np: getattr(np, name)(np.asarray(values), axis=0, out=np.zeros(values.shape[1:], dtype="complex128")) if "cum" not in name else None
    hold(functions, ulps=2**14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_closeness(dtype):
    values, other = sample(dtype), sample(dtype)[::-1].copy()
    small = numbers(dtype, 3, 4)
    functions = {}
    for name in ("isclose", "allclose", "array_equal", "array_equiv"):
        functions[name, "same"] = lambda np, n=name: getattr(np, n)(np.asarray(values), np.asarray(values))
        functions[name, "nan"] = lambda np, n=name: getattr(np, n)(np.asarray(values), np.asarray(values.copy()), equal_nan=True)
        functions[name, "pairs"] = lambda np, n=name: getattr(np, n)(np.asarray(values[:, None]), np.asarray(other))
        functions[name, "rows"] = lambda np, n=name: getattr(np, n)(np.asarray(small), np.asarray(small[0]))
        functions[name, "shapes"] = lambda np, n=name: getattr(np, n)(np.asarray(small), np.asarray(small[:, :3]))
        functions[name, "number"] = lambda np, n=name: getattr(np, n)(np.asarray(small), 1)
        functions[name, "float"] = lambda np, n=name: getattr(np, n)(1.0, np.asarray(small))
        functions[name, "scalar"] = lambda np, n=name: getattr(np, n)(np.asarray(small)[0, 0], np.asarray(small)[0, 0])
        functions[name, "list"] = lambda np, n=name: getattr(np, n)(small.tolist(), np.asarray(small))
        functions[name, "empty"] = lambda np, n=name: getattr(np, n)(np.asarray(small[:0]), np.asarray(small[:0]))
        functions[name, "none"] = lambda np, n=name: getattr(np, n)(np.asarray(small), None)
        for kind in ("float32", "int64", "uint8", "complex64"):
            functions[name, kind] = lambda np, n=name, k=kind: getattr(np, n)(np.asarray(values), np.asarray(sample(k)[: len(values)])[: len(values)])
    for label, keywords in {
        "exact": {"rtol": 0, "atol": 0},
        "wide": {"rtol": 0.5, "atol": 2},
        "negative": {"rtol": -1.0},
        "array": {"atol": numpy.array([0.1, 0.2, 0.3, 0.4])},
        "infinite": {"atol": numpy.inf},
        "nan": {"rtol": numpy.nan},
    }.items():
        functions[label] = lambda np, k=keywords: np.isclose(np.asarray(small), np.asarray(small + small.dtype.type(1)), **k)
        functions[label, "int"] = lambda np, k=keywords: np.isclose(np.asarray([1, 2, 3, 4]), np.asarray([1, 2, 4, 4]), **k)
    hold(functions)


@pytest.mark.parametrize("dtype", DTYPES)
def test_differences(dtype):
    values = numbers(dtype, 5, 6, 7)
    line = numbers(dtype, 20)
    steps = numpy.cumsum(numpy.arange(1.0, 8.0))
    functions = {}
    for layout, take in LAYOUTS.items():
        for axis in range(-take(values).ndim, take(values).ndim):
            functions["diff", layout, axis] = lambda np, t=take, a=axis: np.diff(t(np.asarray(values)), axis=a)
            functions["twice", layout, axis] = lambda np, t=take, a=axis: np.diff(t(np.asarray(values)), 2, a)
            functions["trapezoid", layout, axis] = lambda np, t=take, a=axis: np.trapezoid(t(np.asarray(values)), axis=a)
            functions["gradient", layout, axis] = lambda np, t=take, a=axis: np.gradient(t(np.asarray(values)), axis=a)
            functions["unwrap", layout, axis] = lambda np, t=take, a=axis: np.unwrap(9 * t(np.asarray(values)), axis=a)
    for n in (-1, 0, 1, 3, 25, 1.0):
        functions["n", n] = lambda np, n=n: np.diff(np.asarray(line), n)
    for label, keywords in {
        "number": {"prepend": 0},
        "float": {"append": 1.5},
        "both": {"prepend": 1, "append": line[:2]},
        "scalar": {"prepend": line[0]},
    }.items():
        functions[label] = lambda np, k=keywords: np.diff(np.asarray(line), **k)
        functions[label, "matrix"] = lambda np, k=keywords: np.diff(np.asarray(values[0]), axis=0, **k)
    functions["ediff1d"] = lambda np: np.ediff1d(np.asarray(values))
    functions["ediff1d, ends"] = lambda np: np.ediff1d(np.asarray(line), to_begin=line[0], to_end=line[:2])
    functions["points"] = lambda np: np.trapezoid(np.asarray(values), np.asarray(steps))
    functions["points, axis"] = lambda np: np.trapezoid(np.asarray(values), np.asarray(steps[:6]), axis=1)
    functions["points, matrix"] = lambda np: np.trapezoid(np.asarray(values[0]), np.asarray(numbers("float64", 6, 7)))
    functions["dx"] = lambda np: np.trapezoid(np.asarray(values), dx=2)
    functions["wrong points"] = lambda np: np.trapezoid(np.asarray(values), np.asarray(steps[:3]))
    for label, (spacing, keywords) in {
        "all axes": ((), {}),
        "one step": ((2,), {}),
        "steps": ((1.5, 2, 3), {}),
        "coordinates": ((1, steps[:6], steps), {}),
        "even coordinates": ((1, numpy.arange(6), numpy.arange(7.0)), {}),
        "second order": ((), {"edge_order": 2}),
        "coordinates, second order": ((steps,), {"edge_order": 2, "axis": 2}),
        "third order": ((), {"edge_order": 3}),
        "two axes": ((), {"axis": (0, 2)}),
        "twice": ((), {"axis": (0, 0)}),
        "too many": ((1, 2), {}),
        "wrong length": ((steps[:3],), {"axis": 2}),
        "one for all": ((steps,), {}),
    }.items():
        functions["gradient", label] = lambda np, s=spacing, k=keywords: np.gradient(
            np.asarray(values), *[np.asarray(one) if isinstance(one, numpy.ndarray) else one for one in s], **k
        )
    functions["gradient, short"] = lambda np: np.gradient(np.asarray(line[:1]))
    functions["unwrap, period"] = lambda np: np.unwrap(np.asarray(line), period=3)
    functions["unwrap, jump"] = lambda np: np.unwrap(np.asarray(line), 0.1, period=0.5)
    hold(functions, ulps=2**14 if numpy.dtype(dtype).kind == "c" else 2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_averages_and_covariances(dtype):
    values, weights = numbers(dtype, 4, 30), numbers("float64", 4, 30)
    functions = {}
    for label, keywords in {
        "plain": {},
        "axis": {"axis": 1},
        "weights": {"weights": weights},
        "weights, axis": {"weights": weights, "axis": 0},
        "row": {"weights": weights[0], "axis": 1},
        "column": {"weights": weights[:, 0], "axis": 0, "returned": True},
        "returned": {"weights": weights, "returned": True},
        "means returned": {"returned": True},
        "keepdims": {"weights": weights, "axis": 1, "keepdims": True},
        "float32": {"weights": weights.astype("float32"), "axis": 1},
        "ints": {"weights": numpy.arange(30), "axis": 1},
        "zero": {"weights": numpy.zeros((4, 30)), "axis": 1},
        "wrong": {"weights": weights[0]},
        "wrong axis": {"weights": weights[0], "axis": 0},
        "tuple": {"weights": weights, "axis": (0, 1)},
    }.items():

        def call(np, k=keywords):
            k = {key: np.asarray(v) if isinstance(v, numpy.ndarray) else v for key, v in k.items()}
            return np.average(np.asarray(values), **k)

        functions["average", label] = call
    for name in ("cov", "corrcoef"):
        functions[name] = lambda np, n=name: getattr(np, n)(np.asarray(values))
        functions[name, "columns"] = lambda np, n=name: getattr(np, n)(np.asarray(values[:, :5]), rowvar=False)
        functions[name, "vector"] = lambda np, n=name: getattr(np, n)(np.asarray(values[0]))
        functions[name, "two"] = lambda np, n=name: getattr(np, n)(np.asarray(values[0]), np.asarray(weights[0]))
        functions[name, "list"] = lambda np, n=name: getattr(np, n)(values.tolist())
        functions[name, "one"] = lambda np, n=name: getattr(np, n)(np.asarray(values[:, :1]))
        functions[name, "three axes"] = lambda np, n=name: getattr(np, n)(np.asarray(values.reshape(2, 2, 30)))
    for n, options in ((1, {}), (1, {"bias": True}), (3, {"ddof": 3}), (3, {"ddof": 7}), (0, {})):
        for rows in (1, 2):
            few = numpy.array([[1.5, -2.0, numpy.inf], [3.0, 1.0, 2.0]])[:rows, :n]
            functions[f"{rows} of {n}, {options}"] = lambda np, few=few, options=options: np.cov(np.asarray(few), **options)
            functions[f"{rows} of {n}, scaled"] = lambda np, few=few: np.corrcoef(np.asarray(few))
    functions["one number"] = lambda np: (np.cov([2.5]), np.corrcoef(np.asarray([2.5])))
    functions["bias"] = lambda np: np.cov(np.asarray(values), bias=True)
    functions["ddof"] = lambda np: np.cov(np.asarray(values), ddof=2)
    functions["weights"] = lambda np: np.cov(np.asarray(values), aweights=np.asarray(weights[0]))
    # Products of matrices round in an order of their own.
    hold(functions, ulps=2**22)


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_of_elements(dtype):
    values = sample(dtype)
    vectors = numbers(dtype, 6, 3)
    functions = {}
    for name in (
        "fix isneginf isposinf nan_to_num real_if_close angle sinc round around real imag isreal iscomplex".split()
    ):
        functions[name] = lambda np, n=name: getattr(np, n)(np.array(values))
        functions[name, "transposed"] = lambda np, n=name: getattr(np, n)(np.asarray(vectors).T)
        functions[name, "list"] = lambda np, n=name: getattr(np, n)(vectors.tolist())
        functions[name, "0-d"] = lambda np, n=name: getattr(np, n)(np.asarray(values[0]))
        functions[name, "number"] = lambda np, n=name: getattr(np, n)(1.5)
        functions[name, "empty"] = lambda np, n=name: getattr(np, n)(np.asarray(values[:0]))
        functions[name, "out"] = lambda np, n=name: getattr(np, n)(np.asarray(vectors), out=np.zeros((6, 3), dtype=dtype))
    functions["real is a view"] = lambda np: (a := np.array(vectors), np.real(a).fill(2), a)[2]
    for decimals in (-2, -1, 0, 1, 2, 5, 25, 400, 1.0, None):
        functions["round", decimals] = lambda np, d=decimals: np.round(np.asarray(vectors), d)
        functions["round method", decimals] = lambda np, d=decimals: np.array(values).round(d)
        functions["round out", decimals] = lambda np, d=decimals: np.round(np.asarray(vectors), d, out=np.zeros((6, 3)))
    functions["degrees"] = lambda np: np.angle(np.asarray(vectors), deg=True)
    functions["tolerance"] = lambda np: np.real_if_close(np.asarray(vectors), tol=0.5)
    for keywords in ({"nan": 7}, {"posinf": 2, "neginf": -3.5}, {"copy": False}, {"nan": numpy.array([1.0])}):
        functions["nan_to_num", str(keywords)] = lambda np, k=keywords: np.nan_to_num(np.array(values), **k)
    for label, p, x in [
        ("array", vectors[0], vectors),
        ("list", [1, 2, 3], vectors),
        ("number", vectors[0], 2),
        ("ints", numpy.array([1, 0, 2]), vectors),
        ("none", numpy.array([]), vectors),
    ]:
        functions["polyval", label] = lambda np, p=p, x=x: np.polyval(np.asarray(p), np.asarray(x) if isinstance(x, numpy.ndarray) else x)
    functions["cross"] = lambda np: np.cross(np.asarray(vectors), np.asarray(vectors[::-1]))
    functions["cross, vector"] = lambda np: np.cross(np.asarray(vectors[0]), np.asarray(vectors[1]))
    functions["cross, repeated"] = lambda np: np.cross(np.asarray(vectors[0]), np.asarray(vectors))
    functions["cross, axis"] = lambda np: np.cross(np.asarray(vectors).T, np.asarray(vectors).T, axis=0)
    functions["cross, mixed"] = lambda np: np.cross(np.asarray(vectors), np.asarray([1.0, 2, 3]))
    functions["cross, four"] = lambda np: np.cross(np.ones(4), np.ones(4))
    edges = numpy.array([0, 0, 1, 0, 2, 0], dtype=dtype)
    for trim in ("fb", "f", "b", "B", "x"):
        functions["trim", trim] = lambda np, t=trim: np.trim_zeros(np.asarray(edges), t)
    functions["trim zeros"] = lambda np: np.trim_zeros(np.asarray(edges[:2]))
    functions["trim list"] = lambda np: np.trim_zeros(edges.tolist())
    hold(functions, ulps=64 if numpy.dtype(dtype).kind in "fc" else 4)


def test_composed_functions_count_as_native():
    native = rooftop.coverage().native
    assert [name for name in _composed.MODULES if name not in native] == []


@pytest.mark.parametrize("dtype", FLOATS)
def test_results_of_floats_are_bits(dtype):
    values = with_nans(dtype, 1000)
    whole = numbers(dtype, 1000)
    hold(
        {
            "nansum": lambda np: np.nansum(np.asarray(values)),
            "nanmean": lambda np: np.nanmean(np.asarray(values)),
            "nanvar": lambda np: np.nanvar(np.asarray(values)),
            "nancumsum": lambda np: np.nancumsum(np.asarray(values)),
            "trapezoid": lambda np: np.trapezoid(np.asarray(whole)),
            "gradient": lambda np: np.gradient(np.asarray(whole), 0.1, edge_order=2),
            "average": lambda np: np.average(np.asarray(whole), weights=np.asarray(whole)),
            "round": lambda np: np.round(np.asarray(whole), 3),
        }
    )
