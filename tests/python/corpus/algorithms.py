"""Numerical methods and statistics: roots, quadrature, polynomials, histograms, moments, transforms, encoding."""

import math

import numpy as np

from .registry import case, cases, grid, options
from .values import INF, NAN, f64, i64, noise, ramp


def cubic(x):
    return x**3 - 2.0 * x - 5.0


@cases((2.0, 3.0, 1e-10), (2.0, 3.0, 0.5), (5.0, 6.0, 1e-3))
@options(atol=1e-9)
def bisection(low, high, tolerance):
    if cubic(low) * cubic(high) > 0:
        return math.nan
    while high - low > tolerance:
        middle = (low + high) / 2
        if cubic(low) * cubic(middle) <= 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


@cases((2.0, 20), (100.0, 3), (0.0, 0))
@options(ulps=1000)
def newton(x, limit):
    for _ in range(limit):
        slope = 3.0 * x * x - 2.0
        if slope == 0.0:
            break
        x -= cubic(x) / slope
    return x


@cases((2.0, 3.0, 4), (2.0, 2.5, 3))
@options(ulps=1000)
def secant(a, b, steps):
    for _ in range(steps):
        a, b = b, b - cubic(b) * (b - a) / (cubic(b) - cubic(a))
    return b


@cases((0.0, 1.0, 10), (0.0, math.pi, 100), (1.0, 1.0, 2), (0.0, 1.0, 0))
@options(ulps=64)
def simpson(a, b, n):
    h = (b - a) / n
    total = math.sin(a) + math.sin(b)
    for i in range(1, n):
        total += (4 if i % 2 else 2) * math.sin(a + i * h)
    return total * h / 3


@cases((0.0, 2.0, 16), (-1.0, 1.0, 1))
@options(ulps=64)
def trapezoid(a, b, n):
    h = (b - a) / n
    total = 0.5 * (math.exp(-a * a) + math.exp(-b * b))
    for i in range(1, n):
        x = a + i * h
        total += math.exp(-x * x)
    return h * total


@cases((f64(1, -3, 0.5, 2), 1.5), (f64(7), 100.0), (f64(), 1.0), (f64(1, 2), INF), (i64(1, 2, 3), 2.0))
@options(merged=True, atol=1e-12)
def horner(coefficients, x):
    value = 0.0
    for c in coefficients:
        value = value * x + c
    return value


@cases((f64(1, 2, 3), f64(0, 0)), (f64(5), f64()), (noise(6), np.zeros(5)))
def derivative(coefficients, out):
    for i in range(1, len(coefficients)):
        out[i - 1] = i * coefficients[i]


@cases((f64(0, 1, 2), f64(1, 3, 11), 1.5), (f64(1, 1), f64(2, 3), 0.0), (f64(4), f64(9), 100.0))
@options(atol=1e-12)
def lagrange(xs, ys, x):
    """NumPy's floats divide by zero without an exception."""
    total = 0.0
    for i in range(len(xs)):
        term = ys[i]
        for j in range(len(xs)):
            if i != j:
                term *= (x - xs[j]) / (xs[i] - xs[j])
        total += term
    return float(total)


@grid([f64(0, 1, 3)], [f64(10, 20, 0)], (-1.0, 0.0, 0.5, 2.0, 3.0, 5.0, NAN))
@options(atol=1e-14)
def interpolate(xs, ys, x):
    if x <= xs[0]:
        return float(ys[0])
    for i in range(1, len(xs)):
        if x <= xs[i]:
            t = (x - float(xs[i - 1])) / (float(xs[i]) - float(xs[i - 1]))
            return float(ys[i - 1]) * (1 - t) + float(ys[i]) * t
    return float(ys[-1])


@cases((noise(50), np.zeros(8, "int64"), -2.0, 2.0), (f64(), np.zeros(2, "int32"), 0.0, 1.0), (f64(NAN, 0.5), np.zeros(2, "int64"), 0.0, 1.0))
def histogram(a, counts, low, high):
    """int() of a NaN raises."""
    scale = len(counts) / (high - low)
    for x in a:
        k = int((float(x) - low) * scale)
        if 0 <= k < len(counts):
            counts[k] += 1


@cases(noise(20), f64(3, 3, 3), f64(1), f64())
@options(atol=1e-13)
def mean_and_variance(a):
    mean = 0.0
    m2 = 0.0
    n = 0
    for x in a:
        n += 1
        delta = float(x) - mean
        mean += delta / n
        m2 += delta * (float(x) - mean)
    return mean, m2 / (n - 1)


