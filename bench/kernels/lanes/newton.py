"""Newton fractal: which cube root of 1 the iteration finds from each point, in real and in complex arithmetic."""

import numpy as np
from _suite import Kernel

ROOT = 0.8660254037844386  # the imaginary part of the two complex roots


def newton_real(span, limit, roots):
    n = roots.shape[0]
    for row in range(n):
        for column in range(n):
            x = -span + 2.0 * span * (column + 0.5) / n
            y = -span + 2.0 * span * (row + 0.5) / n
            found = 0
            for _step in range(limit):
                square_x, square_y = x * x - y * y, 2.0 * x * y
                value_x = x * square_x - y * square_y - 1.0
                value_y = x * square_y + y * square_x
                size = 3.0 * (square_x * square_x + square_y * square_y)
                x -= (value_x * square_x + value_y * square_y) / size
                y -= (value_y * square_x - value_x * square_y) / size
                if (x - 1.0) * (x - 1.0) + y * y < 1e-12:
                    found = 1
                    break
                if (x + 0.5) * (x + 0.5) + (y - ROOT) * (y - ROOT) < 1e-12:
                    found = 2
                    break
                if (x + 0.5) * (x + 0.5) + (y + ROOT) * (y + ROOT) < 1e-12:
                    found = 3
                    break
            roots[row, column] = found


def newton_complex(span, limit, roots):
    n = roots.shape[0]
    for row in range(n):
        for column in range(n):
            z = complex(-span + 2.0 * span * (column + 0.5) / n, -span + 2.0 * span * (row + 0.5) / n)
            found = 0
            for _step in range(limit):
                z = z - (z * z * z - 1.0) / (3.0 * z * z)
                if abs(z - 1.0) < 1e-6:
                    found = 1
                    break
                if abs(z - complex(-0.5, ROOT)) < 1e-6:
                    found = 2
                    break
                if abs(z - complex(-0.5, -ROOT)) < 1e-6:
                    found = 3
                    break
            roots[row, column] = found


def inputs(random, n):
    return {"span": 1.5, "limit": 40, "roots": np.zeros((n, n), np.int64)}


# Near the border of two basins a rounding decides.
KERNELS = (
    Kernel(newton_real, inputs, ("roots",), {"n": 512}, {"n": 24}, differing=0.005),
    Kernel(newton_complex, inputs, ("roots",), {"n": 512}, {"n": 24}, differing=0.005),
)
