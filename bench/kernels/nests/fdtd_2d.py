"""Electric and magnetic fields in a plane, by finite differences in time."""

from _suite import Kernel


def fdtd_2d(steps, ex, ey, hz, source):
    n, m = hz.shape
    for step in range(steps):
        for j in range(m):
            ey[0, j] = source[step]
        for i in range(1, n):  # independent
            for j in range(m):
                ey[i, j] = ey[i, j] - 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in range(n):  # independent
            for j in range(1, m):
                ex[i, j] = ex[i, j] - 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in range(n - 1):  # independent
            for j in range(m - 1):
                hz[i, j] = hz[i, j] - 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])


def inputs(random, n, m, steps):
    fields = {name: random.random((n, m)) for name in ("ex", "ey", "hz")}
    return {"steps": steps, **fields, "source": random.random(steps)}


KERNELS = (
    Kernel(fdtd_2d, inputs, ("ex", "ey", "hz"), {"n": 800, "m": 1000, "steps": 20}, {"n": 11, "m": 13, "steps": 4}),
)
