"""convolve, correlate and interp against NumPy's."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, hold
from test_array_accumulations import numbers

import rooftop

SIZES = [(1, 1), (3, 1), (1, 3), (5, 3), (3, 5), (40, 40), (300, 7), (7, 301), (1000, 130)]


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sliding_products(name, dtype):
    functions = {}
    for n, m in SIZES:
        a, v = numbers(dtype, n), numbers(dtype, m)[::-1].copy()
        functions[n, m] = lambda np, a=a, v=v: getattr(np, name)(np.asarray(a), np.asarray(v))
        for mode in ("full", "same", "valid"):
            functions[n, m, mode] = lambda np, a=a, v=v, mode=mode: getattr(np, name)(np.asarray(a), np.asarray(v), mode)
        functions[n, m, "strided"] = lambda np, a=a, v=v: getattr(np, name)(np.asarray(a)[::-1], np.asarray(v)[::2], mode="same")
    a = numbers(dtype, 9)
    for other in ("float32", "int64", "uint8", "complex64", "bool"):
        functions[other] = lambda np, o=other: getattr(np, name)(np.asarray(a), np.asarray(numbers(o, 4)))
    functions["lists"] = lambda np: getattr(np, name)(a.tolist(), [1, 2, 3])
    functions["number"] = lambda np: getattr(np, name)(np.asarray(a), 2)
    functions["matrix"] = lambda np: getattr(np, name)(np.asarray(a.reshape(3, 3)), np.asarray(a))
    functions["empty"] = lambda np: getattr(np, name)(np.asarray(a), np.asarray(a[:0]))
    functions["mode"] = lambda np: getattr(np, name)(np.asarray(a), np.asarray(a), "fully")
    functions["number of a mode"] = lambda np: getattr(np, name)(np.asarray(a), np.asarray(a), 1)
    # Sums of products have no one order.
    hold(functions, ulps=256, warns=False)


def test_sliding_products_on_all_threads():
    a, v = numbers("float64", 50_000), numbers("float64", 300)
    before = rooftop.get_num_threads()
    try:
        found = []
        for threads in (1, 2):
            rooftop.set_num_threads(threads)
            found.append(numpy.asarray(rooftop.convolve(rooftop.asarray(a), rooftop.asarray(v))))
    finally:
        rooftop.set_num_threads(before)
    assert numpy.array_equal(*found)
    assert numpy.allclose(found[0], numpy.convolve(a, v), rtol=1e-13)


@pytest.mark.parametrize("dtype", DTYPES)
def test_interpolation(dtype):
    xs = numpy.cumsum(numpy.random.default_rng(1).uniform(0.1, 1, 20))
    ys = numbers(dtype, 20)
    points = numpy.random.default_rng(2).uniform(-1, 15, 300)
    functions = {}
    for label, x in {
        "random": points,
        "sorted": numpy.sort(points),
        "few": points[:3],
        "matrix": points.reshape(3, 100).T,
        "strided": points[::-3],
        "own": xs,
        "number": 3.25,
        "int": 4,
        "0-d": numpy.array(2.5),
        "list": [1, 2.5, 30],
        "not finite": numpy.array([numpy.nan, numpy.inf, -numpy.inf, 1.0]),
        "own type": numbers(dtype, 6),
        "none": points[:0],
        "complex": 1j,
    }.items():

        def call(np, x=x, **keywords):
            return np.interp(np.asarray(x) if isinstance(x, numpy.ndarray) else x, np.asarray(xs), np.asarray(ys), **keywords)

        functions[label] = call
        functions[label, "ends"] = lambda np, c=call: c(np, left=-1, right=7.5)
        functions[label, "nan"] = lambda np, c=call: c(np, left=numpy.nan, right=None)
        functions[label, "period"] = lambda np, c=call: c(np, period=4)
    functions["one"] = lambda np: np.interp(np.asarray(points), [2.0], np.asarray(ys[:1]))
    functions["lengths"] = lambda np: np.interp(np.asarray(points), np.asarray(xs), np.asarray(ys[:3]))
    functions["no points"] = lambda np: np.interp(np.asarray(points), [], [])
    hold(functions)


def test_interpolation_where_lines_are_not_finite():
    """A line of infinite rise gives its ends' values where these agree, else NaN, and repeated places are steps."""
    inf, nan = numpy.inf, numpy.nan
    functions = {}
    for xs in ([0, 1, 2, 3], [0, 1, 1, 3], [-inf, 0, 1, inf], [0, 0, 0, 0]):
        for ys in ([0, 1, 2, 3], [1, inf, inf, 2], [nan, 1, 1, nan], [-inf, -inf, inf, inf], [5, 5, 5, 5]):
            for count in (2, 9):
                x = numpy.linspace(-1, 4, count)
                functions[str((xs, ys, count))] = lambda np, x=x, xs=xs, ys=ys: np.interp(np.asarray(x), np.asarray(xs, dtype=float), np.asarray(ys, dtype=float))
    hold(functions)


def test_interpolation_of_points_in_any_order():
    generator = numpy.random.default_rng(5)
    functions = {}
    for trial in range(600):
        xs = numpy.sort(generator.integers(0, 30, generator.integers(1, 40)).astype(float))
        ys = generator.random(len(xs))
        x = generator.random(generator.integers(1, 60)) * 40 - 5
        if trial % 3 == 0:
            x = numpy.sort(x)
        if trial % 3 == 1:
            x = numpy.concatenate((numpy.sort(x), x, numpy.sort(x)))
        if trial % 5 == 0:
            x[generator.integers(0, len(x), 3)] = [numpy.nan, numpy.inf, -numpy.inf]
        points = numpy.round(x) if trial % 2 else x
        functions[trial] = lambda np, x=points, xs=xs, ys=ys: np.interp(np.array(x), np.array(xs), np.array(ys))
    hold(functions, warns=False)


def test_interpolation_on_all_threads():
    xs = numpy.linspace(0, 1, 1000)
    x = numpy.random.default_rng(0).uniform(-0.1, 1.1, 100_000)
    ours = rooftop.interp(rooftop.asarray(x), rooftop.asarray(xs), rooftop.asarray(numpy.sin(xs)))
    assert numpy.array_equal(numpy.asarray(ours), numpy.interp(x, xs, numpy.sin(xs)))
