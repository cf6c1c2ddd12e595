"""Cholesky's factor of a positive definite matrix, in place, column by column."""

import math

import numpy as np
from _suite import Kernel


def cholesky(A):
    n = A.shape[0]
    for j in range(n):
        for k in range(j):
            A[j, j] -= A[j, k] * A[j, k]
        A[j, j] = math.sqrt(A[j, j])
        for i in range(j + 1, n):  # independent
            for k in range(j):
                A[i, j] -= A[i, k] * A[j, k]
            A[i, j] = A[i, j] / A[j, j]


def inputs(random, n):
    A = random.random((n, n))
    return {"A": 0.5 * (A + A.T) + n * np.eye(n)}


KERNELS = (Kernel(cholesky, inputs, ("A",), {"n": 600}, {"n": 14}),)
