"""Loops whose rounds may raise run on several threads: what they leave behind is what the serial loop leaves."""

from __future__ import annotations

import numpy as np
import pytest

import rooftop


def gather(out, a, index):
    for i in range(len(out)):
        out[i] = a[index[i]] * 2.0 + 1.0


def sparse(y, starts, columns, values, x):
    for i in range(len(y)):
        s = 0.0
        for k in range(starts[i], starts[i + 1]):
            s += values[k] * x[columns[k]]
        y[i] = s


def products(out, a: np.ndarray, rows):
    for i in range(len(out)):
        k = int(a[i])
        t = 1.0
        for j in range(rows):
            t = t * 1.0000001 + 0.5
        out[i] = t * (k * 4611686018427387904)


def refuses(out, a):
    for i in range(len(out)):
        if a[i] < 0.0:
            raise ValueError("negative")
        t = a[i]
        for _ in range(8):
            t = t * 0.5 + 1.0
        out[i] = t


def shifted(a, index):
    for i in range(len(a)):
        a[i] = a[index[i]] + 1.0


def roots(out, a):
    for i in range(len(out)):
        x = float(a[i])
        for _ in range(12):
            x = 0.5 * (x + 2.0 / x)
        out[i] = x


def relaxed(grid, limit):
    for i in range(grid.shape[0]):
        s = 0.0
        for j in range(grid.shape[1]):
            for _ in range(12):
                s = 0.5 * s + grid[i, j]
            grid[i, j] = s
        if s > limit:
            raise ValueError("row too large")


