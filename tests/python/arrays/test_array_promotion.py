"""Which types results have: NumPy 2's rules for every pair of types, and for Python's numbers."""

from __future__ import annotations

import operator

import numpy
import pytest
from agreement import DTYPES, hold
from ufunc_table import BINARY, UFUNCS

import rooftop

PYTHON_NUMBERS = [True, 0, 1, -1, 100, 127, 128, 255, 256, -129, 40_000, 2**31, 2**32, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30]
PYTHON_NUMBERS += [0.0, 1.5, -2.5, 1e10, 1e300, float("inf"), float("nan"), 1j, 1 + 2j]


@pytest.mark.parametrize("name", BINARY)
def test_every_pair_of_types(name):
    functions = {}
    for left in DTYPES:
        for right in DTYPES:
            a, b = numpy.array([1, 1], left), numpy.array([1, 0], right)
            functions[left, right] = lambda np, a=a, b=b: getattr(np, name)(np.asarray(a), np.asarray(b)).dtype
    hold(functions, warns=False)


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv", "floordiv", "mod", "lt", "eq", "and_", "lshift"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_python_numbers_with_arrays_and_scalars(symbol, dtype):
    """They take on the array's type; ints that do not fit raise."""
    function = getattr(operator, symbol)
    functions = {}
    for number in PYTHON_NUMBERS:
        functions["array", number] = lambda np, n=number: function(np.ones(2, dtype=dtype), n)
        functions["number", number] = lambda np, n=number: function(n, np.ones(2, dtype=dtype))
        functions["scalar", number] = lambda np, n=number: function(getattr(np, dtype)(1), n)
        functions["number, scalar", number] = lambda np, n=number: function(n, getattr(np, dtype)(1))
    hold(functions, ulps=4, warns=False)


@pytest.mark.parametrize("symbol", "add sub mul truediv floordiv mod pow eq lt and_ or_ rshift".split())
def test_every_pair_of_scalar_types(symbol):
    function = getattr(operator, symbol)
    functions = {}
    for left in DTYPES:
        for right in DTYPES:
            functions[left, right] = lambda np, l=left, r=right: function(getattr(np, l)(3), getattr(np, r)(2))
            functions[left, "array", right] = lambda np, l=left, r=right: function(
                getattr(np, l)(3), np.full(2, 2, dtype=r)
            )
    hold(functions, ulps=4, warns=False)


