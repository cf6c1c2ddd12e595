"""bfloat16 scalars and arrays of the package ml_dtypes: every value through conversions and functions of one number, many
pairs through operators, bit for bit as that package's own scalars compute."""

from __future__ import annotations

import halves
import numpy as np
import pytest
from halves import elementwise, same

import rooftop

ml_dtypes = pytest.importorskip("ml_dtypes")
bfloat16 = ml_dtypes.bfloat16

ALL = np.arange(65536, dtype=np.uint16).view(bfloat16)
EDGES = np.array([0, -0.0, 1, -1, 0.5, 3, -7.5, 1e-40, 3.3e38, -3.3e38, np.inf, -np.inf, np.nan, 0.1, 256, 257], np.float32)
OTHERS = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]


def define(text: str):
    return halves.define(text, ml_dtypes=ml_dtypes, bfloat16=bfloat16)


def check(expression, x, y, dtype, model="strict"):
    f = define(elementwise(expression))
    expected, got = np.zeros(len(x), dtype), np.ones(len(x), dtype)
    with np.errstate(all="ignore"):
        f(x, y, expected)
        rooftop.jit(fp_model=model)(f)(x, y, got)
    same(got, expected)


@pytest.fixture(scope="module")
def pairs():
    random = np.random.default_rng(16)
    x, y = (random.integers(0, 65536, 20_000).astype(np.uint16).view(bfloat16) for _ in range(2))
    with np.errstate(all="ignore"):
        close = (y.astype(np.float64) * random.choice([0.5, 1, 2, 3, 1.001], len(y))).astype(bfloat16)
    grid = np.array(np.meshgrid(EDGES, EDGES)).reshape(2, -1).astype(bfloat16)
    return np.concatenate([grid[0], x, y]), np.concatenate([grid[1], y, close])


@pytest.mark.parametrize("target", ["float32", "float64", "float16", "bool"])
def test_every_value_to(target):
    check(f"np.{target}(x[i])" if target != "bool" else "bool(x[i])", ALL, ALL, target)


@pytest.mark.parametrize("source", ["float16", "float32", "float64"])
def test_floats_round_to_even(source):
    """From float64 ml_dtypes rounds by way of float32, and so do we."""
    with np.errstate(all="ignore"):
        wide = ALL.astype(np.float32).astype(source)
        middle = (wide[:-1] + wide[1:]) / 2
        x = np.concatenate([wide, middle, np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf)]).astype(source)
    check("bfloat16(x[i])", x, x, bfloat16)
    check("x[i]", x, x, bfloat16)


@pytest.mark.parametrize("source", ["int8", "uint8", "int16", "uint16", "int32", "int64", "uint64"])
def test_integers_round_to_nearest(source):
    info = np.iinfo(source)
    near = np.arange(-70_000, 70_000) if info.bits > 8 else np.arange(info.min, info.max + 1)
    x = near[(near >= info.min) & (near <= info.max)].astype(source)
    big = [v for v in (2**30 + 2**22 + 1, 2**30 + 2**22 - 1, info.max, info.min) if v <= info.max]
    check("bfloat16(x[i])", np.concatenate([x, np.array(big, source)]), x, bfloat16)


UNARY = [
    "-x[i]", "+x[i]", "abs(x[i])", "np.sqrt(x[i])", "np.floor(x[i])", "np.ceil(x[i])", "np.trunc(x[i])", "np.rint(x[i])",
    "np.abs(x[i])", "x[i] * x[i]", "x[i].real", "x[i].imag", "x[i] + 1", "1 - x[i]", "x[i] // 2", "x[i] % 3", "float(x[i])",
]  # fmt: skip


@pytest.mark.parametrize("expression", UNARY)
def test_every_value_through(expression):
    check(expression, ALL, ALL, bfloat16)


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">="])
def test_operators_on_pairs(operator, pairs):
    check(f"x[i] {operator} y[i]", *pairs, "bool" if operator[0] in "=!<>" else bfloat16)


@pytest.mark.parametrize("expression", ["min(x[i], y[i])", "max(x[i], y[i])", "np.copysign(x[i], y[i])"])
def test_choices_of_pairs(expression, pairs):
    check(expression, *pairs, bfloat16)


@pytest.mark.parametrize("model", ["default", "strict"])
def test_each_operation_rounds(model, pairs):
    check("x[i] * y[i] + x[i]", *pairs, bfloat16, model)


@pytest.mark.parametrize("other", [*OTHERS, "int", "float", "complex", "python bool"])
@pytest.mark.parametrize("operator", ["+", "*", "/", "<", "=="])
def test_promotion(operator, other):
    values = {"int": [0, 3, -100], "float": [0.1, 1e30], "complex": [1 + 2j], "python bool": [True, False]}.get(other)
    if values is None:
        values = list(np.array([0, 1, 3, 100]).astype(other))
    if other == "complex" and operator == "<":
        pytest.skip("compared by NumPy's own rule")
    f = define(f"def f(x, y):\n    return x {operator} y, y {operator} x\n")
    compiled = rooftop.jit(f)
    for x in EDGES.astype(bfloat16):
        for y in values:
            with np.errstate(all="ignore"):
                got, expected = compiled(x, y), f(x, y)
            for g, e in zip(got, expected, strict=True):
                assert type(g) is type(e), (x, y, g, e)
                if np.dtype(type(e)).kind == "c":
                    same(np.array([g]).view(g.real.dtype), np.array([e]).view(e.real.dtype))
                else:
                    assert g == e or (g != g and e != e), (x, y, g, e)


@pytest.mark.parametrize("expression", ["round(x)", "round(x, 1)", "x.is_integer()"])
def test_what_the_package_lacks_does_not_compile(expression):
    with pytest.raises(rooftop.CompileError):
        rooftop.jit(define(f"def f(x):\n    return {expression}\n"))(bfloat16(2.5))


def test_results_need_no_argument_of_the_type():
    f = define("def f(x):\n    return bfloat16(x), ml_dtypes.bfloat16(x) + ml_dtypes.bfloat16(1)\n")
    assert rooftop.jit(f)(0.1) == f(0.1)
    assert [type(v) for v in rooftop.jit(f)(3.5)] == [bfloat16, bfloat16]


def test_globals_and_views():
    f = define("half = bfloat16(0.5)\ndef f(x):\n    x[0] = half\n    return x[1:]\n")
    x = np.arange(6).astype(bfloat16)
    rest = rooftop.jit(f)(x)
    assert rest.dtype == x.dtype and np.shares_memory(rest, x) and x[0] == bfloat16(0.5)


def test_signatures_name_the_type():
    f = rooftop.jit(define("def f(x, y):\n    return y\n"))
    assert type(f(np.zeros(3, bfloat16), bfloat16(2))) is bfloat16
    assert f.signatures == ["(array(bfloat16, 1, C), np.bfloat16)"]


def test_swapped_bytes_are_refused():
    with pytest.raises(TypeError):
        rooftop.jit(define("def f(x):\n    return x[0]\n"))(np.zeros(3, np.dtype(bfloat16).newbyteorder()))


def test_other_types_of_the_package_are_refused():
    f = rooftop.jit(define("def f(x):\n    return 1\n"))
    for name in ("float8_e4m3fn", "int4"):
        kind = getattr(ml_dtypes, name)
        for value in (kind(1), np.zeros(3, kind)):
            with pytest.raises(TypeError, match=name):
                f(value)
