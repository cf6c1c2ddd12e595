"""Loops whose rounds branch, loop on data, gather and raise, and run side by side as lanes: the results of CPython,
for lengths around the number of lanes, and for exceptions in the middle of the lanes."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

import rooftop

LENGTHS = (0, 1, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100)
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
        (mandelbrot, noise(n), noise(n), np.zeros(n, int), 50),
        (newton, noise(n), noise(n), np.zeros(n, int), np.zeros(n, int)),
        (bisection, noise(n), np.zeros(n)),
        (halvings, noise(n, 0.0, 9.0), np.zeros(n, int)),
        (smoothed, noise(n + 1, 0.0, 9.0), np.zeros(n)),
    ]
    for function, *args in cases:
        compiled = rooftop.jit(function)
        compiled(*args)
        text = compiled._handle(compiled.signatures[0]).optimised_ir
        assert "reduce_or(" in text, function.__name__


# ---------------------------------------------------------------- loops on data


def mandelbrot(re, im, counts, limit):
    for i in range(len(re)):
        x = 0.0
        y = 0.0
        k = 0
        while k < limit and x * x + y * y <= 4.0:
            t = x * x - y * y + re[i]
            y = 2.0 * x * y + im[i]
            x = t
            k += 1
        counts[i] = k


def collatz(start, steps):
    for i in range(len(start)):
        n = int(start[i])
        k = 0
        while n != 1:
            if n % 2 == 0:
                n = n // 2
            else:
                n = 3 * n + 1
            k += 1
        steps[i] = k


def newton(re, im, root, rounds):
    """z ** 3 = 1 from each start: which root, after how many rounds."""
    for i in range(len(re)):
        x = re[i]
        y = im[i]
        found = -1
        k = 0
        for k in range(40):
            x2 = x * x - y * y
            y2 = 2.0 * x * y
            d = 3.0 * (x2 * x2 + y2 * y2)
            if d == 0.0:
                break
            fx = x2 * x - y2 * y - 1.0
            fy = x2 * y + y2 * x
            x = x - 3.0 * (fx * x2 + fy * y2) / d / 3.0
            y = y - 3.0 * (fy * x2 - fx * y2) / d / 3.0
            if fx * fx + fy * fy < 1e-12:
                found = 0 if x > 0.0 else (1 if y > 0.0 else 2)
                break
        root[i] = found
        rounds[i] = k


def bisection(target, root):
    for i in range(len(target)):
        low = 0.0
        high = 4.0
        while high - low > 1e-9:
            middle = 0.5 * (low + high)
            if middle * middle * middle + middle < target[i]:
                low = middle
            else:
                high = middle
        root[i] = low


def greatest_divisor(a, b, c):
    for i in range(len(a)):
        x = int(a[i])
        y = int(b[i])
        while y != 0:
            x, y = y, x % y
        c[i] = x


def binary_search(table, wanted, place):
    for i in range(len(wanted)):
        low = 0
        high = len(table)
        while low < high:
            middle = (low + high) // 2
            if table[middle] < wanted[i]:
                low = middle + 1
            else:
                high = middle
        place[i] = low


def digits(values, state, total):
    """A machine of four states that reads each number's decimal digits."""
    for i in range(len(values)):
        rest = int(values[i])
        s = 0
        sum_of = 0
        while rest > 0:
            d = rest % 10
            rest = rest // 10
            if s == 0:
                s = 1 if d % 2 == 0 else 2
            elif s == 1:
                if d == 0:
                    s = 0
                    continue
                s = 3 if d > 6 else 1
            elif s == 2:
                s = 1 if d < 3 else 2
            else:
                if d == 9:
                    break
                s = 0
            sum_of += s * d
        state[i] = s
        total[i] = sum_of


@pytest.mark.parametrize("n", LENGTHS)
def test_loops_on_data(n):
    zeros, ints = np.zeros(n), np.zeros(n, int)
    check(mandelbrot, noise(n), noise(n + 1)[:n].copy(), ints, 50)
    check(collatz, whole(n, 1, 1000), ints)
    check(newton, noise(n), noise(n + 1)[:n].copy(), ints, ints.copy())
    check(bisection, noise(n, 0.0, 60.0), zeros)
    check(greatest_divisor, whole(n, 0, 10000), whole(n + 1, 0, 300)[:n].copy(), ints)
    check(binary_search, np.sort(noise(57)), noise(n, -2.5, 2.5), ints)
    check(digits, whole(n, 0, 10**9), ints, ints.copy())


# ---------------------------------------------------------------- branches


