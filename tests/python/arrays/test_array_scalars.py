"""Scalars: the tree of their types, printing, hashing, conversion, arithmetic; dtype objects."""

from __future__ import annotations

import copy
import decimal
import fractions
import math
import operator
import pickle

import numpy
import pytest
from agreement import DTYPES, hold, outcome, report, sample

import rooftop

ABSTRACT = "generic number integer signedinteger unsignedinteger inexact floating complexfloating".split()
PYTHON = {"bool": bool, "int64": int, "float64": float, "complex128": complex, "str": str}


def test_the_tree_of_types_is_numpys():
    names = [*ABSTRACT, *DTYPES]
    found = {}
    for left in names:
        for right in names:
            ours = issubclass(getattr(rooftop, left), getattr(rooftop, right))
            if ours != issubclass(getattr(numpy, left), getattr(numpy, right)):
                found[left, right] = ours
        for kind in (bool, int, float, complex):
            ours = issubclass(getattr(rooftop, left), kind)
            if ours != issubclass(getattr(numpy, left), kind):
                found[left, kind] = ours
    report(found)


def test_names_of_types():
    hold(
        {
            name: lambda np, n=name: getattr(np, n).__name__
            for name in "bool_ byte short intc int_ long longlong intp ubyte ushort uintc uint ulong ulonglong uintp half "
            "single double csingle cdouble".split()
            if name not in ("longlong", "ulonglong")
        }
    )
    assert rooftop.bool is rooftop.bool_ and rooftop.float64.__module__ == "rooftop"


def test_isinstance_and_the_abcs_of_numbers():
    import numbers

    hold(
        {
            (name, abc.__name__): lambda np, n=name, a=abc: isinstance(getattr(np, n)(1), a)
            for name in DTYPES
            for abc in (numbers.Number, numbers.Complex, numbers.Real, numbers.Integral, float, int, complex)
        }
    )
    with pytest.raises(TypeError):
        rooftop.floating(1)
    with pytest.raises(TypeError):
        rooftop.generic()


