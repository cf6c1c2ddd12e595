"""Shortest ways between all pairs of nodes."""

import numpy as np
from _suite import Kernel


def floyd_warshall(D):
    n = D.shape[0]
    for k in range(n):
        for i in range(n):  # independent
            for j in range(n):
                way = D[i, k] + D[k, j]
                if way < D[i, j]:
                    D[i, j] = way


def inputs(random, n):
    D = np.where(random.random((n, n)) < 0.1, random.uniform(1.0, 10.0, (n, n)), 1000.0)
    np.fill_diagonal(D, 0.0)
    return {"D": D}


KERNELS = (Kernel(floyd_warshall, inputs, ("D",), {"n": 500}, {"n": 14}, allowed=0.0),)
