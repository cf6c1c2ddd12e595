"""The transpose of a matrix times the matrix times a vector."""

import numpy as np
from _suite import Kernel


def atax(A, x, y):
    n, m = A.shape
    for j in range(m):
        y[j] = 0.0
    for i in range(n):
        dot = 0.0
        for j in range(m):
            dot += A[i, j] * x[j]
        for j in range(m):
            y[j] += A[i, j] * dot


def inputs(random, n, m):
    return {"A": random.random((n, m)), "x": random.random(m), "y": np.zeros(m)}


KERNELS = (Kernel(atax, inputs, ("y",), {"n": 1900, "m": 2100}, {"n": 17, "m": 12}),)
