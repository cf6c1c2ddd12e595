"""Jacobi's relaxation of a line, between two arrays."""

from _suite import Kernel


def jacobi_1d(steps, A, B):
    n = A.shape[0]
    for _step in range(steps):
        for i in range(1, n - 1):  # independent
            B[i] = 0.33333 * (A[i - 1] + A[i] + A[i + 1])
        for i in range(1, n - 1):  # independent
            A[i] = 0.33333 * (B[i - 1] + B[i] + B[i + 1])


def inputs(random, n, steps):
    return {"steps": steps, "A": random.random(n), "B": random.random(n)}


KERNELS = (Kernel(jacobi_1d, inputs, ("A", "B"), {"n": 20_000, "steps": 500}, {"n": 50, "steps": 7}),)
