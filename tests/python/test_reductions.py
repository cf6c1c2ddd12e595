"""Loops that fold values into variables: in lanes where the order changes nothing, or may."""

from __future__ import annotations

import os

import numpy as np
import pytest

import rooftop

LENGTHS = (0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 200, 4099)


def total(a):
    s = 0.0
    for x in a:
        s += x
    return s


def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s


def positive(a):
    s = 0.0
    for x in a:
        if x > 0.5:
            s -= x * x
    return s


def product(a):
    p = 1.0
    for x in a:
        p *= x
    return p


def count(a):
    n = 0
    for x in a:
        if x > 0.5:
            n += 1
    return n


def least(a):
    m = np.inf
    for x in a:
        m = min(m, x)
    return m


def greatest(a):
    m = -np.inf
    for x in a:
        if x > m:
            m = x
    return m


def both(a):
    m, s = 9.0, 0.0
    for x in a:
        if x < m:
            m = x
        s += x
    return m, s


def integers(k):
    s = np.int64(0)
    for x in k:
        s += x
    return s


def bits(k):
    both = k[0]
    for x in k:
        both ^= x
    return both


def python_integers(k):
    s = 0
    for x in k:
        s += int(x)
    return s


def place(a):
    m, at = -1.0, -1
    for i in range(len(a)):
        if a[i] > m:
            m = a[i]
            at = i
    return at


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("function", (total, positive, product, both))
def test_fast_sums_are_close(function, n):
    a = np.random.default_rng(n).random(n) + 0.5
    np.testing.assert_allclose(rooftop.jit(function, fp_model="fast")(a), function(a), rtol=1e-12)


@pytest.mark.parametrize("n", LENGTHS)
def test_fast_dot_is_close(n):
    a, b = np.random.default_rng(n).random((2, n))
    np.testing.assert_allclose(rooftop.jit(dot, fp_model="fast")(a, b), dot(a, b), rtol=1e-12)
    assert rooftop.jit(dot, fp_model="strict")(a, b) == dot(a, b)


@pytest.mark.parametrize("model", ("default", "strict", "fast"))
@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("function", (count, least, greatest, place))
def test_what_has_no_order_is_exact(function, n, model):
    a = np.random.default_rng(n).random(n)
    assert rooftop.jit(function, fp_model=model)(a) == function(a)


@pytest.mark.parametrize("n", LENGTHS[1:])
@pytest.mark.parametrize("dtype", (np.int8, np.uint16, np.int32, np.int64, np.uint64))
def test_integers_are_exact(n, dtype):
    k = np.random.default_rng(n).integers(0, 100, n).astype(dtype)
    assert rooftop.jit(integers)(k.astype(np.int64)) == integers(k.astype(np.int64))
    assert rooftop.jit(bits)(k) == bits(k)


def test_sums_of_numpy_integers_wrap():
    k = np.full(100, 2**62, np.int64)
    with np.errstate(over="ignore"):
        assert rooftop.jit(integers)(k) == integers(k)


@pytest.mark.parametrize("at", (3, 40, 99))
def test_sums_of_python_integers_raise(at):
    k = np.zeros(100, np.int64)
    k[0], k[at] = 2**62, 2**62
    k[-1] -= 2**62
    if at == 99:
        assert rooftop.jit(python_integers)(k) == 2**62
    else:
        with pytest.raises(OverflowError):
            rooftop.jit(python_integers)(k)


@pytest.mark.parametrize("function", (least, greatest))
@pytest.mark.parametrize("values", ((0.0, -0.0), (-0.0, 0.0), (np.nan, 1.0), (-0.0, np.nan), (np.nan, np.nan)))
@pytest.mark.parametrize("places", ((0, 50), (50, 0), (41, 99), (7, 8)))
def test_minima_know_zeros_and_nan(function, values, places):
    a = np.full(100, 1.0 if function is least else -1.0)
    a[list(places)] = values
    ours, theirs = rooftop.jit(function)(a), function(a)
    assert np.float64(ours).tobytes() == np.float64(theirs).tobytes()