@pytest.mark.parametrize("symbol", ["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "iand", "ilshift"])
def test_in_place_keeps_the_type_or_raises(symbol):
    function = getattr(operator, symbol)
    functions = {}
    for left in DTYPES:
        for right in DTYPES:

            def run(np, l=left, r=right):
                target = np.full(3, 3, dtype=l)
                got = function(target, np.full(3, 2, dtype=r))
                return got is target, got

            functions[left, right] = run
        for number in (2, 300, -1, 2.5, 1j, True, 2**70):

            def run_number(np, l=left, n=number):
                target = np.full(3, 3, dtype=l)
                got = function(target, n)
                return got is target, got

            functions[left, number] = run_number
    # NumPy's powers of complex numbers err by hundreds of units: 3 ** 300 by 212.
    powers = {key: each for key, each in functions.items() if symbol == "ipow" and "complex" in str(key[0])}
    hold(powers, ulps=400, warns=False)
    hold({key: each for key, each in functions.items() if key not in powers}, ulps=4, warns=False)


def test_result_type_promote_types_can_cast():
    functions = {}
    for left in DTYPES:
        for right in [*DTYPES, "S3", "U2", "datetime64[s]", "object"]:
            functions["promote", left, right] = lambda np, l=left, r=right: np.promote_types(l, r)
            functions["result", left, right] = lambda np, l=left, r=right: np.result_type(np.dtype(l), np.dtype(r))
            functions["arrays", left, right] = lambda np, l=left, r=right: np.result_type(
                np.zeros(2, dtype=l), np.zeros((), dtype=r)
            )
            for casting in ("no", "equiv", "safe", "same_kind", "unsafe"):
                functions["cast", left, right, casting] = lambda np, l=left, r=right, c=casting: np.can_cast(
                    np.dtype(l), np.dtype(r), c
                )
        for number in (1, 1.0, 1j, True):
            functions["number", left, number] = lambda np, l=left, n=number: np.result_type(np.dtype(l), n)
            functions["number of array", left, number] = lambda np, l=left, n=number: np.result_type(np.zeros(1, dtype=l), n)
        functions["min scalar", left] = lambda np, l=left: np.min_scalar_type(getattr(np, l)(1))
        functions["common", left] = lambda np, l=left: np.common_type(np.zeros(1, dtype=l))
    hold(functions)


def test_overflow_of_python_ints_names_the_type():
    with pytest.raises(OverflowError, match="Python integer 300 out of bounds for uint8"):
        rooftop.ones(2, dtype="uint8") + 300
    with pytest.raises(OverflowError, match="Python integer -1 out of bounds for uint64"):
        rooftop.uint64(1) * -1


def test_comparisons_with_ints_that_do_not_fit_have_answers():
    hold(
        {
            (dtype, number, symbol): lambda np, d=dtype, n=number, s=symbol: getattr(operator, s)(np.ones(2, dtype=d), n)
            for dtype in ("uint8", "int64", "uint64", "bool", "float16")
            for number in (-1, 300, 2**63, 2**64, -(2**70))
            for symbol in ("lt", "le", "gt", "ge", "eq", "ne")
        }
    )


def test_signed_and_unsigned_are_compared_exactly():
    big = 2**63
    hold(
        {
            symbol: lambda np, s=symbol: getattr(operator, s)(
                np.array([-1, 0, big - 1], dtype="int64"), np.array([2**64 - 1, 0, big], dtype="uint64")
            )
            for symbol in ("lt", "le", "gt", "ge", "eq", "ne")
        }
    )


def test_casts_of_every_pair_of_types():
    functions = {}
    for left in DTYPES:
        for right in DTYPES:
            values = numpy.array([0, 1, 2, 3, 100], left)
            functions[left, right] = lambda np, v=values, r=right: np.asarray(v).astype(r)
            functions[left, right, "strided"] = lambda np, v=values, r=right: np.asarray(v)[::-2].astype(r)
            functions[left, right, "safe"] = lambda np, v=values, r=right: np.asarray(v).astype(r, casting="safe")
            functions[left, right, "scalar"] = lambda np, l=left, r=right: getattr(np, r)(getattr(np, l)(1))
    hold(functions)


def test_casts_that_lose_something_warn_as_numpys():
    hold(
        {
            "nan to int": lambda np: np.array([np.nan, 1.0]).astype("int32"),
            "large to int": lambda np: np.array([1e20, -1e20]).astype("int64"),
            "negative to unsigned": lambda np: np.array([-1.0]).astype("uint8"),
            "float64 to float16": lambda np: np.array([1e10, -1e10]).astype("float16"),
            "float64 to float32": lambda np: np.array([1e300]).astype("float32"),
            "complex to float": lambda np: np.array([1 + 2j]).astype("float64"),
            "complex to bool": lambda np: np.array([1j, 0]).astype(bool),
            "complex128 to complex64": lambda np: np.array([1e300 + 1j]).astype("complex64"),
            "int wraps": lambda np: np.array([300, -1, 2**40]).astype("uint8"),
            "assigned": lambda np: np.zeros(2, dtype="float32").__setitem__(0, 1e300),
            "assigned nan": lambda np: np.zeros(2, dtype=int).__setitem__(slice(None), np.array([np.nan, 1])),
            "assigned scalar nan": lambda np: np.zeros(2, dtype=int).__setitem__(0, np.float64("nan")),
            "assigned float32 nan": lambda np: np.zeros(2, dtype=int).__setitem__(0, np.float32("nan")),
            "assigned inf": lambda np: np.zeros(2, dtype=int).__setitem__(0, float("inf")),
            "assigned complex": lambda np: np.zeros(2).__setitem__(0, 1j),
            "assigned big": lambda np: np.zeros(2, dtype="i1").__setitem__(0, 200),
            "assigned int64 scalar": lambda np: np.zeros(2, dtype="i1").__setitem__(0, np.int64(200)),
        }
    )


def test_the_table_of_ufuncs_is_complete_here():
    assert len(BINARY) > 30 and len(UFUNCS) > 80
