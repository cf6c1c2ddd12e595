"""The last axis of a three-dimensional array, transformed by a matrix in place."""

import numpy as np
from _suite import Kernel


def doitgen(A, C, total):
    for r in range(A.shape[0]):
        for q in range(A.shape[1]):
            for p in range(A.shape[2]):
                total[p] = 0.0
                for s in range(A.shape[2]):
                    total[p] += A[r, q, s] * C[s, p]
            for p in range(A.shape[2]):
                A[r, q, p] = total[p]


def inputs(random, r, q, p):
    return {"A": random.random((r, q, p)), "C": random.random((p, p)) / p, "total": np.zeros(p)}


KERNELS = (Kernel(doitgen, inputs, ("A",), {"r": 80, "q": 80, "p": 90}, {"r": 3, "q": 4, "p": 5}),)
