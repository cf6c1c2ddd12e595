"""Durbin's recursion for a system whose matrix has equal diagonals."""

import numpy as np
from _suite import Kernel


def durbin(r, y, z):
    n = r.shape[0]
    y[0] = -r[0]
    alpha = -r[0]
    beta = 1.0
    for k in range(1, n):
        beta = (1.0 - alpha * alpha) * beta
        total = 0.0
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -(r[k] + total) / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha


def inputs(random, n):
    # The correlations of a process that forgets: the matrix is positive definite.
    r = 0.8 ** np.arange(1, n + 1) * (1.0 - 0.02 * random.random(n)) * 0.5
    return {"r": r, "y": np.zeros(n), "z": np.zeros(n)}


KERNELS = (Kernel(durbin, inputs, ("y",), {"n": 3000}, {"n": 30}),)
