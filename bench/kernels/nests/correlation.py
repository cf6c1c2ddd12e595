"""Correlations of all pairs of columns."""

import math

import numpy as np
from _suite import Kernel


def correlation(data, mean, deviation, corr):
    n, m = data.shape
    for j in range(m):  # independent
        mean[j] = 0.0
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= n
    for j in range(m):  # independent
        deviation[j] = 0.0
        for i in range(n):
            deviation[j] += (data[i, j] - mean[j]) * (data[i, j] - mean[j])
        deviation[j] = math.sqrt(deviation[j] / n)
        if deviation[j] <= 0.1:
            deviation[j] = 1.0
    for i in range(n):  # independent
        for j in range(m):
            data[i, j] = (data[i, j] - mean[j]) / (math.sqrt(n) * deviation[j])
    for i in range(m):  # independent
        corr[i, i] = 1.0
        for j in range(i + 1, m):
            corr[i, j] = 0.0
            for k in range(n):
                corr[i, j] += data[k, i] * data[k, j]
            corr[j, i] = corr[i, j]


def inputs(random, n, m):
    return {
        "data": random.random((n, m)),
        "mean": np.zeros(m),
        "deviation": np.zeros(m),
        "corr": np.zeros((m, m)),
    }


KERNELS = (Kernel(correlation, inputs, ("data", "corr"), {"n": 500, "m": 400}, {"n": 14, "m": 9}),)
