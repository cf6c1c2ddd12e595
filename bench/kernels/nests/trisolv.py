"""A lower triangular system, solved from the top."""

import numpy as np
from _suite import Kernel


def trisolv(L, x, b):
    n = x.shape[0]
    for i in range(n):
        x[i] = b[i]
        for j in range(i):
            x[i] -= L[i, j] * x[j]
        x[i] = x[i] / L[i, i]


def inputs(random, n):
    L = np.tril(random.random((n, n)) / n) + np.eye(n)
    return {"L": L, "x": np.zeros(n), "b": random.random(n)}


KERNELS = (Kernel(trisolv, inputs, ("x",), {"n": 2000}, {"n": 30}),)