@cases((noise(15), noise(15, seed=2)), (f64(1, 2), f64(2, 4)), (f64(1, 1), f64(1, 2)))
@options(atol=1e-12)
def correlation(x, y):
    n = len(x)
    sx = sy = sxx = syy = sxy = 0.0
    for i in range(n):
        a, b = float(x[i]), float(y[i])
        sx += a
        sy += b
        sxx += a * a
        syy += b * b
        sxy += a * b
    return (n * sxy - sx * sy) / math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy))


@cases((f64(1, 2, 3, 4), f64(2.1, 3.9, 6.2, 7.8)), (f64(1, 1), f64(1, 2)))
@options(ulps=1000, atol=1e-12)
def linear_regression(x, y):
    n = len(x)
    mx = my = 0.0
    for a, b in zip(x, y):
        mx += float(a) / n
        my += float(b) / n
    top = bottom = 0.0
    for a, b in zip(x, y):
        top += (float(a) - mx) * (float(b) - my)
        bottom += (float(a) - mx) ** 2
    slope = top / bottom
    return slope, my - slope * mx


@cases(f64(1, 2, 3), f64(1000, 1000), f64(-INF, 0), f64(5), noise(20))
@options(ulps=64)
def softmax(a):
    top = a[0]
    for x in a:
        if x > top:
            top = x
    total = 0.0
    for i in range(len(a)):
        a[i] = math.exp(a[i] - top)
        total += a[i]
    for i in range(len(a)):
        a[i] /= total


@cases((noise((3, 4)),), (noise((2, 1), "float32"),))
@options(atol=1e-5)
def layer_norm(a):
    for row in a:
        mean = 0.0
        for x in row:
            mean += float(x)
        mean /= len(row)
        variance = 0.0
        for x in row:
            variance += (float(x) - mean) ** 2
        scale = 1.0 / math.sqrt(variance / len(row) + 1e-5)
        for k in range(len(row)):
            row[k] = (row[k] - mean) * scale


@cases((noise(8, "complex128"), np.zeros(8, "complex128")), (noise(1, "complex128"), np.zeros(1, "complex128")))
@options(atol=1e-12)
def discrete_fourier_transform(a, out):
    n = len(a)
    for k in range(n):
        total = 0j
        for j in range(n):
            angle = -2 * math.pi * j * k / n
            total += complex(a[j]) * complex(math.cos(angle), math.sin(angle))
        out[k] = total


