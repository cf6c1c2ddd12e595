"""A matrix times a vector, and its transpose times another."""

from _suite import Kernel


def mvt(A, x1, x2, y1, y2):
    n = A.shape[0]
    for i in range(n):  # independent
        for j in range(n):
            x1[i] = x1[i] + A[i, j] * y1[j]
    for i in range(n):  # independent
        for j in range(n):
            x2[i] = x2[i] + A[j, i] * y2[j]


def inputs(random, n):
    vectors = {name: random.random(n) for name in ("x1", "x2", "y1", "y2")}
    return {"A": random.random((n, n)), **vectors}


KERNELS = (Kernel(mvt, inputs, ("x1", "x2"), {"n": 2000}, {"n": 17}),)
