"""Loops whose rounds branch, loop on data, gather and raise, and run side by side as lanes: the results of CPython,
for lengths around the number of lanes, and for exceptions in the middle of the lanes."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from corpus import rounds

import rooftop

LENGTHS = (0, 1, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100, 160)
PLACES = (0, 1, 7, 8, 12, 15, 16, 23, 40, 64)


@functools.cache
def jitted(function, fp_model="strict"):
    return rooftop.jit(fp_model=fp_model)(function)


def copied(args):
    return [a.copy() if isinstance(a, np.ndarray) else a for a in args]


def outcome(function, args):
    """The exception's kind, text and line; nothing when there was none."""
    with np.errstate(all="ignore"):
        try:
            function(*args)
        except Exception as error:
            place = error.__traceback__
            while place.tb_next is not None:
                place = place.tb_next
            return type(error), str(error), place.tb_lineno
    return None


def check(function, *args, fp_model="strict", tolerance=0.0):
    """Compiled and in Python on copies: the same results, the same exception, the same stores before it."""
    compiled = jitted(function, fp_model)
    expected, got = copied(args), copied(args)
    error = outcome(function, expected)
    assert outcome(compiled, got) == error
    for e, g in zip(expected, got, strict=True):
        if isinstance(e, np.ndarray):
            np.testing.assert_allclose(g, e, rtol=tolerance, atol=0.0)
    return error


def noise(n, low=-2.0, high=2.0):
    return np.random.default_rng(n).uniform(low, high, n)


def whole(n, low, high):
    return np.random.default_rng(n + 1).integers(low, high, n)


def test_loops_run_in_lanes():
    """What the other tests of this file are about, on any machine with vectors."""
    n = 40
    cases = [
        (rounds.mandelbrot, noise(n), noise(n), np.zeros(n, int), 50),
        (rounds.newton, noise(n), noise(n), np.zeros(n, int), np.zeros(n, int)),
        (rounds.bisection, noise(n), np.zeros(n)),
        (rounds.halvings, noise(n, 0.0, 9.0), np.zeros(n, int)),
        (rounds.smoothed, noise(n + 1, 0.0, 9.0), np.zeros(n)),
    ]
    for function, *args in cases:
        compiled = rooftop.jit(function)
        compiled(*args)
        text = compiled._handle(compiled.signatures[0]).optimised_ir
        assert "reduce_or(" in text, function.__name__


# ---------------------------------------------------------------- loops on data


@pytest.mark.parametrize("n", LENGTHS)
def test_loops_on_data(n):
    zeros, ints = np.zeros(n), np.zeros(n, int)
    check(rounds.mandelbrot, noise(n), noise(n + 1)[:n].copy(), ints, 50)
    check(rounds.collatz, whole(n, 1, 1000), ints)
    check(rounds.newton, noise(n), noise(n + 1)[:n].copy(), ints, ints.copy())
    check(rounds.bisection, noise(n, 0.0, 60.0), zeros)
    check(rounds.greatest_divisor, whole(n, 0, 10000), whole(n + 1, 0, 300)[:n].copy(), ints)
    check(rounds.binary_search, np.sort(noise(57)), noise(n, -2.5, 2.5), ints)
    check(rounds.digits, whole(n, 0, 10**9), ints, ints.copy())


# ---------------------------------------------------------------- branches


@pytest.mark.parametrize("n", LENGTHS)
def test_branches(n):
    zeros, ints = np.zeros(n), np.zeros(n, int)
    years = noise(n, -0.3, 2.0)
    options = (noise(n, 50.0, 150.0), noise(n + 1, 50.0, 150.0)[:n].copy(), years, 0.03, 0.2, zeros)
    check(rounds.choices, noise(n, 0.0, 60.0), zeros, ints)
    check(rounds.black_scholes, *options)
    check(rounds.black_scholes, *options, fp_model="default", tolerance=1e-9)
    spheres = np.random.default_rng(7).uniform(0.5, 3.0, (6, 4)) * [1, 1, 2, 0.5]
    check(rounds.rays, noise(n, -1.0, 1.0), noise(n + 1, -1.0, 1.0)[:n].copy(), spheres, ints, zeros)
    check(rounds.k_means, noise(3 * n).reshape(n, 3), noise(15).reshape(5, 3), ints)
    check(rounds.attraction, noise(n), noise(n + 1)[:n].copy(), noise(n, 0.1, 1.0), zeros, zeros.copy())


