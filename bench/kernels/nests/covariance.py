"""Covariances of all pairs of columns."""

import numpy as np
from _suite import Kernel


def covariance(data, mean, cov):
    n, m = data.shape
    for j in range(m):  # independent
        mean[j] = 0.0
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= n
    for i in range(n):  # independent
        for j in range(m):
            data[i, j] -= mean[j]
    for i in range(m):  # independent
        for j in range(i, m):
            cov[i, j] = 0.0
            for k in range(n):
                cov[i, j] += data[k, i] * data[k, j]
            cov[i, j] /= n - 1
            cov[j, i] = cov[i, j]


def inputs(random, n, m):
    return {"data": random.random((n, m)), "mean": np.zeros(m), "cov": np.zeros((m, m))}


KERNELS = (Kernel(covariance, inputs, ("data", "cov"), {"n": 500, "m": 400}, {"n": 14, "m": 9}),)
