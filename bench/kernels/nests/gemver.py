"""Two rank-one updates of a matrix, then its products with vectors, transposed and not."""

import numpy as np
from _suite import Kernel


def gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    n = A.shape[0]
    for i in range(n):  # independent
        for j in range(n):
            A[i, j] = A[i, j] + u1[i] * v1[j] + u2[i] * v2[j]
    for i in range(n):  # independent
        for j in range(n):
            x[i] = x[i] + beta * A[j, i] * y[j]
    for i in range(n):  # independent
        x[i] = x[i] + z[i]
    for i in range(n):  # independent
        for j in range(n):
            w[i] = w[i] + alpha * A[i, j] * x[j]


def inputs(random, n):
    u1, v1, u2, v2, y, z = random.random((6, n)) / n
    names = {"u1": u1, "v1": v1, "u2": u2, "v2": v2, "w": np.zeros(n), "x": np.zeros(n), "y": y, "z": z}
    return {"alpha": 1.5, "beta": 1.2, "A": random.random((n, n)), **names}


KERNELS = (Kernel(gemver, inputs, ("A", "w", "x"), {"n": 1500}, {"n": 17}),)
