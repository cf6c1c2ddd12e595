"""The heat equation in a cube, between two arrays."""

from _suite import Kernel


def heat_3d(steps, A, B):
    n = A.shape[0]
    for _step in range(steps):
        for i in range(1, n - 1):  # independent
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    B[i, j, k] = (
                        0.125 * (A[i + 1, j, k] - 2.0 * A[i, j, k] + A[i - 1, j, k])
                        + 0.125 * (A[i, j + 1, k] - 2.0 * A[i, j, k] + A[i, j - 1, k])
                        + 0.125 * (A[i, j, k + 1] - 2.0 * A[i, j, k] + A[i, j, k - 1])
                        + A[i, j, k]
                    )
        for i in range(1, n - 1):  # independent
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    A[i, j, k] = (
                        0.125 * (B[i + 1, j, k] - 2.0 * B[i, j, k] + B[i - 1, j, k])
                        + 0.125 * (B[i, j + 1, k] - 2.0 * B[i, j, k] + B[i, j - 1, k])
                        + 0.125 * (B[i, j, k + 1] - 2.0 * B[i, j, k] + B[i, j, k - 1])
                        + B[i, j, k]
                    )


def inputs(random, n, steps):
    return {"steps": steps, "A": random.random((n, n, n)), "B": random.random((n, n, n))}


KERNELS = (Kernel(heat_3d, inputs, ("A", "B"), {"n": 120, "steps": 10}, {"n": 7, "steps": 3}),)