@pytest.mark.parametrize("function", (total, positive))
def test_fast_bits_do_not_depend_on_threads(function):
    a = np.random.default_rng(3).standard_normal(300_001)
    compiled = rooftop.jit(function, fp_model="fast")
    found = set()
    before = rooftop.get_num_threads()
    for threads in (1, 2, 3):
        rooftop.set_num_threads(threads)
        found.add(np.float64(compiled(a)).tobytes())
    rooftop.set_num_threads(before)
    assert len(found) == 1


def test_fast_keeps_nan_infinities_and_signed_zeros():
    compiled = rooftop.jit(total, fp_model="fast")
    assert np.isnan(compiled(np.array([1.0] * 40 + [np.nan])))
    assert compiled(np.array([np.inf] + [1.0] * 40)) == np.inf
    assert np.isnan(compiled(np.array([np.inf] + [1.0] * 40 + [-np.inf])))


def test_explain_says_how_many_lanes():
    text = " ".join(rooftop.jit(total, fp_model="fast").explain("array(float64, 1, C)").split())
    assert "'s' in 32 lanes, put together in a fixed order at the end (fp_model=\"fast\")" in text
    assert "in lanes" not in rooftop.jit(total).explain("array(float64, 1, C)")


def plane(A):
    s = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            s += A[i, j]
    return s


def inner(a, b):
    return np.dot(a, b)


def weighted(a, b):
    s = a @ b
    return s * 2.0 + np.vdot(a[::-1], b)


@pytest.mark.parametrize("model", ("default", "strict", "fast"))
@pytest.mark.parametrize("n", (*LENGTHS, 300_000))
def test_products_of_vectors_run_in_lanes(model, n):
    a, b = np.random.default_rng(n).standard_normal((2, n))
    for function in (inner, weighted):
        compiled = rooftop.jit(function, fp_model=model)
        np.testing.assert_allclose(compiled(a, b), function(a, b), rtol=1e-11, atol=1e-11)
        assert np.isnan(compiled(a + np.nan, b)) or n == 0
    text = rooftop.jit(inner, fp_model=model).explain("array(float64, 1, C)", "array(float64, 1, C)")
    assert "'sum' in 32 lanes, put together in a fixed order at the end" in " ".join(text.split())


def test_products_of_vectors_have_the_same_bits_for_any_number_of_threads():
    a, b = np.random.default_rng(5).standard_normal((2, 700_001))
    compiled = rooftop.jit(inner)
    before = rooftop.get_num_threads()
    found = set()
    for threads in (1, 2, 3):
        rooftop.set_num_threads(threads)
        found |= {compiled(a, b) for _ in range(5)}
    rooftop.set_num_threads(before)
    assert len(found) == 1


def test_products_of_single_precision_and_integers():
    a, b = np.random.default_rng(6).integers(-9, 9, (2, 5000))
    assert rooftop.jit(inner)(a, b) == np.dot(a, b)
    x, y = a.astype(np.float32), b.astype(np.float32)
    assert rooftop.jit(inner)(x, y) == np.dot(x, y)
    assert rooftop.jit(inner)(x * 1j, y + 1j) == np.dot(x * 1j, y + 1j)


LONG = """
import hashlib
import os

import numpy as np
import rooftop
from test_reductions import both, count, least, place, plane, total

a = np.random.default_rng(3).standard_normal(1_500_001)
for function in (total, both, count, least, place):
    for model in ("default", "fast"):
        print(function.__name__, model, rooftop.jit(function, fp_model=model)(a))
print(rooftop.jit(plane, fp_model="fast")(a[:-1].reshape(1500, 1000)))
"""


@pytest.mark.parametrize("processors", ("all", "one"))
def test_long_folds_have_the_same_bits_on_one_processor(run_python, processors):
    pin = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n" if processors == "one" else ""
    folder = f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})\n"
    lines = run_python(pin + folder + LONG).stdout.splitlines()
    a = np.random.default_rng(3).standard_normal(1_500_001)
    compiled = rooftop.jit(plane, fp_model="fast")(a[:-1].reshape(1500, 1000))
    assert lines[-1] == repr(compiled) or float(lines[-1]) == compiled
    for line in lines[:-1]:
        name, model, value = line.split(maxsplit=2)
        here = rooftop.jit(globals()[name], fp_model=model)(a)
        assert value == str(here)
        if name in ("count", "least", "place") or (name == "total" and model == "default"):
            assert here == globals()[name](a)