def black_scholes(spot, strike, years, rate, volatility, price):
    for i in range(len(spot)):
        if years[i] <= 0.0:
            price[i] = spot[i] - strike[i] if spot[i] > strike[i] else 0.0
            continue
        root = volatility * math.sqrt(years[i])
        d1 = (math.log(spot[i] / strike[i]) + (rate + 0.5 * volatility * volatility) * years[i]) / root
        d2 = d1 - root
        value = 0.0
        for sign in range(2):
            d = d1 if sign == 0 else d2
            t = 1.0 / (1.0 + 0.2316419 * abs(d))
            tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
            tail = tail * 0.3989422804014327 * math.exp(-0.5 * d * d)
            if d > 0.0:
                tail = 1.0 - tail
            if sign == 0:
                value += spot[i] * tail
            else:
                value -= strike[i] * math.exp(-rate * years[i]) * tail
        price[i] = value


def rays(dx, dy, spheres, hit, depth):
    """The nearest sphere (x, y, z, radius) that the ray from the origin meets."""
    for i in range(len(dx)):
        length = math.sqrt(dx[i] * dx[i] + dy[i] * dy[i] + 1.0)
        x = dx[i] / length
        y = dy[i] / length
        z = 1.0 / length
        best = 1e30
        which = -1
        for s in range(spheres.shape[0]):
            b = x * spheres[s, 0] + y * spheres[s, 1] + z * spheres[s, 2]
            c = spheres[s, 0] ** 2 + spheres[s, 1] ** 2 + spheres[s, 2] ** 2 - spheres[s, 3] ** 2
            inside = b * b - c
            if inside < 0.0:
                continue
            t = b - math.sqrt(inside)
            if t > 1e-6 and t < best:
                best = t
                which = s
        hit[i] = which
        depth[i] = best


def k_means(points, centres, nearest):
    for i in range(points.shape[0]):
        best = 1e300
        which = 0
        for c in range(centres.shape[0]):
            d = 0.0
            for k in range(points.shape[1]):
                t = points[i, k] - centres[c, k]
                d += t * t
            if d < best:
                best = d
                which = c
        nearest[i] = which


def attraction(x, y, m, fx, fy):
    for i in range(len(x)):
        ax = 0.0
        ay = 0.0
        for j in range(len(x)):
            if i != j:
                dx = x[j] - x[i]
                dy = y[j] - y[i]
                r2 = dx * dx + dy * dy + 1e-3
                w = m[j] / (r2 * math.sqrt(r2))
                ax += dx * w
                ay += dy * w
        fx[i] = ax
        fy[i] = ay


@pytest.mark.parametrize("n", LENGTHS)
def test_branches(n):
    zeros, ints = np.zeros(n), np.zeros(n, int)
    years = noise(n, -0.3, 2.0)
    options = (noise(n, 50.0, 150.0), noise(n + 1, 50.0, 150.0)[:n].copy(), years, 0.03, 0.2, zeros)
    check(black_scholes, *options)
    check(black_scholes, *options, fp_model="default", tolerance=1e-9)
    spheres = np.random.default_rng(7).uniform(0.5, 3.0, (6, 4)) * [1, 1, 2, 0.5]
    check(rays, noise(n, -1.0, 1.0), noise(n + 1, -1.0, 1.0)[:n].copy(), spheres, ints, zeros)
    check(k_means, noise(3 * n).reshape(n, 3), noise(15).reshape(5, 3), ints)
    check(attraction, noise(n), noise(n + 1)[:n].copy(), noise(n, 0.1, 1.0), zeros, zeros.copy())


# ---------------------------------------------------------------- gathers


def sparse_product(begin, column, value, x, y):
    for i in range(len(y)):
        s = 0.0
        for k in range(begin[i], begin[i + 1]):
            s += value[k] * x[column[k]]
        y[i] = s


def sparse_rows(n):
    random = np.random.default_rng(n)
    lengths = random.integers(0, 7, n)
    begin = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
    stored = int(begin[-1])
    return begin, random.integers(0, 20, stored), random.uniform(-1, 1, stored), random.uniform(-1, 1, 20), np.zeros(n)


@pytest.mark.parametrize("n", LENGTHS)
def test_sparse_rows(n):
    check(sparse_product, *sparse_rows(n))


@pytest.mark.parametrize("place", PLACES)
def test_a_sparse_column_that_does_not_exist(place):
    args = sparse_rows(50)
    place = min(place, len(args[1]) - 1)
    args[1][place] = 20
    error = check(sparse_product, *args)
    assert error is not None and error[0] is IndexError


# ---------------------------------------------------------------- exceptions in the middle of the lanes


def halvings(x, y):
    for i in range(len(x)):
        v = x[i]
        k = 0
        while v > 1.0:
            v = v * 0.5
            k += 1
        if v < 0.0:
            raise ValueError("negative")
        y[i] = k


def quotient_chain(a, b, c):
    for i in range(len(a)):
        v = int(a[i])
        k = 0
        while v > 3:
            v = v // int(b[i])
            k += 1
        c[i] = k


