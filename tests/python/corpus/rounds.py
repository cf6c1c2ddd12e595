"""Loops of independent rounds that branch, loop on data, gather and raise, as they come up in real programs."""

from __future__ import annotations

import math


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


def sparse_product(begin, column, value, x, y):
    for i in range(len(y)):
        s = 0.0
        for k in range(begin[i], begin[i + 1]):
            s += value[k] * x[column[k]]
        y[i] = s


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


def smoothed(a, b):
    for i in range(len(b)):
        v = a[i]
        k = 0
        while v > 1.0 and k < 8:
            v = v * 0.5 + a[i + 1] * 0.125
            k += 1
        b[i] = v


def escape(c, counts):
    for i in range(len(c)):
        z = 0j
        k = 0
        while k < 30 and abs(z.real) < 2.0:
            z = z * z + c[i]
            k += 1
        counts[i] = k


def clipped_steps(x, k, y):
    for i in range(len(x)):
        v = x[i]
        n = 0
        while v < 100 and n < k[i]:
            v = v + v // 2 + 1
            n += 1
        y[i] = v


def upper_rows(a, out):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if j < i:
                continue
            v = a[i, j]
            while v > 1.0:
                v = v / 2.0
            out[i, j] = v


def scattered(x, at, y):
    for i in range(len(x)):
        v = x[i]
        while v > 1.0:
            v = v / 2.0
        y[at[i]] = v


def histogram(at, counts):
    for i in range(len(at)):
        counts[at[i]] += i + 1


def redirected(at, target):
    for i in range(len(at)):
        target[at[i]] = (at[i] * 5 + i) % len(target)


def total_at(x, at):
    total = 0.0
    for k in range(len(at)):
        total = total * 0.5 + x[at[k]]
    return total


def choices(x, y, steps):
    for i in range(len(x)):
        v = x[i]
        n = 0
        while v > 1.0:
            if v > 4.0:
                following = v - 3.0
                weight = 2
            else:
                following = v * 0.5
                weight = 1
            if weight == 2 and following > 40.0:
                following = 40.0
            v = following
            n += weight
        y[i] = v
        steps[i] = n