@pytest.mark.parametrize("dtype", DTYPES)
def test_texts(dtype):
    functions = {}
    for value in sample(dtype):
        made = value.tobytes()

        def scalar(np, made=made):
            return np.frombuffer(made, dtype=dtype)[0]

        text = str(value)
        functions[text] = lambda np, s=scalar: (repr(s(np)), str(s(np)), f"{s(np)}", "%s" % s(np), format(s(np), ">30"))
        for spec in (".2f", "e", "g", "d", "x", "b", "5", "+", "s", "c", "%", ",", "08.3f", "z"):
            functions[text, spec] = lambda np, s=scalar, spec=spec: format(s(np), spec)
        functions[text, "%"] = lambda np, s=scalar: "%r %5.2f" % (s(np), s(np))
        functions[text, "hash"] = lambda np, s=scalar: hash(s(np))
    # Two NaN objects hash apart; NumPy's are of the object's identity too.
    functions = {k: v for k, v in functions.items() if not (isinstance(k, tuple) and k[1] == "hash" and "nan" in k[0])}
    hold(functions, warns=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_conversions_to_python(dtype):
    functions = {}
    for value in sample(dtype):
        made = value.tobytes()

        def scalar(np, made=made):
            return np.frombuffer(made, dtype=dtype)[0]

        for label, function in {
            "int": int,
            "float": float,
            "complex": complex,
            "bool": bool,
            "index": operator.index,
            "round": round,
            "round 1": lambda x: round(x, 1),
            "trunc": math.trunc,
            "floor": math.floor,
            "ceil": math.ceil,
            "item": lambda x: x.item(),
            "tolist": lambda x: x.tolist(),
            "range": lambda x: len(range(x)) if abs(x) < 1000 else None,
            "abs": abs,
            "neg": operator.neg,
            "pos": operator.pos,
            "invert": operator.invert,
            "not": operator.not_,
            "real": lambda x: (x.real, x.imag),
            "conjugate": lambda x: x.conjugate(),
            "is_integer": lambda x: x.is_integer(),
            "as_integer_ratio": lambda x: x.as_integer_ratio(),
            "bit_count": lambda x: x.bit_count(),
            "hex": lambda x: x.hex(),
            "sqrt": lambda x: math.sqrt(x),
            "divmod": lambda x: divmod(x, 3),
            "rdivmod": lambda x: divmod(3, x),
            "pow": lambda x: pow(x, 2),
            "pow 3": lambda x: pow(x, 2, 3),
        }.items():
            functions[str(value), label] = lambda np, s=scalar, f=function: f(s(np))
    hold(functions, warns=False, ulps=2)


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lt", "eq", "ne"])
def test_arithmetic_of_special_values(symbol):
    function = getattr(operator, symbol)
    functions = {}
    for dtype in ("float64", "int64", "float32", "int8", "uint64", "complex128"):
        if dtype == "complex128" and symbol in ("lt", "pow"):
            continue  # NumPy's scalars and arrays disagree about NaN; test_array_complex_powers.py has powers
        values = sample(dtype)[:: 2 if dtype != "complex128" else 5]
        for left in values:
            for right in values:

                def run(np, a=left.tobytes(), b=right.tobytes(), dtype=dtype):
                    return function(np.frombuffer(a, dtype)[0], np.frombuffer(b, dtype)[0])

                functions[dtype, str(left), str(right)] = run
                functions[dtype, str(left), "python", str(right)] = lambda np, a=left.tobytes(), b=right.item(), d=dtype: (
                    function(np.frombuffer(a, d)[0], b)
                )
    # Warnings of complex and integer scalars depend on the path in NumPy too.
    hold(functions, ulps=4, warns=False)


def test_scalars_warn_as_numpys():
    hold(
        {
            "divide": lambda np: np.float64(1) / 0,
            "invalid": lambda np: np.float64(0) / np.float64(0),
            "overflow": lambda np: np.float64(1e300) * np.float64(1e300),
            "float32": lambda np: np.float32(1e38) * np.float32(10),
            "int overflow": lambda np: np.int64(2**63 - 1) + np.int64(1),
            "int8 overflow": lambda np: np.int8(100) + np.int8(100),
            "uint8 underflow": lambda np: np.uint8(1) - np.uint8(2),
            "int8 times": lambda np: np.int8(100) * np.int8(2),
            "negate min": lambda np: -np.int8(-128),
            "abs min": lambda np: abs(np.int8(-128)),
            "int division": lambda np: np.int64(1) // np.int64(0),
            "int modulo": lambda np: np.int64(1) % np.int64(0),
            "int true division": lambda np: np.int64(1) / np.int64(0),
            "min over -1": lambda np: np.int64(-(2**63)) // np.int64(-1),
            "power": lambda np: np.int8(10) ** np.int8(3),
            "float power": lambda np: np.float64(10) ** np.float64(400),
            "negative power": lambda np: np.int64(2) ** np.int64(-1),
            "root of negative": lambda np: np.float64(-1) ** 0.5,
            "in python": lambda np: np.float64(2) + 1,
            "log": lambda np: np.log(np.float64(0)),
        }
    )


def test_scalars_with_other_types():
    others = [decimal.Decimal(1), fractions.Fraction(1, 2), "a", None, [1, 2], (1,), {}, object(), 10**30, numpy.float32(2)]
    functions = {}
    for symbol in ("add", "mul", "eq", "lt", "and_"):
        for other in others:
            for dtype in ("float64", "int8", "bool", "complex64"):
                function = getattr(operator, symbol)
                functions[symbol, str(other)[:12], dtype] = lambda np, o=other, d=dtype, f=function: f(getattr(np, d)(1), o)
                functions[str(other)[:12], symbol, dtype] = lambda np, o=other, d=dtype, f=function: f(o, getattr(np, d)(1))
    functions["list times"] = lambda np: [1, 2] * np.int64(2)
    functions["string times"] = lambda np: "ab" * np.int64(2)
    hold(functions, warns=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_construction(dtype):
    functions = {}
    for value in [0, 1, -1, 1.75, 300, 1j, True, "1", "x", "1.5", None, [1, 2], (), b"1", 2**63, 2**70, 1e300, float("nan"),
                  numpy.float32(2.5), numpy.array(3), numpy.array([3]), object()]:  # fmt: skip
        functions[str(value)[:10], type(value)] = lambda np, v=value: getattr(np, dtype)(v)
    functions["nothing"] = lambda np: getattr(np, dtype)()
    functions["two"] = lambda np: getattr(np, dtype)(1, 2, 3)
    functions["keyword"] = lambda np: getattr(np, dtype)(nothing=1)
    hold(functions, warns=False)


def test_attributes_of_scalars():
    hold(
        {
            (dtype, name): lambda np, d=dtype, n=name: getattr(getattr(np, d)(1), n)
            for dtype in DTYPES
            for name in "shape ndim size itemsize nbytes dtype T real imag strides base flat nothing".split()
            if name != "flat"
        }
    )
    hold(
        {
            "sum": lambda np: np.float64(2).sum(),
            "reshape": lambda np: np.float64(2).reshape(1, 1),
            "astype": lambda np: np.float64(2.5).astype("f4"),
            "astype int": lambda np: np.float64(2.5).astype(int),
            "round": lambda np: np.float64(2.567).round(1),
            "clip": lambda np: np.int64(5).clip(0, 3),
            "max": lambda np: np.int64(5).max(),
            "argmax": lambda np: np.int64(5).argmax(),
            "any": lambda np: np.float64(5).any(),
            "tobytes": lambda np: np.float64(5).tobytes(),
            "view": lambda np: np.float64(5).view("i8"),
            "subscript": lambda np: [np.float64(5)[()], np.float64(5)[...], np.float64(5)[None]],
            "bad subscript": lambda np: np.float64(5)[0],
            "len": lambda np: len(np.float64(5)),
            "iterate": lambda np: list(np.float64(5)),
            "in": lambda np: 5 in np.float64(5),
            "finfo": lambda np: [float(np.finfo(np.float32).eps), np.iinfo(np.int8).max],
            "isscalar": lambda np: [np.isscalar(np.float64(1)), np.isscalar(np.array(1)), np.isscalar(3)],
            "issubdtype": lambda np: [np.issubdtype(np.float32, np.floating), np.issubdtype(np.dtype("i4"), np.integer)],
            "item": lambda np: np.float64(5).item(0),
            "set": lambda np: setattr(np.float64(5), "real", 1),
            "fromhex": lambda np: np.float64.fromhex("0x1p3"),
            "math": lambda np: math.sin(np.float32(0.5)),
            "statistics": lambda np: sum([np.float64(1), np.float64(2)]) / 2,
            "truth": lambda np: [bool(np.float64(0)), bool(np.float64("nan")), not np.bool(True)],
        }
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_copies_and_pickles_of_scalars(dtype):
    scalar = getattr(rooftop, dtype)(1)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(scalar, protocol))
        assert type(again) is type(scalar) and again == scalar
    assert type(copy.copy(scalar)) is type(copy.deepcopy(scalar)) is type(scalar)
    assert numpy.asarray(scalar).dtype.name == dtype and memoryview(scalar).nbytes == scalar.nbytes


def test_subclasses_of_scalars():
    class Metres(rooftop.float64):
        unit = "m"

    length = Metres(2.5)
    assert length == 2.5 and length.unit == "m" and isinstance(length, float) and length + 1 == 3.5
    assert [Metres(i) for i in range(300)][299] == 299.0
    assert repr(length).endswith("(2.5)")


SPELLINGS = [
    "f8", "<f8", "=i4", ">i4", "|b1", "?", "d", "e", "float", "int", "bool", "complex", "float64", "longdouble", "intp", "uint",
    "S3", "U", "O", "M8[s]", "i4,f8", "nothing", "f3", "", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "F", "D", "g", "c",
    "p", "P", "n", "single", "double", "half", "i1", "u8", "c8", "c16", "f2", float, int, bool, complex, object, str, None,
    numpy.float32, numpy.dtype("i2"), numpy.floating, numpy.generic, 3, [("a", "i4")], ("i4", 2), {}, "f8 ", " f8",
]  # fmt: skip


def test_dtypes():
    functions = {}
    for spelling in SPELLINGS:
        functions[str(spelling)] = lambda np, s=spelling: np.dtype(s)
        functions[str(spelling), "zeros"] = lambda np, s=spelling: np.zeros(1, dtype=s).dtype
    names = "name kind char num itemsize alignment str byteorder isnative isbuiltin hasobject fields names subdtype metadata"
    names += " shape ndim flags descr isalignedstruct nothing"
    for dtype in DTYPES:
        for name in names.split():
            functions[dtype, name] = lambda np, d=dtype, n=name: getattr(np.dtype(d), n)
        for other in [*DTYPES, "nothing", 3, None, float]:
            for symbol in ("eq", "ne", "lt", "le", "gt", "ge"):
                functions[dtype, symbol, other] = lambda np, d=dtype, o=other, s=symbol: getattr(operator, s)(np.dtype(d), o)
            functions[dtype, "eq", "dtype", other] = lambda np, d=dtype, o=other: np.dtype(d) == np.dtype(o)
        functions[dtype, "text"] = lambda np, d=dtype: (repr(np.dtype(d)), str(np.dtype(d)))
        functions[dtype, "type"] = lambda np, d=dtype: np.dtype(getattr(np, d))
        functions[dtype, "swapped"] = lambda np, d=dtype: np.dtype(d).newbyteorder().str
        functions[dtype, "call"] = lambda np, d=dtype: np.dtype(d).type(1)
    hold(functions, warns=False)


def test_dtypes_are_keys_and_equal_to_numpys():
    for name in DTYPES:
        ours, theirs = rooftop.dtype(name), numpy.dtype(name)
        assert ours == theirs and theirs == ours and ours == name and ours == theirs.type
        assert ours == getattr(rooftop, name) and rooftop.dtype(name) is ours
        assert {ours: 1}[rooftop.zeros(1, dtype=name).dtype] == 1
        assert numpy.dtype(ours) == theirs and numpy.zeros(2, dtype=ours).dtype == theirs
        assert numpy.zeros(2, dtype=getattr(rooftop, name)).dtype == theirs
        assert pickle.loads(pickle.dumps(ours)) is ours and copy.deepcopy(ours) is ours
        assert hash(ours) == hash(rooftop.dtype(name))
    assert outcome(lambda np: np.dtype(), rooftop).error is not None


def test_scalars_are_keys():
    for dtype in DTYPES:
        scalar = getattr(rooftop, dtype)(1)
        assert {1: "one"}[scalar] == "one" and {scalar: "one"}[1] == "one"
        assert hash(scalar) == hash(getattr(numpy, dtype)(1))
    with pytest.raises(TypeError, match="unhashable"):
        hash(rooftop.ones(1))