def table_walk(table, start, c):
    for i in range(len(start)):
        at = int(start[i])
        k = 0
        while at != 0 and k < 10:
            at = int(table[at])
            k += 1
        c[i] = k


def powers(base, c):
    for i in range(len(base)):
        v = 1
        for k in range(40):
            v = v * int(base[i])
            if v > 10**6:
                break
        c[i] = v


def large_power(base, count, c):
    for i in range(len(base)):
        v = 1
        for k in range(int(count[i])):
            v = v * int(base[i])
        c[i] = v


def square_roots(x, y):
    for i in range(len(x)):
        v = x[i]
        for k in range(3):
            if v > 0.1:
                v = math.sqrt(v) - 0.05 * k
            else:
                v = math.sqrt(v + 1.0)
        y[i] = v


@pytest.mark.parametrize("n", (20, 33, 65))
@pytest.mark.parametrize("place", PLACES)
def test_rounds_before_the_failing_one_are_stored(n, place):
    if place >= n:
        return
    # (function, arguments with the output last, the argument that decides, a value that fails, the exception)
    cases = [
        (halvings, [noise(n, 0.0, 50.0), np.full(n, -7)], 0, -1.0, ValueError),
        (quotient_chain, [whole(n, 0, 1000), whole(n, 2, 5), np.full(n, -7)], 1, 0, ZeroDivisionError),
        (table_walk, [whole(40, 0, 40), whole(n, 0, 40), np.full(n, -7)], 1, 40, IndexError),
        (table_walk, [whole(40, 0, 40), whole(n, 0, 40), np.full(n, -7)], 1, -41, IndexError),
        (square_roots, [noise(n, 0.0, 3.0), np.full(n, -7.0)], 0, -1.5, ValueError),
    ]
    for function, args, which, bad, kind in cases:
        if function is quotient_chain:
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
        rooftop.jit(large_power)(base, count, c)
    expected = [int(b) ** int(k) for b, k in zip(base[:place], count[:place], strict=True)]
    assert c[:place].tolist() == expected
    assert (c[place:] == -7).all()


def test_breaks_keep_ints_small():
    for n in LENGTHS:
        check(powers, whole(n, -9, 10), np.zeros(n, int))


# ---------------------------------------------------------------- memory


def smoothed(a, b):
    for i in range(len(b)):
        v = a[i]
        k = 0
        while v > 1.0 and k < 8:
            v = v * 0.5 + a[i + 1] * 0.125
            k += 1
        b[i] = v


@pytest.mark.parametrize("n", (1, 8, 17, 33, 64))
def test_arrays_that_overlap_keep_the_order(n):
    for begin in (0, 1, 2):
        buffers = [noise(n + 4, 0.0, 9.0) for _ in range(2)]
        smoothed(buffers[0][: n + 2], buffers[0][begin : n + begin])
        jitted(smoothed)(buffers[1][: n + 2], buffers[1][begin : n + begin])
        np.testing.assert_array_equal(buffers[1], buffers[0])


@pytest.mark.parametrize("n", (1, 8, 17, 33, 64))
def test_strided_and_reversed_arrays(n):
    for step in (2, -1, -3):
        count = (n + abs(step) - 1) // abs(step)
        results = [np.zeros(count), np.zeros(count)]
        a = noise(n + 1, 0.0, 9.0)
        for function, b in zip((smoothed, jitted(smoothed)), results, strict=True):
            function(np.append(a[:n][::step], 0.5), b)
        np.testing.assert_array_equal(results[1], results[0])


def escape(c, counts):
    for i in range(len(c)):
        z = 0j
        k = 0
        while k < 30 and abs(z.real) < 2.0:
            z = z * z + c[i]
            k += 1
        counts[i] = k


@pytest.mark.parametrize("n", LENGTHS)
def test_complex_values(n):
    c = noise(n) + 1j * noise(n + 1)[:n]
    check(escape, c, np.zeros(n, int))


def clipped_steps(x, k, y):
    for i in range(len(x)):
        v = x[i]
        n = 0
        while v < 100 and n < k[i]:
            v = v + v // 2 + 1
            n += 1
        y[i] = v


@pytest.mark.parametrize(
    "dtype", ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "float64")
)
def test_element_types(dtype):
    for n in (1, 16, 31, 70, 130):
        x = whole(n, 0, 40).astype(dtype)
        check(clipped_steps, x, whole(n, 0, 12).astype("int32"), np.zeros(n, dtype))


def upper_rows(a, out):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if j < i:
                continue
            v = a[i, j]
            while v > 1.0:
                v = v / 2.0
            out[i, j] = v


@pytest.mark.parametrize("n", (1, 7, 16, 33))
def test_matrices(n):
    a = noise(n * (n + 3), 0.0, 9.0).reshape(n, n + 3)
    check(upper_rows, a, np.zeros_like(a))
