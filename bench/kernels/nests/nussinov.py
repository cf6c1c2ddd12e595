"""The most pairs that a strand of RNA can form when none cross: dynamic programming over all stretches."""

import numpy as np
from _suite import Kernel


def nussinov(strand, table):
    n = strand.shape[0]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            best = max(table[i, j - 1], table[i + 1, j])
            if i < j - 1:
                pair = 1 if strand[i] + strand[j] == 3 else 0
                best = max(best, table[i + 1, j - 1] + pair)
            for k in range(i + 1, j):
                best = max(best, table[i, k] + table[k + 1, j])
            table[i, j] = best


def inputs(random, n):
    return {"strand": random.integers(0, 4, n), "table": np.zeros((n, n), np.int64)}


KERNELS = (Kernel(nussinov, inputs, ("table",), {"n": 600}, {"n": 25}, allowed=0.0),)
