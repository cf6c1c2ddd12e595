"""Gauss's elimination: L and U in place, without pivots."""

import numpy as np
from _suite import Kernel


def lu(A):
    n = A.shape[0]
    for k in range(n):
        for i in range(k + 1, n):  # independent
            A[i, k] = A[i, k] / A[k, k]
            for j in range(k + 1, n):
                A[i, j] = A[i, j] - A[i, k] * A[k, j]


def inputs(random, n):
    return {"A": random.random((n, n)) + n * np.eye(n)}


KERNELS = (Kernel(lu, inputs, ("A",), {"n": 600}, {"n": 14}),)
