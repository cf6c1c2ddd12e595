"""Loops of n rounds inside of repeats that wait for each other: what vectors and lanes cost where loops are short."""

import math

import numpy as np
from _suite import Kernel

WORK = 6000  # rounds of a call, whatever n


def straight(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            y[i] = 0.5 * y[i] + x[i]


def roots(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            y[i] = 0.5 * math.sqrt(y[i]) + math.exp(-x[i])


def branches(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            if x[i] > 1.5 + y[i]:
                y[i] = 0.5 * y[i] + 1.0
            else:
                y[i] = 0.25 * y[i] - x[i]


def searches(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            value = x[i] + 8.0
            steps = 0
            while value > 1.0:
                value = 0.5 * value
                steps += 1
            y[i] = 0.5 * y[i] + steps


def prices(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            distance = math.log(x[i] + 0.5 * y[i]) / math.sqrt(x[i])
            if distance > 0.6:
                y[i] = 0.5 * x[i] * (1.0 + math.erf(distance)) * math.exp(-x[i])
            else:
                y[i] = 0.25 * math.exp(distance - x[i])


def gathers(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(y.shape[0]):
            y[i] = 0.5 * y[i] + x[at[i]]


def scatters(x, at, y, repeats):
    for _r in range(repeats):
        for i in range(at.shape[0]):
            y[at[i]] = 0.5 * y[at[i]] + x[i]


def sums(x, at, y, repeats):
    for r in range(repeats):
        total = 0.0
        for i in range(y.shape[0]):
            total += x[at[i]] * y[i]
        y[r % y.shape[0]] = 0.5 * total / y.shape[0]


def counts(x, at, y, repeats):
    for r in range(repeats):
        count = 0
        for i in range(y.shape[0]):
            if math.sqrt(x[i] + y[i]) > 0.75:
                count += 1
        y[r % y.shape[0]] = 0.5 * count / y.shape[0]


def inputs(random, n):
    return {
        "x": random.uniform(1.0, 3.0, n),
        "at": random.permutation(n),
        "y": np.zeros(n),
        "repeats": WORK // n,
    }


KERNELS = tuple(
    Kernel(function, inputs, ("y",), {"n": 8}, {"n": 3})
    for function in (straight, roots, branches, searches, prices, gathers, scatters, sums, counts)
)