@cases(noise(8, "complex128"), noise(2, "complex128"), noise(1, "complex128"), noise(64, "complex128"))
@options(atol=1e-12)
def fast_fourier_transform(a):
    n = len(a)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            a[i], a[j] = a[j], a[i]
    size = 2
    while size <= n:
        step = -2 * math.pi / size
        for start in range(0, n, size):
            for k in range(size // 2):
                w = complex(math.cos(step * k), math.sin(step * k))
                u = a[start + k]
                v = a[start + k + size // 2] * w
                a[start + k] = u + v
                a[start + k + size // 2] = u - v
        size *= 2


@cases(ramp(8), noise(16), f64(3))
def walsh_hadamard(a):
    h = 1
    while h < len(a):
        for i in range(0, len(a), 2 * h):
            for j in range(i, i + h):
                x, y = a[j], a[j + h]
                a[j] = x + y
                a[j + h] = x - y
        h *= 2


@cases((ramp(10), np.zeros(10), 0.3), (f64(), f64(), 0.5), (f64(1, NAN, 3), f64(0, 0, 0), 1.0))
@options(atol=1e-12)
def exponential_smoothing(a, out, alpha):
    if len(a) == 0:
        return
    level = float(a[0])
    for i, x in enumerate(a):
        level = alpha * float(x) + (1 - alpha) * level
        out[i] = level


@cases((ramp(9), np.zeros(9), 3), (ramp(4), np.zeros(4), 4), (ramp(4), np.zeros(4), 0))
@options(atol=1e-13)
def moving_average(a, out, window):
    total = 0.0
    for i in range(len(a)):
        total += float(a[i])
        if i >= window:
            total -= float(a[i - window])
        out[i] = total / min(i + 1, window)


@cases((f64(100, 110, 99, 120, 80),), (f64(5),), (noise(30),))
@options(atol=1e-13)
def greatest_drawdown(prices):
    peak = -math.inf
    worst = 0.0
    for p in prices:
        peak = max(peak, float(p))
        worst = max(worst, peak - float(p))
    return worst


@cases((100.0, 105.0, 0.01, 0.2, 1.0, np.zeros(9)), (50.0, 40.0, 0.0, 0.5, 2.0, np.zeros(5)))
@options(atol=1e-10)
def binomial_option(spot, strike, rate, vol, time, values):
    steps = len(values) - 1
    dt = time / steps
    up = math.exp(vol * math.sqrt(dt))
    p = (math.exp(rate * dt) - 1 / up) / (up - 1 / up)
    discount = math.exp(-rate * dt)
    for i in range(steps + 1):
        values[i] = max(0.0, spot * up ** (2 * i - steps) - strike)
    for level in range(steps, 0, -1):
        for i in range(level):
            values[i] = discount * (p * values[i + 1] + (1 - p) * values[i])
    return values[0]


@cases(
    (f64(0, 4, 4, 0), f64(0, 0, 3, 3)), (f64(0, 1), f64(0, 1)), (f64(), f64()), (f64(0, 2, 1), f64(0, 0, 1)))
@options(atol=1e-13)
def polygon_area(xs, ys):
    area = 0.0
    for i in range(len(xs)):
        j = (i + 1) % len(xs)
        area += float(xs[i]) * float(ys[j]) - float(xs[j]) * float(ys[i])
    return abs(area) / 2


@grid([f64(0, 4, 4, 0)], [f64(0, 0, 3, 3)], (-1.0, 2.0, 4.0), (1.0, 3.5))
def point_in_polygon(xs, ys, x, y):
    inside = False
    j = len(xs) - 1
    for i in range(len(xs)):
        if (ys[i] > y) != (ys[j] > y) and x < (xs[j] - xs[i]) * (y - ys[i]) / (ys[j] - ys[i]) + xs[i]:
            inside = not inside
        j = i
    return inside


@cases((noise((6, 2)),), (f64(0, 0, 3, 4).reshape(2, 2),), (np.zeros((1, 2)),))
@options(atol=1e-14)
def closest_pair(points):
    best = math.inf
    pair = (-1, -1)
    for i in range(len(points)):
        for j in range(i):
            d = math.hypot(points[i, 0] - points[j, 0], points[i, 1] - points[j, 1])
            if d < best:
                best = d
                pair = (i, j)
    return best, pair


@cases((noise((4, 3)), np.zeros((4, 4))), (noise((1, 3), "float32"), np.zeros((1, 1))))
@options(atol=1e-6)
def pairwise_distances(points, out):
    for i in range(points.shape[0]):
        for j in range(points.shape[0]):
            total = 0.0
            for k in range(points.shape[1]):
                d = points[i, k] - points[j, k]
                total += d * d
            out[i, j] = total**0.5


@cases((i64(1, 1, 2, 3, 3, 3), i64(*[0] * 6), i64(*[0] * 6)), (i64(), i64(), i64()))
def run_lengths(a, values, lengths):
    count = 0
    for i in range(len(a)):
        if i > 0 and a[i] == a[i - 1]:
            lengths[count - 1] += 1
        else:
            values[count] = a[i]
            lengths[count] = 1
            count += 1
    return count


@case(i64(5, 3, 8), i64(0, 0, 0))
@case(i64(), i64())
def difference_encode(a, out):
    previous = 0
    for i in range(len(a)):
        out[i] = int(a[i]) - previous
        previous = int(a[i])


@cases((b"a1z9", bytearray(8)), (b"", bytearray()), (b"\x00\xff", bytearray(4)), (b"abc", bytearray(2)))
def hex_encode(data, out):
    for i in range(len(data)):
        for k in range(2):
            digit = data[i] >> 4 if k == 0 else data[i] & 15
            out[2 * i + k] = digit + (48 if digit < 10 else 87)


@cases(f64(1, 2, 3, 4), f64(), f64(1e16, 1.0, -1e16))
@options(strict_only="compensation is about the rounding itself")
def kahan_sum(a):
    total = lost = 0.0
    for x in a:
        y = float(x) - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


@cases((1.0, 1.0, 1.5), (2.0, -3.0, 2.25), (0.0, 0.0, 0.0))
@options(atol=1e-9)
def gradient_descent(x, y, steepness):
    rate = 0.1
    steps = 0
    while steps < 200:
        gx = 2 * steepness * x
        gy = 2 * y
        if gx * gx + gy * gy < 1e-12:
            break
        x -= rate * gx
        y -= rate * gy
        steps += 1
    return x, y


@cases(1, 10, 50)
@options(ulps=64)
def arithmetic_geometric_mean(n):
    a, b, t, p = 1.0, 1.0 / math.sqrt(2.0), 0.25, 1.0
    for _ in range(min(n, 4)):
        m = (a + b) / 2
        b = math.sqrt(a * b)
        t -= p * (a - m) * (a - m)
        a = m
        p *= 2
    return (a + b) * (a + b) / (4 * t)
