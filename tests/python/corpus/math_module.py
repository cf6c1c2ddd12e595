"""The math module: every function on ordinary and special values, its errors, and NumPy scalars as arguments."""

import math
from math import cos, exp, pi, sin

import numpy as np

from .registry import case, cases, grid, options
from .values import FLOATS, GREATEST, I64_MAX, I64_MIN, INF, NAN, TINY, f64, noise

SMALL = (0.0, -0.0, 0.1, 0.5, 1.0, -1.0, -0.7, 2.0, 10.0, -10.0, 1e-10, 710.0, -750.0, TINY, INF, -INF, NAN)
HUGE = (1e5, 1e22, -1e300, 3.141592653589793, 1.5707963267948966)


@cases(*FLOATS, 2.0, 1e-310, 4)
def sqrt(x):
    return math.sqrt(x)


@cases(*SMALL, 3)
def exponential(x):
    return math.exp(x)


@cases(*SMALL)
def expm1(x):
    return math.expm1(x)


@cases(*SMALL, 1024.0)
def exp2(x):
    return math.exp2(x)


@cases(*FLOATS, 10, I64_MAX, 0, -1)
def log(x):
    return math.log(x)


@cases(*FLOATS, 8.0, 1e-320)
def log2(x):
    return math.log2(x)


@cases(*FLOATS, 1000.0)
def log10(x):
    return math.log10(x)


@cases(*SMALL)
def log1p(x):
    return math.log1p(x)


@grid((8.0, 0.5, 0.0, INF), (2.0, 10.0, 1.0, 0.0, -2.0))
def log_to_base(x, base):
    return math.log(x, base)


@cases(*SMALL, *HUGE)
def sine(x):
    return math.sin(x)


@cases(*SMALL, *HUGE)
def cosine(x):
    return math.cos(x)


@cases(*SMALL, *HUGE)
def tangent(x):
    return math.tan(x)


@cases(*SMALL)
def arcsine(x):
    return math.asin(x)


@cases(*SMALL)
def arccosine(x):
    return math.acos(x)


@cases(*SMALL, *HUGE)
def arctangent(x):
    return math.atan(x)


@grid((0.0, -0.0, 1.0, -2.5, INF, -INF, NAN), (0.0, -0.0, 1.0, -2.5, INF, -INF))
def arctangent_of_two(y, x):
    return math.atan2(y, x)


@cases(*SMALL)
def sinh(x):
    return math.sinh(x)


@cases(*SMALL)
def cosh(x):
    return math.cosh(x)


@cases(*SMALL)
def tanh(x):
    return math.tanh(x)


@cases(*SMALL)
def asinh(x):
    return math.asinh(x)


@cases(*SMALL)
def acosh(x):
    return math.acosh(x)


@cases(*SMALL)
def atanh(x):
    return math.atanh(x)


@cases(*SMALL)
def error_functions(x):
    return math.erf(x), math.erfc(x)


@cases(*SMALL, 5.0, 171.5, 172.0, -3.0, -0.5)
def gamma(x):
    return math.gamma(x)


@cases(*SMALL, 5.0, -3.0, 1e306, 1e308)
def log_gamma(x):
    return math.lgamma(x)


@cases(*SMALL, 27.0, -8.0)
def cube_root(x):
    return math.cbrt(x)


@grid((0.0, -0.0, 1.0, -2.0, 2.0, INF, NAN, 1e200), (0.0, 1.0, -1.0, 0.5, 3.0, INF, -INF, NAN))
def power(x, y):
    return math.pow(x, y)


@grid((3.0, 0.0, -5.0, 1e200, INF, NAN, TINY), (4.0, -0.0, INF, 1e200))
def hypotenuse(x, y):
    return math.hypot(x, y)


@grid((3.0, 1e-200, NAN, TINY), (4.0, -1e200, INF), (12.0, 0.1, -0.0))
def norms(x, y, z):
    return math.hypot(x, y, z), math.hypot(x), math.hypot(), math.hypot(x, y, z, 0.3)


@grid((3.0, 0.1, INF), (-4.0, 1e300))
def distance(x, y):
    return math.dist((x, y), (y, 2.5)), math.dist((x, 1, y), (0.5, y, x)), math.dist((x,), (y,))


@case(1.0)
def distance_of_other_dimensions(x):
    return math.dist((x, x), (x,))


@grid((7.5, -7.5, 0.0, -0.0, INF, NAN), (2.0, -2.0, INF, 0.0, NAN))
def float_remainders(x, y):
    return math.fmod(x, y)


@grid((7.5, -6.0, 5.0, 0.0, INF, 1e300), (2.0, 3.0, INF, 0.0))
def ieee_remainder(x, y):
    return math.remainder(x, y)


@cases(0.0, -0.0, 2.5, -2.5, 0.9999999999999999, 1e15 + 0.5, 1e18, 1e19, NAN, INF, -INF, 7)
def floor(x):
    return math.floor(x)


@cases(0.0, -0.0, 2.5, -2.5, -0.5, 1e15 + 0.5, 1e18, -1e19, NAN, INF, 7)
def ceil(x):
    return math.ceil(x)


@cases(0.0, -0.0, 2.5, -2.5, -0.5, 1e18, NAN, -INF, 7)
def trunc(x):
    return math.trunc(x)