N = 60_000
PLACES = (None, 0, 1, N // 2, N - 1)


@pytest.fixture(params=(1, 2))
def threads(request):
    before = rooftop.get_num_threads()
    rooftop.set_num_threads(request.param)
    yield request.param
    rooftop.set_num_threads(before)


def same(function, arguments, written):
    """Runs both; returns the exception that both raised."""
    ours, theirs = [[np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments] for _ in range(2)]
    errors = []
    compiled = rooftop.jit(function)
    for call, given in ((compiled, ours), (function, theirs)):
        try:
            call(*given)
            errors.append(None)
        except (IndexError, ValueError, OverflowError, ZeroDivisionError) as error:
            errors.append(error)
    assert type(errors[0]) is type(errors[1])
    if errors[0] is not None and not isinstance(errors[0], OverflowError):
        assert str(errors[0]) == str(errors[1])
    np.testing.assert_array_equal(ours[written], theirs[written])
    return errors[0]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wrong", (N, -N - 1))
def test_gather(threads, place, wrong):
    random = np.random.default_rng(1)
    index = random.integers(-N, N, N)
    if place is not None:
        index[place] = wrong
    error = same(gather, [np.zeros(N), random.random(N), index], 0)
    assert (error is None) == (place is None)


@pytest.mark.parametrize("place", PLACES)
def test_sparse_matrix(threads, place):
    random = np.random.default_rng(2)
    starts = np.arange(N // 10 + 1) * 10
    columns = random.integers(0, 500, N)
    if place is not None:
        columns[place] = 500
    error = same(sparse, [np.zeros(N // 10), starts, columns, random.integers(0, 9, N) * 1.0, np.arange(500.0)], 0)
    assert (error is None) == (place is None)


@pytest.mark.parametrize("place", PLACES)
def test_overflow(threads, place):
    a = np.ones(N, np.int64)
    if place is not None:
        a[place] = 2

    def exact(out, a, rows):
        for i in range(len(out)):
            k = int(a[i]) * 4611686018427387904
            if k > 2**63 - 1:
                raise OverflowError
            t = 1.0
            for _ in range(rows):
                t = t * 1.0000001 + 0.5
            out[i] = t * k

    ours, theirs = np.zeros(N), np.zeros(N)
    compiled = rooftop.jit(products, fp_model="strict")
    if place is None:
        compiled(ours, a, 8)
    else:
        with pytest.raises(OverflowError):
            compiled(ours, a, 8)
        with pytest.raises(OverflowError):
            exact(theirs, a, 8)
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("place", PLACES)
def test_raise(threads, place):
    a = np.ones(N)
    if place is not None:
        a[place] = -1.0
    error = same(refuses, [np.zeros(N), a], 0)
    assert (error is None) == (place is None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("step", (1, -2))
def test_division_by_what_rounds_compute(threads, place, step):
    a = np.full(N, 1.5)
    if place is not None:
        a[place] = 0.0
    memory = np.arange(2.0 * N)
    ours, theirs = memory.copy(), memory.copy()
    errors = []
    for call, m in ((rooftop.jit(roots), ours), (roots, theirs)):
        try:
            call(m[:N] if step == 1 else m[::step], a)
            errors.append("")
        except ZeroDivisionError as error:
            errors.append(str(error))
    assert errors[0] == errors[1]
    assert (errors[0] == "") == (place is None)
    np.testing.assert_allclose(ours, theirs, rtol=1e-15)
    untouched = slice(N, None) if step == 1 else slice(0, None, 2)
    np.testing.assert_array_equal(ours[untouched], memory[untouched])


@pytest.mark.parametrize("row", (None, 0, 150, 299))
def test_updates_are_undone(threads, row):
    grid = np.ones((300, 200))
    if row is not None:
        grid[row, 199] = 100.0
    error = same(relaxed, [grid, 50.0], 0)
    assert (error is None) == (row is None)


def test_the_same_call_goes_on_after_an_exception(threads):
    compiled = rooftop.jit(roots)
    a, out = np.full(N, 1.5), np.zeros(N)
    for bad in (3, N - 3, None, N // 3):
        a[:] = 1.5
        if bad is not None:
            a[bad] = 0.0
        out[:] = 7.0
        if bad is None:
            compiled(out, a)
        else:
            with pytest.raises(ZeroDivisionError) as caught:
                compiled(out, a)
            assert len(caught.traceback) == 2
        np.testing.assert_allclose(out[:bad], 2.0**0.5)
        assert bad is None or np.all(out[bad:] == 7.0)


def test_two_rounds_raise_and_the_first_counts(threads):
    index = np.arange(N)
    index[N - 5], index[N // 2] = N + 7, N + 3
    error = same(gather, [np.zeros(N), np.ones(N), index], 0)
    assert str(N + 3) in str(error)


def test_rounds_that_read_what_others_write_keep_their_order(threads):
    index = np.maximum(np.arange(N) - 1, 0)
    index[N // 2] = N
    same(shifted, [np.zeros(N), index], 0)


def test_overlapping_arrays_keep_their_order(threads):
    memory = np.zeros(2 * N)
    index = np.arange(N)
    index[N - 2] = N
    ours, theirs = memory.copy(), memory.copy()
    for call, m in ((rooftop.jit(gather), ours), (gather, theirs)):
        with pytest.raises(IndexError), np.errstate(over="ignore"):
            call(m[1 : N + 1], m[:N], index)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("function", (roots, sparse))
def test_explain_says_that_writes_are_copied(function):
    if rooftop.get_num_threads() < 2:
        pytest.skip("one processor")
    floats, ints = "array(float64, 1, C)", "array(int64, 1, C)"
    types = {roots: (floats, floats), sparse: (floats, ints, ints, floats, floats)}
    text = " ".join(rooftop.jit(function).explain(*types[function]).split())
    assert "what they write is copied first, and put back if one raises" in text


@pytest.mark.parametrize("function", (gather, refuses))
def test_explain_says_that_checks_come_first(function):
    if rooftop.get_num_threads() < 2:
        pytest.skip("one processor")
    float_array, int_array = "array(float64, 1, C)", "array(int64, 1, C)"
    types = {
        gather: (float_array, float_array, int_array),
        refuses: (float_array, float_array),
    }
    text = " ".join(rooftop.jit(function).explain(*types[function]).split())
    assert "all checks are made first" in text
    assert "'failed'" not in text


def test_explain_says_what_is_in_the_way():
    floats, ints = "array(float64, 1, C)", "array(int64, 1, C)"
    text = " ".join(rooftop.jit(shifted).explain("array(float64, 1, C)", "array(int64, 1, C)").split())
    assert "all checks are made first" not in text
    assert "a round may read an element of 'a' that another one writes" in text
