"""Jacobi's relaxation of a square, between two arrays."""

from _suite import Kernel


def jacobi_2d(steps, A, B):
    n = A.shape[0]
    for _step in range(steps):
        for i in range(1, n - 1):  # independent
            for j in range(1, n - 1):
                B[i, j] = 0.2 * (A[i, j] + A[i, j - 1] + A[i, j + 1] + A[i - 1, j] + A[i + 1, j])
        for i in range(1, n - 1):  # independent
            for j in range(1, n - 1):
                A[i, j] = 0.2 * (B[i, j] + B[i, j - 1] + B[i, j + 1] + B[i - 1, j] + B[i + 1, j])


def inputs(random, n, steps):
    return {"steps": steps, "A": random.random((n, n)), "B": random.random((n, n))}


KERNELS = (Kernel(jacobi_2d, inputs, ("A", "B"), {"n": 1000, "steps": 20}, {"n": 12, "steps": 5}),)
