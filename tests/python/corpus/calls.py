"""Calls of plain Python functions (compiled along), nested functions, lambdas, defaults, keywords, closures."""

import math
from math import sqrt

from .registry import case, cases, grid, options
from .values import I64_MAX, SMALL_INTS, f64, i64, noise, ramp

LIMIT = 10


def square(x):
    return x * x


def hypotenuse(a, b=4.0):
    return sqrt(square(a) + square(b))


def scaled(x, factor=2, offset=0):
    return x * factor + offset


def nothing(x):
    x + 1


def halves(n):
    return n // 2, n - n // 2


def fill(a, value):
    for i in range(len(a)):
        a[i] = value


def at(a, i):
    return a[i]


def first_positive(a):
    for x in a:
        if x > 0:
            return True, float(x)
    return False, 0.0


def safe_divide(a, b):
    if b == 0:
        return 0
    return a // b


def below_limit(n):
    return n < LIMIT


def tail(a):
    return a[1:]


@cases(*SMALL_INTS, 1.5, -0.0, 1j, True)
def call_with_any_type(x):
    return square(x)


@cases((3, 2.5), (I64_MAX, 1.0))
def one_function_two_types(n, x):
    """Each type of argument has its own compiled form."""
    return square(n), square(x), square(n > 0)


@cases(3.0, 0.0)
def default_argument(x):
    return hypotenuse(x), hypotenuse(x, 1.0), hypotenuse(b=2.0, a=x)


@grid((0, 5), (1, -1))
def keyword_arguments(x, y):
    return scaled(x), scaled(x, y), scaled(x, offset=y), scaled(offset=x, x=y, factor=3)


@cases(1, 2)
def call_for_nothing(x):
    nothing(x)
    return x


@cases(0, 7, -7)
def unpack_result(n):
    low, high = halves(n)
    return low - high, halves(low)


@cases((f64(1, 2, 3), 5.0), (i64(1, 2), 7), (f64(), 0.0))
def callee_writes(a, value):
    fill(a, value)
    fill(a[:1], value * 2)


@cases((f64(1, 2, 3), 2), (f64(1, 2, 3), 3))
def callee_raises(a, i):
    return at(a, i) + at(a, -1)


@cases(f64(-1, 2, 3), f64(-1), f64())
def callee_returns_early(a):
    found, value = first_positive(a)
    return value if found else -1.0


@grid((10, 0), (3, 0))
def call_in_condition(a, b):
    if safe_divide(a, b) > 2 and below_limit(a + b):
        return 1
    return safe_divide(b, a)


@cases(0, 3)
def calls_in_loop(n):
    total = 0
    for k in range(safe_divide(n * 4, 2)):
        total += square(k) - scaled(k, offset=1)
    return total


@cases(1, 2, 3)
def nested_calls(n):
    return square(square(square(n))) + scaled(scaled(n, 3), scaled(1))


@cases(f64(4, 9, 16), f64(0.25), f64(1, -1))
def module_function(a):
    for i in range(len(a)):
        a[i] = sqrt(a[i])


@cases(0.5, 2.0)
def attributes_of_modules(x):
    return math.pi * x, math.e, math.tau - x, math.inf > x, math.nan


@cases((ramp(4), 2), (ramp(1), 0), (ramp(3), 3))
def callee_returns_view(a, n):
    for _ in range(n):
        a = tail(a)
    return len(a)


def call_order_trace(a, k):
    a[0] = a[0] * 10 + k
    return k


@cases(i64(0))
def order_of_arguments(a):
    """Arguments are evaluated left to right, and once."""
    r = call_order_trace(a, 1) - call_order_trace(a, 2) * call_order_trace(a, 3)
    s = min(call_order_trace(a, 4), call_order_trace(a, 5))
    return r, s, a[0]


@cases(i64(0))
def short_circuit_calls(a):
    x = call_order_trace(a, 0) and call_order_trace(a, 1)
    y = call_order_trace(a, 2) or call_order_trace(a, 3)
    z = call_order_trace(a, 1) < call_order_trace(a, 0) < call_order_trace(a, 9)
    return x, y, z


def apply_step(x, rate, limit=100.0):
    y = x + rate * (limit - x)
    return y, abs(y - x) < 1e-3


@cases((0.0, 0.5), (100.0, 0.1), (50.0, 0.0))
@options(atol=1e-9)
def iterate_until_converged(x, rate):
    steps = 0
    done = False
    while not done and steps < 500:
        x, done = apply_step(x, rate)
        steps += 1
    return x, steps


def dot(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@case(noise((3, 4)), noise((4,), seed=3), f64(0, 0, 0))
@case(noise((2, 3)), noise((2,), seed=3), f64(0, 0))
@options(atol=1e-13)
def rows_to_callee(a, x, out):
    for i in range(a.shape[0]):
        out[i] = dot(a[i], x)


@cases((5, 3), (5, 0))
def error_two_calls_deep(a, b):
    return scaled(divide(a, b))


def divide(a, b):
    return a // b
