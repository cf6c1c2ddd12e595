"""result_type, promote_types, can_cast, min_scalar_type, common_type and issubdtype against NumPy."""

from __future__ import annotations

import itertools

import numpy
from agreement import DTYPES, hold

NUMBERS = [0, 1, -1, 127, 128, 255, 256, -128, -129, 65535, 65536, -32769, 2**31, 2**32, -(2**31) - 1, 2**63, 2**64]
REALS = [0.0, -0.0, 1.5, 64999.0, 65000.0, -65001.0, 3.3e38, 3.5e38, -1e300, float("inf"), float("nan")]
COMPLEX = [0j, 1 + 1e39j, 1e39 + 0j, 1e300j, complex("nan")]
KINDS = ["generic", "number", "inexact", "floating", "complexfloating", "integer", "signedinteger", "unsignedinteger"]


def test_pairs_of_types():
    pairs = list(itertools.product(DTYPES, DTYPES))
    hold({pair: lambda np, p=pair: np.promote_types(*p) for pair in pairs})
    hold({pair: lambda np, p=pair: np.result_type(np.dtype(p[0]), np.ones(2, p[1])) for pair in pairs})
    hold({pair: lambda np, p=pair: np.issubdtype(p[0], getattr(np, np.dtype(p[1]).type.__name__)) for pair in pairs})
    for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
        hold({pair: lambda np, p=pair: np.can_cast(p[0], np.dtype(p[1]), casting) for pair in pairs})


def test_numbers_of_python_take_on_types():
    calls = {}
    for dtype, value in itertools.product(DTYPES, (True, 3, 300, -1, 2.5, 1j)):
        calls[dtype, value] = lambda np, d=dtype, v=value: np.result_type(np.ones(1, d), v)
        calls[dtype, value, "first"] = lambda np, d=dtype, v=value: np.result_type(v, np.dtype(d))
        calls[dtype, value, "scalar"] = lambda np, d=dtype, v=value: np.result_type(v, np.dtype(d).type(1), 1)
    for values in itertools.product((True, 3, 2.5, 1j), repeat=2):
        calls[values] = lambda np, v=values: np.result_type(*v)
    hold(calls)


def test_what_names_types():
    named = [float, int, bool, complex, "f4", "<i2", "int", None, "float16", numpy.float32, numpy.dtype("u1"), "d", str]
    named += [object, "M8[s]", "S3", ">f8", "nothing", 3, [], [("a", "f4")], "f3", "i", "f08", "b1", "c16", "f"]
    hold({str(name): lambda np, n=name: np.promote_types(n, np.float32) for name in named})
    hold({str(name): lambda np, n=name: np.result_type(n, np.int8) for name in named})
    hold({str(name): lambda np, n=name: np.can_cast(n, np.float64) for name in named})
    hold({str(name): lambda np, n=name: np.can_cast(np.int8, n) for name in named})
    hold({str(name): lambda np, n=name: np.dtype(n) for name in named})


def test_smallest_types_of_numbers():
    values = NUMBERS + [-v for v in NUMBERS] + REALS + COMPLEX + [True, [1, 2], [], "x", None]
    calls = {repr(value): lambda np, v=value: np.min_scalar_type(v) for value in values}
    for dtype in DTYPES:
        calls[dtype] = lambda np, d=dtype: np.min_scalar_type(np.ones(3, d))
        calls[dtype, 0] = lambda np, d=dtype: np.min_scalar_type(np.ones((), d))
        for value in (100, 250, 60000.0):
            if numpy.dtype(dtype).kind in "fc" or (value < 128 and dtype != "bool"):
                calls[dtype, value] = lambda np, d=dtype, v=value: np.min_scalar_type(np.dtype(d).type(v))
    info = numpy.iinfo("int64")
    for value in (info.max, info.min):
        calls[int(value)] = lambda np, v=int(value): np.min_scalar_type(np.int64(v))
    calls["uint64"] = lambda np: np.min_scalar_type(np.uint64(2**64 - 1))
    hold(calls)


def test_common_types():
    calls = {(): lambda np: np.common_type()}
    for types in (*itertools.product(DTYPES, repeat=1), *itertools.product(DTYPES, repeat=2)):
        calls[types] = lambda np, t=types: np.common_type(*(np.ones(2, one) for one in t))
    calls["list"] = lambda np: np.common_type([1, 2])
    hold(calls)


def test_kinds_of_types():
    calls = {}
    for dtype, kind in itertools.product(DTYPES, KINDS):
        calls[dtype, kind] = lambda np, d=dtype, k=kind: np.issubdtype(d, getattr(np, k))
        calls[dtype, kind, "dtype"] = lambda np, d=dtype, k=kind: np.issubdtype(np.dtype(d), getattr(np, k))
        calls[kind, dtype] = lambda np, d=dtype, k=kind: np.issubdtype(getattr(np, k), d)
    calls["kinds"] = lambda np: [np.issubdtype(getattr(np, a), getattr(np, b)) for a in KINDS for b in KINDS]
    for other in (float, int, bool, str, "U3", object, None, 3):
        calls[str(other)] = lambda np, o=other: np.issubdtype(np.float64, o)
        calls[str(other), 1] = lambda np, o=other: np.issubdtype(o, np.floating)
    hold(calls)


def test_what_is_refused():
    hold(
        {
            "result_type": lambda np: np.result_type(),
            "promote_types": lambda np: np.promote_types("f4"),
            "can_cast of a number": lambda np: np.can_cast(3, "i1"),
            "casting": lambda np: np.can_cast("f4", "f8", "nothing"),
            "can_cast of an array": lambda np: np.can_cast(np.ones(2, "f4"), "f8", casting="safe"),
            "min_scalar_type": lambda np: np.min_scalar_type(),
            "issubdtype": lambda np: np.issubdtype("f4"),
            "keywords": lambda np: np.can_cast(from_="f4", to="f8"),
            "lists": lambda np: np.result_type([1.5], 3),
        }
    )