# ---------------------------------------------------------------- gathers


def sparse_rows(n):
    random = np.random.default_rng(n)
    lengths = random.integers(0, 7, n)
    begin = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
    stored = int(begin[-1])
    return begin, random.integers(0, 20, stored), random.uniform(-1, 1, stored), random.uniform(-1, 1, 20), np.zeros(n)


@pytest.mark.parametrize("n", LENGTHS)
def test_sparse_rows(n):
    check(rounds.sparse_product, *sparse_rows(n))


@pytest.mark.parametrize("place", PLACES)
def test_a_sparse_column_that_does_not_exist(place):
    args = sparse_rows(50)
    place = min(place, len(args[1]) - 1)
    args[1][place] = 20
    error = check(rounds.sparse_product, *args)
    assert error is not None and error[0] is IndexError


def long_rows(n):
    """Rows that take several rounds at a time, and a rest."""
    random = np.random.default_rng(n)
    begin = np.concatenate([[0], np.cumsum(random.integers(0, 23, n))]).astype(int)
    stored = int(begin[-1])
    return begin, random.integers(0, 20, stored), random.uniform(-1, 1, stored), random.uniform(-1, 1, 20), np.zeros(n)


@pytest.mark.parametrize("place", range(12))
def test_columns_from_the_end_and_beyond(place):
    for column in (-1, -20, 20, -21, 2**62, -(2**63)):
        args = long_rows(7)
        args[1][place] = column
        error = check(rounds.sparse_product, *args)
        assert (error is None) == (-20 <= column < 20)


@pytest.mark.parametrize("n", range(14))
def test_sums_through_an_index(n):
    x, at = noise(9), whole(n, -9, 9)
    assert jitted(rounds.total_at)(x, at) == rounds.total_at(x, at)
    for place in range(n):
        wrong = at.copy()
        wrong[place] = 9 if place % 2 else -10
        error = check(rounds.total_at, x, wrong)
        assert error is not None and error[0] is IndexError


# ---------------------------------------------------------------- scatters


@pytest.mark.parametrize("n", (1, 5, 16, 33, 64, 100))
def test_of_several_stores_to_one_element_the_last_stays(n):
    x, at = noise(n, 0.0, 40.0), whole(n, -5, 5)
    check(rounds.scattered, x, at, np.zeros(5))
    check(rounds.histogram, at, np.zeros(5, int))
    # What is written is also what says where.
    for begin in (0, 1, 3):
        buffers = [whole(n + begin, 0, n) for _ in range(2)]
        rounds.redirected(buffers[0][:n], buffers[0][begin:])
        jitted(rounds.redirected)(buffers[1][:n], buffers[1][begin:])
        np.testing.assert_array_equal(buffers[1], buffers[0])


@pytest.mark.parametrize("place", PLACES)
def test_what_was_scattered_before_an_exception_stays(place):
    x, at = noise(80, 0.0, 40.0), whole(80, -5, 5)
    at[place] = 5
    for error in (
        check(rounds.scattered, x, at, np.zeros(5)),
        check(rounds.histogram, at, np.zeros(5, int)),
    ):
        assert error is not None and error[0] is IndexError


# ---------------------------------------------------------------- exceptions in the middle of the lanes


