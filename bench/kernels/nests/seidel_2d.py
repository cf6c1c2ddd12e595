"""Gauss-Seidel's relaxation: nine points, in place, each element after its neighbours."""

from _suite import Kernel


def seidel_2d(steps, A):
    n = A.shape[0]
    for _step in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                above = A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1]
                beside = A[i, j - 1] + A[i, j] + A[i, j + 1]
                below = A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]
                A[i, j] = (above + beside + below) / 9.0


def inputs(random, n, steps):
    return {"steps": steps, "A": random.random((n, n))}


KERNELS = (Kernel(seidel_2d, inputs, ("A",), {"n": 1000, "steps": 4}, {"n": 12, "steps": 3}),)
