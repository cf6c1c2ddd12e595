"""Mandelbrot: how many rounds a point stays near; each loop ends when its own data say so."""

import numpy as np
from _suite import Kernel


def mandelbrot(left, right, bottom, top, limit, counts):
    height, width = counts.shape
    for row in range(height):
        for column in range(width):
            re = left + (right - left) * column / width
            im = bottom + (top - bottom) * row / height
            x, y = 0.0, 0.0
            n = 0
            while n < limit and x * x + y * y <= 4.0:
                x, y = x * x - y * y + re, 2.0 * x * y + im
                n += 1
            counts[row, column] = n


def inputs(random, n):
    counts = np.zeros((n, n), np.int64)
    return {"left": -2.0, "right": 0.6, "bottom": -1.3, "top": 1.3, "limit": 200, "counts": counts}


# A rounding more or less decides when a point near the border leaves.
KERNELS = (Kernel(mandelbrot, inputs, ("counts",), {"n": 1024}, {"n": 32}, differing=0.005),)