@pytest.mark.parametrize("n", (20, 33, 65))
@pytest.mark.parametrize("place", PLACES)
def test_rounds_before_the_failing_one_are_stored(n, place):
    if place >= n:
        return
    # (function, arguments with the output last, the argument that decides, a value that fails, the exception)
    cases = [
        (rounds.halvings, [noise(n, 0.0, 50.0), np.full(n, -7)], 0, -1.0, ValueError),
        (rounds.quotient_chain, [whole(n, 0, 1000), whole(n, 2, 5), np.full(n, -7)], 1, 0, ZeroDivisionError),
        (rounds.table_walk, [whole(40, 0, 40), whole(n, 0, 40), np.full(n, -7)], 1, 40, IndexError),
        (rounds.table_walk, [whole(40, 0, 40), whole(n, 0, 40), np.full(n, -7)], 1, -41, IndexError),
        (rounds.square_roots, [noise(n, 0.0, 3.0), np.full(n, -7.0)], 0, -1.5, ValueError),
    ]
    for function, args, which, bad, kind in cases:
        if function is rounds.quotient_chain:
            args[0][place] = 1000
        args[which][place] = bad
        error = check(function, *args)
        assert error is not None and error[0] is kind
        got = copied(args)
        outcome(jitted(function), got)
        assert (got[-1][place:] == -7).all() and not (got[-1][:place] == -7).any()


@pytest.mark.parametrize("place", PLACES)
def test_an_int_that_leaves_64_bits(place):
    """CPython would go on: rooftop raises, at the round at which it happens."""
    n = 80
    base, count = whole(n, 2, 6), whole(n, 0, 20)
    base[place], count[place] = 10, 19
    c = np.full(n, -7)
    with pytest.raises(OverflowError):
        rooftop.jit(rounds.large_power)(base, count, c)
    expected = [int(b) ** int(k) for b, k in zip(base[:place], count[:place], strict=True)]
    assert c[:place].tolist() == expected
    assert (c[place:] == -7).all()


def test_breaks_keep_ints_small():
    for n in LENGTHS:
        check(rounds.powers, whole(n, -9, 10), np.zeros(n, int))


# ---------------------------------------------------------------- memory


@pytest.mark.parametrize("n", (1, 8, 17, 33, 64))
def test_arrays_that_overlap_keep_the_order(n):
    for begin in (0, 1, 2):
        buffers = [noise(n + 4, 0.0, 9.0) for _ in range(2)]
        rounds.smoothed(buffers[0][: n + 2], buffers[0][begin : n + begin])
        jitted(rounds.smoothed)(buffers[1][: n + 2], buffers[1][begin : n + begin])
        np.testing.assert_array_equal(buffers[1], buffers[0])


@pytest.mark.parametrize("n", (1, 8, 17, 33, 64))
def test_strided_and_reversed_arrays(n):
    for step in (2, -1, -3):
        a = noise(3 * n + 6, 0.0, 9.0)[::step][: n + 1]
        results = [np.zeros(3 * n + 3), np.zeros(3 * n + 3)]
        for function, b in zip((rounds.smoothed, jitted(rounds.smoothed)), results, strict=True):
            function(a, b[::step][:n])
        np.testing.assert_array_equal(results[1], results[0])


@pytest.mark.parametrize("n", LENGTHS)
def test_complex_values(n):
    c = noise(n) + 1j * noise(n + 1)[:n]
    check(rounds.escape, c, np.zeros(n, int))


@pytest.mark.parametrize(
    "dtype", ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "float64")
)
def test_element_types(dtype):
    for n in (1, 16, 31, 70, 130):
        x = whole(n, 0, 40).astype(dtype)
        check(rounds.clipped_steps, x, whole(n, 0, 12).astype("int32"), np.zeros(n, dtype))


@pytest.mark.parametrize("n", (1, 7, 16, 33))
def test_matrices(n):
    a = noise(n * (n + 3), 0.0, 9.0).reshape(n, n + 3)
    check(rounds.upper_rows, a, np.zeros_like(a))
