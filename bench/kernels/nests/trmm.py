"""A triangular matrix with ones on its diagonal, transposed, times a matrix, in place."""

from _suite import Kernel


def trmm(alpha, A, B):
    n, m = B.shape
    for i in range(n):
        for j in range(m):  # independent
            for k in range(i + 1, n):
                B[i, j] += A[k, i] * B[k, j]
            B[i, j] = alpha * B[i, j]


def inputs(random, n, m):
    return {"alpha": 1.5, "A": random.random((n, n)), "B": random.random((n, m))}


KERNELS = (Kernel(trmm, inputs, ("B",), {"n": 400, "m": 500}, {"n": 11, "m": 13}),)
