"""Reductions and cumulative functions against NumPy's: types, axes, orders of memory, options, empty arrays."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, hold, sample

import rooftop

FUNCTIONS = (
    "sum prod min max mean any all argmin argmax std var cumsum cumprod ptp count_nonzero median average "
    "nansum nanprod nanmin nanmax nanmean nanstd nanvar nanmedian nanargmin nanargmax nancumsum nancumprod"
).split()
METHODS = "sum prod min max mean any all argmin argmax std var cumsum cumprod".split()
#: How near results must be where the order of additions is not NumPy's, in units in the last place.
ULPS = 16


def block(dtype: str) -> numpy.ndarray:
    """60 small numbers, so that sums and products are exact or nearly so."""
    kind = numpy.dtype(dtype).kind
    values = numpy.random.default_rng(5).integers(0, 2 if kind == "b" else 5, (3, 4, 5))
    return (values + 1j * (values % 3) if kind == "c" else values).astype(dtype)


LAYOUTS = {
    "contiguous": lambda a: a,
    "transposed": lambda a: a.T,
    "permuted": lambda a: a.transpose(1, 2, 0),
    "reversed": lambda a: a[::-1, :, ::-1],
    "every other": lambda a: a[:, ::2, ::2],
    "row": lambda a: a[0, 0],
    "one": lambda a: a[:1, :1, :1],
    "0-d": lambda a: a[0, 0, 0, ...],
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_types_axes_and_orders(name):
    functions = {}
    for dtype in DTYPES:
        values = block(dtype)
        for layout, take in LAYOUTS.items():
            rank = take(values).ndim
            for axis in [None, *range(-rank, rank)]:
                functions[dtype, layout, axis] = lambda np, v=values, t=take, a=axis: getattr(np, name)(
                    t(np.asarray(v)), axis=a
                )
    hold(functions, ulps=64 if name in ("std", "var", "nanstd", "nanvar") else ULPS, warns=False)


@pytest.mark.parametrize("name", METHODS)
def test_options_of_methods(name):
    functions = {}
    for dtype in ("float64", "int16", "bool", "complex64", "float16", "uint8"):
        values = block(dtype)
        for label, arguments, keywords in [
            ("plain", (), {}),
            ("axis", (1,), {}),
            ("tuple", ((0, 2),), {}),
            ("empty tuple", ((),), {}),
            ("list", ([0],), {}),
            ("keepdims", (), {"keepdims": True}),
            ("axis, keepdims", (), {"axis": -1, "keepdims": True}),
            ("float32", (), {"axis": 0, "dtype": "float32"}),
            ("int64", (), {"axis": 0, "dtype": "int64"}),
            ("complex", (), {"dtype": complex}),
            ("bool", (), {"dtype": bool}),
            ("initial", (), {"initial": 2}),
            ("where", (), {"where": numpy.array([True, False, True, False, True])}),
            ("where, initial", (), {"where": numpy.array([True, False, True, False, True]), "initial": 1, "axis": 2}),
            ("far axis", (7,), {}),
            ("axis twice", ((1, 1),), {}),
            ("float axis", (1.0,), {}),
            ("string axis", ("a",), {}),
            ("bool axis", (True,), {}),
            ("numpy axis", (numpy.int8(1),), {}),
            ("ddof", (), {"ddof": 1}),
            ("unknown", (), {"nothing": 1}),
            ("too many", (1, None, None, False, 1, True, 3, 4), {}),
        ]:
            functions[dtype, label] = lambda np, v=values, a=arguments, k=keywords: getattr(np.asarray(v), name)(*a, **k)
            if arguments != (True,) and (label != "bool" or name not in ("any", "all")):
                functions[dtype, label, "function"] = lambda np, v=values, a=arguments, k=keywords: getattr(np, name)(
                    np.asarray(v), *a, **k
                )

        def into(np, shape, kind, values=values):
            out = np.zeros(shape, dtype=kind)
            got = getattr(np.asarray(values), name)(axis=0, out=out)
            return got is out, out

        for kind in ("float64", "int64", "complex128", "bool"):
            functions[dtype, "out", kind] = lambda np, kind=kind, into=into: into(np, (4, 5), kind)
        functions[dtype, "out shape"] = lambda np, into=into: into(np, (5, 4), "float64")
    hold(functions, ulps=64, warns=False)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_empty_arrays(name):
    functions = {}
    for dtype in ("float64", "float32", "int32", "bool", "complex128", "uint8", "float16"):
        for shape in [(0,), (0, 3), (3, 0), (2, 0, 3)]:
            for axis in [None, *range(len(shape))]:
                functions[dtype, shape, axis] = lambda np, d=dtype, s=shape, a=axis: getattr(np, name)(
                    np.zeros(s, dtype=d), axis=a
                )
            functions[dtype, shape, "initial"] = lambda np, d=dtype, s=shape: getattr(np, name)(
                np.zeros(s, dtype=d), initial=1
            )
    hold(functions)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", "uint64", "int64"])
def test_special_values(name, dtype):
    """NaN, infinities, extremes, one pair at a time, and all."""
    values = sample(dtype)
    functions = {"all": lambda np: getattr(np, name)(np.array(values))}
    for first in values[::2]:
        for second in values[::3]:
            functions[str(first), str(second)] = lambda np, a=first, b=second: getattr(np, name)(np.array([a, b]))
    hold(functions, ulps=ULPS, warns=name not in ("median", "nanmedian", "var", "std", "nanvar", "nanstd"))


@pytest.mark.parametrize("name", METHODS)
def test_arrays_without_dimensions(name):
    functions = {axis: lambda np, a=axis: getattr(np.array(2.5), name)(axis=a) for axis in (None, 0, -1, 1, -2, (), (0,), 10**30)}
    hold(functions | {"function": lambda np: getattr(np, name)(np.float64(2)), "number": lambda np: getattr(np, name)(3)})


def test_nan_is_found_wherever_it_is():
    for size in (1, 7, 64, 1000, 20_000):
        for place in {0, size // 2, size - 1}:
            values = numpy.arange(size, dtype="float64")
            values[place] = numpy.nan
            a = rooftop.asarray(values)
            assert numpy.isnan(a.max()) and numpy.isnan(a.min()) and numpy.isnan(a.sum())
            assert a.argmax() == place and rooftop.nanmax(a) == numpy.nanmax(values) if size > 1 else True


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int32", "uint8", "bool", "complex64"])
def test_long_reductions(dtype):
    rng = numpy.random.default_rng(6)
    values = (rng.integers(0, 2 if dtype == "bool" else 8, 100_003)).astype(dtype)
    functions = {}
    for name in ("sum", "min", "max", "any", "all", "mean", "argmax", "argmin", "cumsum"):
        functions[name] = lambda np, n=name: getattr(np.asarray(values), n)()
        functions[name, "strided"] = lambda np, n=name: getattr(np.asarray(values)[::-3], n)()
        functions[name, "rows"] = lambda np, n=name: getattr(np.asarray(values)[:100_000].reshape(1000, 100), n)(axis=1)
        functions[name, "columns"] = lambda np, n=name: getattr(np.asarray(values)[:100_000].reshape(1000, 100), n)(axis=0)
        functions[name, "middle"] = lambda np, n=name: getattr(np.asarray(values)[:100_000].reshape(10, 1000, 10), n)(axis=1)
        functions[name, "outer"] = lambda np, n=name: (
            getattr(np.asarray(values)[:100_000].reshape(10, 1000, 10), n)(axis=(0, 2)) if n[:3] not in ("arg", "cum") else 0
        )
    hold(functions, ulps=64 if dtype != "complex64" else 512)


def test_sums_of_floats_are_exact_to_a_few_units():
    rng = numpy.random.default_rng(7)
    for dtype in ("float32", "float64"):
        values = rng.normal(size=200_000).astype(dtype) + 1
        exact = values.astype("longdouble").sum()
        total = rooftop.asarray(values).sum()
        assert abs(float(total - exact)) <= 8 * float(numpy.spacing(abs(dtype_cast(exact, dtype))))


def dtype_cast(value, dtype):
    return numpy.dtype(dtype).type(value)


def test_other_functions_of_axes():
    hold(
        {
            "sort": lambda np: [np.sort(np.array([[3, 1], [2, 0]]), axis=0), np.argsort(np.array([3, 1, 2]))],
            "sort in place": lambda np: [(a.sort(), a) for a in [np.array([3.0, 1, 2])]],
            "sort view": lambda np: [(a[::-1].sort(), a) for a in [np.array([3.0, 1, 2])]],
            "partition": lambda np: np.partition(np.array([3, 1, 2]), 1),
            "unique": lambda np: np.unique(np.array([3, 1, 3]), return_counts=True),
            "unique_all": lambda np: tuple(np.unique_all(np.array([3, 1, 3]))),
            "percentile": lambda np: np.percentile(np.arange(5.0), [25, 50]),
            "quantile": lambda np: np.quantile(np.arange(5.0), 0.3),
            "diff": lambda np: np.diff(np.array([1, 4, 9])),
            "gradient": lambda np: np.gradient(np.array([1.0, 4, 9])),
            "histogram": lambda np: np.histogram(np.array([1, 2, 2, 5]), bins=3),
            "bincount": lambda np: np.bincount(np.array([1, 2, 2])),
            "digitize": lambda np: np.digitize(np.array([0.5, 2.5]), np.array([1, 2])),
            "searchsorted": lambda np: np.searchsorted(np.arange(5), [2, 7]),
            "cov": lambda np: np.cov(np.array([[1.0, 2, 3], [3, 1, 2]])),
            "clip": lambda np: [np.clip(np.arange(5), 1, 3), np.arange(5.0).clip(min=2)],
            "round": lambda np: [np.round(np.array([1.25, 2.5]), 1), np.array([1.5]).round()],
            "trace": lambda np: np.trace(np.eye(3)),
            "dot": lambda np: [np.dot(np.arange(3), np.arange(3)), np.arange(3.0) @ np.ones((3, 2))],
            "matmul": lambda np: [np.matmul(np.ones((2, 3)), np.ones((3, 4))), np.ones(3) @ np.ones(3)],
            "matmul wrong": lambda np: np.ones((2, 3)) @ np.ones((2, 3)),
            "matmul scalar": lambda np: np.ones(3) @ 2,
            "matmul list": lambda np: np.ones(3) @ [1, 2, 3],
            "list matmul": lambda np: [1, 2, 3] @ np.ones((3, 1)),
            "rmatmul": lambda np: [1.0, 2.0] @ np.eye(2),
            "matmul nan": lambda np: np.array([[0.0, np.inf]]) @ np.array([[1.0], [0.0]]),
            "matmul empty": lambda np: [np.ones((2, 0)) @ np.ones((0, 3)), np.ones(0) @ np.ones(0)],
            "matmul broadcast": lambda np: np.ones((2, 1, 3, 2)) @ np.ones((4, 2, 3)),
            "matmul strided": lambda np: np.arange(12.0).reshape(3, 4)[:, ::-2] @ np.arange(4.0).reshape(2, 2).T,
            "matmul types": lambda np: np.ones((2, 2), dtype="i1") @ np.ones((2, 2), dtype="f4"),
            "tensordot": lambda np: np.tensordot(np.ones((2, 3)), np.ones((3, 2))),
            "einsum": lambda np: np.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((3, 2))),
            "outer": lambda np: np.outer([1, 2], [3, 4]),
            "cross": lambda np: np.cross([1, 0, 0], [0, 1, 0]),
            "kron": lambda np: np.kron([1, 2], [1, 1]),
            "vdot": lambda np: np.vdot(np.array([1j]), np.array([1j])),
            "linalg": lambda np: [np.linalg.inv(np.eye(2) * 2), np.linalg.norm(np.ones(4)), np.linalg.det(np.eye(2))],
            "eigh": lambda np: tuple(np.linalg.eigh(np.diag([1.0, 2.0]))),
            "fft": lambda np: np.fft.fft(np.ones(4)),
            "apply": lambda np: np.apply_along_axis(lambda row: row.sum(), 1, np.ones((2, 3))),
            "vectorize": lambda np: np.vectorize(lambda x: x + 1)(np.arange(3)),
            "interp": lambda np: np.interp([0.5], [0, 1], [10, 20]),
            "allclose": lambda np: [np.allclose(np.ones(2), 1), np.isclose(np.ones(2), [1, 2]), np.array_equal([1], [1])],
            "sets": lambda np: [np.union1d([1], [2]), np.isin(np.arange(3), [1]), np.intersect1d([1, 2], [2, 3])],
            "pad": lambda np: [np.pad(np.ones(2), 1), np.roll(np.arange(3), 1), np.tile([1], 3), np.repeat([1, 2], 2)],
            "polynomial": lambda np: [np.polyfit([0.0, 1, 2], [0.0, 1, 2], 1).round(6) + 0.0, np.polyval([1, 2], 3)],
        },
        ulps=8,
    )


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("size", [1, 7, 8, 9, 127, 128, 129, 1000, 4097, 70_001])
def test_sums_have_numpys_bits(dtype, size):
    rng = numpy.random.default_rng(size)
    values = (rng.normal(size=size) * 100 + 1j * rng.normal(size=size)).astype(dtype if dtype[0] == "c" else "c16")
    values = values if dtype[0] == "c" else values.real.astype(dtype)
    for view in (values, values[::2], values[::-1]):
        assert rooftop.asarray(view).sum().tobytes() == view.sum().tobytes()


@pytest.mark.parametrize("shape", [(7, 5), (100, 3), (3, 100), (200, 200), (4, 5000)])
def test_sums_along_an_axis_have_numpys_bits(shape):
    values = numpy.random.default_rng(1).normal(size=shape) * 100
    for view in (values, values.T):
        for axis in (0, 1):
            for name in ("sum", "mean", "var"):
                ours = getattr(rooftop.asarray(view), name)(axis=axis)
                assert numpy.asarray(ours).tobytes() == getattr(view, name)(axis=axis).tobytes()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_sums_of_negative_zeros_are_zero(dtype):
    zero = numpy.dtype(dtype).type(complex(-0.0, -0.0)) if dtype[0] == "c" else numpy.dtype(dtype).type(-0.0)
    for n in (1, 2, 7, 9, 20, 129, 5000, 70000):
        for shape in ((n,), (n, 2), (2, n), (3, n, 2)):
            values = numpy.full(shape, zero)
            for axis in (None, 0, -1):
                functions = {
                    "sum": lambda np, axis=axis, values=values: np.sum(np.array(values), axis=axis),
                    "start": lambda np, axis=axis, values=values: np.sum(np.array(values), axis, initial=zero),
                    "turned": lambda np, axis=axis, values=values: np.array(values).T.sum(axis),
                    "gaps": lambda np, axis=axis, values=values: np.add.reduce(np.array(values)[::2], axis),
                    "mean": lambda np, axis=axis, values=values: np.mean(np.array(values), axis=axis),
                }
                hold(functions, warns=False)
        hold(
            {
                "einsum": lambda np, n=n: np.einsum("i->", np.full(n, zero)),
                "trace": lambda np, n=n: np.trace(np.full((2, n), zero)),
                "reduceat": lambda np, n=n: np.add.reduceat(np.full(n, zero), [0]),
                "cumsum": lambda np, n=n: np.cumsum(np.full(n, zero)),
            }
        )
