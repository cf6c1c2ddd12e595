"""K-means: which centre is the nearest to each point."""

import numpy as np
from _suite import Kernel


def kmeans(points, centres, labels):
    n, d = points.shape
    for i in range(n):
        nearest = 0
        least = 1e30
        for c in range(centres.shape[0]):
            distance = 0.0
            for j in range(d):
                difference = points[i, j] - centres[c, j]
                distance += difference * difference
            if distance < least:
                least = distance
                nearest = c
        labels[i] = nearest


def inputs(random, n, k, d):
    centres = random.normal(size=(k, d))
    points = centres[random.integers(0, k, n)] + 0.5 * random.normal(size=(n, d))
    return {"points": points, "centres": centres, "labels": np.zeros(n, np.int64)}


# Halfway between two centres a rounding decides.
KERNELS = (
    Kernel(kmeans, inputs, ("labels",), {"n": 200_000, "k": 16, "d": 8}, {"n": 100, "k": 5, "d": 3}, differing=1e-5),
)
