"""A symmetric update: the lower half of C = beta C + alpha A Aᵀ."""

from _suite import Kernel


def syrk(alpha, beta, C, A):
    n, m = A.shape
    for i in range(n):  # independent
        for j in range(i + 1):
            C[i, j] *= beta
        for k in range(m):
            for j in range(i + 1):
                C[i, j] += alpha * A[i, k] * A[j, k]


def inputs(random, n, m):
    return {"alpha": 1.5, "beta": 1.2, "C": random.random((n, n)), "A": random.random((n, m))}


KERNELS = (Kernel(syrk, inputs, ("C",), {"n": 500, "m": 400}, {"n": 13, "m": 9}),)