@cases(*FLOATS, 3, -4)
def fabs(x):
    return math.fabs(x)


@grid((0.0, 3.0, -3.0, NAN, INF), (1.0, -0.0, -NAN, -INF))
def copysign(x, y):
    return math.copysign(x, y)


@cases(*FLOATS, 3)
def classify(x):
    return math.isnan(x), math.isinf(x), math.isfinite(x)


@grid((1.0, 1.0 + 1e-10, 0.0, INF, NAN), (1.0, 0.0, INF, 1e-12))
def isclose(x, y):
    return math.isclose(x, y)


@grid((1.0, 0.0), (1.05, 1e-4))
def isclose_with_tolerances(x, y):
    return math.isclose(x, y, rel_tol=0.1), math.isclose(x, y, abs_tol=1e-3), math.isclose(x, y, rel_tol=0.0, abs_tol=0.0)


@cases(*FLOATS)
def modf(x):
    return math.modf(x)


@cases(*FLOATS, 10.0)
def frexp(x):
    return math.frexp(x)


@grid((0.75, -1.0, 0.0, INF, NAN, TINY), (0, 1, -1, 1023, -1075, 2000, -5000))
def ldexp(x, n):
    return math.ldexp(x, n)


@cases(*FLOATS)
def ulp(x):
    return math.ulp(x)


@grid((0.0, 1.0, INF, GREATEST, -TINY), (1.0, -INF, INF, NAN))
def nextafter(x, y):
    return math.nextafter(x, y)


@cases(0.0, 180.0, -90.0, INF, NAN, 1e308)
def angles(x):
    return math.degrees(x), math.radians(x)


@grid((0, 12, -18, 7, I64_MAX, I64_MIN + 1), (0, 18, -4))
def gcd_and_lcm(a, b):
    return math.gcd(a, b), math.lcm(a, b)


@case(12, 18, 27)
@case(0, 0, 0)
def gcd_of_three(a, b, c):
    return math.gcd(a, b, c), math.gcd(a), math.gcd()


@cases(0, 1, 5, 20, 21, -1)
def factorial(n):
    return math.factorial(n)


@cases(0, 1, 24, 25, 26, 2**52, I64_MAX, 3037000499**2 - 1, -1)
def isqrt(n):
    return math.isqrt(n)


@grid((5, 0, 60, 70, -1), (0, 2, 5, 30, -1))
def combinations(n, k):
    return math.comb(n, k)


@grid((5, 0, 20, 25, -1), (0, 2, 5, 20, -1))
def permutations(n, k):
    return math.perm(n, k)


@cases(np.float64(2.0), np.float32(0.5), np.int64(4), np.float64(NAN), np.uint8(1))
def of_numpy_scalars(x):
    """The result is a Python float."""
    return math.sqrt(x), math.sin(x), math.exp(x)


@cases(np.float64(2.5), np.float32(-2.5), np.float64(NAN))
def floor_of_numpy_float(x):
    return math.floor(x), math.ceil(x)


@cases(True, 3, -2)
def of_ints_and_bools(n):
    return math.exp(n), math.atan(n), math.hypot(n, 4), math.pow(n, 2), math.fabs(n)


@case()
def constants():
    return math.pi, math.e, math.tau, math.inf, -math.inf, math.nan


@cases(0.3, -2.0)
@options(ulps=32, atol=1e-15)
def from_imports(x):
    return sin(x) ** 2 + cos(x) ** 2, exp(x) * pi


@cases(f64(0.1, 0.5, 2.0, -3.0, 100.0), noise(40), f64())
@options(ulps=64)
def map_sin_exp(a):
    for i in range(len(a)):
        a[i] = math.sin(a[i]) * math.exp(-a[i] * a[i])


@cases(noise(20, "float32"))
@options(atol=1e-6)
def map_float32(a):
    for i in range(len(a)):
        a[i] = math.tanh(a[i]) + math.cos(a[i])


@cases(f64(1, 4, 9, -1, 16), f64(1, 4))
def error_in_the_middle(a):
    for i in range(len(a)):
        a[i] = math.sqrt(a[i])


@cases((0.0, 1.0), (1.5, 0.5), (-3.0, 2.0))
@options(ulps=64)
def gaussian(x, sigma):
    return math.exp(-0.5 * (x / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))


@cases((52.52, 13.4, 48.85, 2.35), (0.0, 0.0, 0.0, 0.0), (90.0, 0.0, -90.0, 0.0))
@options(ulps=64)
def great_circle(lat1, lon1, lat2, lon2):
    p, q = math.radians(lat1), math.radians(lat2)
    dp = q - p
    dl = math.radians(lon2 - lon1)
    h = math.sin(dp / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(dl / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))


@cases((100.0, 100.0, 0.05, 0.2, 1.0), (100.0, 50.0, 0.0, 0.5, 2.0))
@options(atol=1e-11)
def black_scholes(spot, strike, rate, vol, time):
    root = vol * math.sqrt(time)
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol * vol) * time) / root
    d2 = d1 - root
    n1 = 0.5 * (1 + math.erf(d1 / math.sqrt(2)))
    n2 = 0.5 * (1 + math.erf(d2 / math.sqrt(2)))
    return spot * n1 - strike * math.exp(-rate * time) * n2
