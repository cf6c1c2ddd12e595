"""Python floats: IEEE arithmetic with Python's exceptions, floor division and modulo, powers, small numerics."""

from .registry import case, cases, grid, options
from .values import FLOATS, GREATEST, INF, LEAST_NORMAL, NAN, PLAIN_FLOATS, TINY

FEW = (0.0, -0.0, 1.5, -2.5, TINY, 1e300, INF, -INF, NAN)


@grid(FLOATS, FEW)
def add(x, y):
    return x + y


@grid(FLOATS, FEW)
def subtract(x, y):
    return x - y


@grid(FLOATS, FEW)
def multiply(x, y):
    return x * y


@grid(FLOATS, FEW)
def divide(x, y):
    return x / y


@grid(FLOATS, FEW)
def floor_divide(x, y):
    return x // y


@grid(FLOATS, FEW)
def modulo(x, y):
    return x % y


@grid((0.0, -0.0, 0.5, 2.0, INF, NAN, 1e200, TINY), (0.0, -0.0, 0.5, 1.0, 2.0, -1.0, -0.5, 3.0, INF, -INF, NAN))
def power(x, y):
    return x**y


@grid((-2.0, -0.5, -INF, -1.0, -0.0), (2.0, -3.0, 3.0, INF, -INF, 1e300))
def power_of_negative(x, y):
    return x**y


@cases(*FLOATS)
def constant_powers(x):
    return x**1, x**0, x**1.0


@cases(*FLOATS[:8], INF, -INF, NAN)
def square(x):
    return x**2, x * x


@cases(1e200, GREATEST)
def square_overflows(x):
    """The product is infinite, the power raises."""
    return x * x, x**2


@cases(4.0, 0.25, -0.0, INF, 2.0, 1e-320)
def root_by_power(x):
    return x**0.5


@grid(PLAIN_FLOATS[2:], (0, 1, 2, 3, -1, -2, 10))
def integer_power(x, n):
    return x**n


@cases(*FLOATS)
def negate(x):
    return -x, 0.0 - x, 0 - x


@cases(*FLOATS)
def sign_of_zero(x):
    return x * 0.0, x + 0.0, x - x, abs(x)


@cases((0.1, 0.2, 0.3), (1e16, 1.0, -1e16), (1e308, 1e308, -1e308))
def sums_keep_their_order(x, y, z):
    return x + y + z, x + (y + z), (x + z) + y


@cases((3.0, 1 / 3, -1.0), (1e8 + 1, 1e8 - 1, -1e16), (0.1, 10.0, -1.0), (1.5, 2.0, 0.25))
@options(atol=3.0)
def multiply_add(a, b, c):
    """What a contraction would round once, strict rounds twice."""
    return a * b + c, c + a * b, a * b - c, c - a * b


@cases((0.1, 0.3), (1e154, 1e154), (1.0, NAN), (3.0, 4.0))
@options(atol=1e-15)
def dot_of_two(x, y):
    return x * x + y * y, x * x - y * y


@cases((1.0, 3.0), (1.0, 10.0), (2.0, 3.0))
def division_is_not_reciprocal(x, y):
    return x / y, x * (1.0 / y), x / 10.0, x / 3


@cases(0.0, 1.0, -1.0, INF, -INF, NAN)
def identities_that_do_not_hold(x):
    return x + 0.0 == x, x == x, x - x == 0.0, x * 1.0, x / 1.0, 1.0 * x


@grid((0.0, 32.0, 212.0, -459.67, 98.6))
def fahrenheit_to_celsius(t):
    return (t - 32) * 5 / 9


@grid((0.0, 0.5, 1.0, -1.0), (0.0, 10.0), (1.0, -5.0, INF))
@options(atol=1e-14)
def lerp(t, a, b):
    return a + t * (b - a)


@cases(*PLAIN_FLOATS, INF, NAN)
@options(atol=1e-12)
def horner(x):
    return ((2.0 * x - 3.0) * x + 0.5) * x - 1.25


@cases((1.0, -3.0, 2.0), (1.0, 2.0, 1.0), (1.0, 0.0, -4.0), (2.0, 5.5, 1.0))
@options(atol=1e-14)
def quadratic_roots(a, b, c):
    root = (b * b - 4 * a * c) ** 0.5
    return (-b + root) / (2 * a), (-b - root) / (2 * a)


@cases(2.0, 0.0, 1e-10, 10.0, 1e300, -1.0)
def newton_square_root(x):
    if x < 0.0:
        return -1.0
    guess = x if x > 1.0 else 1.0
    for _ in range(40):
        guess = 0.5 * (guess + x / guess)
    return guess


@cases(1, 10, 1000)
def harmonic(n):
    total = 0.0
    for k in range(1, n + 1):
        total += 1.0 / k
    return total


@cases(0, 1, 50, 1000)
def leibniz_pi(n):
    total = 0.0
    sign = 1.0
    for k in range(n):
        total += sign / (2 * k + 1)
        sign = -sign
    return 4 * total


@cases((1000.0, 0.05, 10), (0.0, 0.1, 3), (1.0, -1.0, 2), (5.0, 0.0, 100))
@options(ulps=64)
def compound_interest(amount, rate, years):
    for _ in range(years):
        amount += amount * rate
    return amount


@cases((0.3, 3.9, 60), (0.5, 2.0, 10), (0.0, 4.0, 5))
@options(strict_only="the map is chaotic")
def logistic_map(x, r, steps):
    for _ in range(steps):
        x = r * x * (1.0 - x)
    return x


@cases((1.0, 1e-8, 5), (1e16, 1.0, 10), (0.1, 0.1, 9))
@options(strict_only="compensation is about the rounding itself")
def compensated_sum(start, step, n):
    total = start
    lost = 0.0
    for _ in range(n):
        y = step - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total, lost


@case()
def machine_epsilon():
    epsilon = 1.0
    while 1.0 + epsilon / 2 != 1.0:
        epsilon /= 2
    return epsilon


@case()
def halve_to_zero():
    x = 1.0
    steps = 0
    while x > 0.0:
        x *= 0.5
        steps += 1
    return steps


@case(1.0)
@case(LEAST_NORMAL)
@case(NAN)
def double_to_infinity(x):
    steps = 0
    while x < INF:
        x *= 2
        steps += 1
    return steps, x


@grid((0.0, 1e-9, -3.0, NAN, INF), (1e-9, 0.0, 3.0))
def nearly_equal(x, y):
    return abs(x - y) <= 1e-9 * max(abs(x), abs(y))


@cases(0.0, 59.999, 3661.5, -1.0)
def split_seconds(t):
    hours = t // 3600
    minutes = t % 3600 // 60
    return hours, minutes, t % 60, int(hours)


@cases((0.0, 360.0), (370.0, 360.0), (-10.0, 360.0), (-0.0, 360.0), (5.0, -3.0), (-1e-20, 360.0))
def wrap_angle(x, period):
    return x % period


@cases(0.0, 100.0, 1e5, 1e-3)
def tax(income):
    if income <= 10.0:
        return 0.0
    elif income <= 1000.0:
        return (income - 10.0) * 0.2
    else:
        return 198.0 + (income - 1000.0) * 0.4
