"""A matrix times a vector and its transpose times another, in one pass over the matrix."""

import numpy as np
from _suite import Kernel


def bicg(A, s, q, p, r):
    n, m = A.shape
    for j in range(m):
        s[j] = 0.0
    for i in range(n):
        q[i] = 0.0
        for j in range(m):
            s[j] = s[j] + r[i] * A[i, j]
            q[i] = q[i] + A[i, j] * p[j]


def inputs(random, n, m):
    return {
        "A": random.random((n, m)),
        "s": np.zeros(m),
        "q": np.zeros(n),
        "p": random.random(m),
        "r": random.random(n),
    }


KERNELS = (Kernel(bicg, inputs, ("s", "q"), {"n": 2100, "m": 1900}, {"n": 17, "m": 12}),)
