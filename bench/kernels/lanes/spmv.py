"""Sparse matrix times vector, rows compressed (CSR), with a random pattern: in cache and far beyond."""

import numpy as np
from _suite import Kernel


def spmv(values, columns, starts, x, y):
    for i in range(y.shape[0]):
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            total += values[k] * x[columns[k]]
        y[i] = total


def inputs(random, n, row):
    lengths = random.integers(row // 2, row + row // 2 + 1, n)
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    count = int(starts[-1])
    columns = random.integers(0, n, count)
    return {
        "values": random.normal(size=count),
        "columns": columns,
        "starts": starts,
        "x": random.normal(size=n),
        "y": np.zeros(n),
    }


KERNELS = (
    Kernel(spmv, inputs, ("y",), {"n": 4000, "row": 20}, {"n": 50, "row": 6}, name="spmv in cache", lengths=("n",)),
    Kernel(spmv, inputs, ("y",), {"n": 300_000, "row": 20}, {"n": 50, "row": 6}, name="spmv large", lengths=("n",)),
)
