"""Python complex numbers: arithmetic and its special values, parts, powers, iterations in the plane."""

from .registry import cases, grid, options
from .values import COMPLEXES, INF, NAN

FEW = (0j, 1 + 0j, -2j, 3.5 - 4.25j)


@grid(COMPLEXES, COMPLEXES)
def add(z, w):
    return z + w, z - w


@grid(COMPLEXES, COMPLEXES)
@options(strict_only="a contraction decides whether infinities meet")
def multiply(z, w):
    return z * w


@grid(COMPLEXES, COMPLEXES)
def divide(z, w):
    return z / w


@grid(FEW, (0, 2, -3, 1.5, -0.0))
def with_reals(z, x):
    return z + x, z - x, z * x, x - z, x * z


@grid(FEW, (2, 1.5, 0))
def over_real(z, x):
    return z / x


@cases(*COMPLEXES)
def parts(z):
    return z.real, z.imag, z.conjugate()


@cases(*COMPLEXES)
def negate(z):
    return -z, +z, 0 - z


@cases(*COMPLEXES[:5], complex(INF, NAN), complex(3, 4), 1.7e308 + 1.7e308j)
def magnitude(z):
    return abs(z)


@grid((0j, 1j, 2 - 1j, -3 + 0j), (0, 1, 2, 3, -1, 5))
def integer_power(z, n):
    return z**n


@grid((1j, 2 - 1j, 0j), (0.5, 2 + 1j, 0j))
def general_power(z, w):
    return z**w


@cases((0j, 50), (0.3 + 0.5j, 50), (-1 + 0j, 50), (2 + 2j, 50), (-0.75 + 0.1j, 100))
def mandelbrot_point(c, limit):
    z = 0j
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit


@cases((1 + 1j, 20), (-2 + 0.1j, 30), (0.5j, 10))
@options(ulps=256)
def newton_cube_root(z, steps):
    for _ in range(steps):
        z = z - (z * z * z - 1) / (3 * z * z)
    return z


@cases((0.5 + 0.5j, 5), (1 + 0j, 3), (0j, 4))
@options(ulps=64)
def geometric_sum(q, n):
    total = 0j
    term = 1 + 0j
    for _ in range(n):
        total += term
        term *= q
    return total


@cases((1 + 2j, 3 - 1j), (0j, 0j))
@options(ulps=32, atol=1e-14)
def cross_and_dot(a, b):
    return a.real * b.real + a.imag * b.imag, a.real * b.imag - a.imag * b.real


@cases(0j, 1e-3j, NAN + 0j, complex(-0.0, 0.0))
def truth(z):
    return 1 if z else 0
