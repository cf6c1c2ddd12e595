"""Reductions of whole arrays and expressions: all elements, or along one dimension."""

import numpy as np

from .registry import cases
from .values import DTYPES, NAN

NUMBERS = DTYPES[1:]
ORDERED = [d for d in NUMBERS if d[0] != "c"]


def whole(shape, dtype="float64", seed=1, largest=4):
    """Small whole numbers: sums and products of them are exact in any order."""
    return np.random.default_rng(seed).integers(0, largest, shape).astype(dtype)


def wide(dtype):
    """What NumPy adds numbers of the type up in."""
    return np.sum(np.zeros(1, dtype)).dtype


EVERY = [(whole(n, d),) for d in DTYPES for n in (1, 9, 70)] + [(whole((3, 0)),), (whole((5, 7), "float32").T,)]
FULL = [c for c in EVERY if c[0].size and c[0].dtype.kind != "c"]
MATRICES = [(whole((5, 7), d), np.zeros(7, wide(d)), np.zeros(5, wide(d))) for d in DTYPES]
LAYOUTS = [
    (whole((40, 33)), np.zeros(33), np.zeros(40)),
    (whole((33, 40)).T, np.zeros(33), np.zeros(40)),
    (whole((80, 66))[::2, ::-2], np.zeros(33), np.zeros(40)),
    (whole((0, 3)), np.ones(3), np.zeros(0)),
    (whole((3, 0)), np.ones(0), np.ones(3)),
]


@cases(*EVERY)
def total(a):
    return np.sum(a), a.sum()


@cases(*[(whole(n, d, largest=3) + 1,) for d in NUMBERS for n in (1, 3, 9)])
def product(a):
    return np.prod(a), (a * 1).prod()


@cases(*FULL, (whole((5, 8), "f2"),), (whole((4, 4), "f4") - 1,))
def mean(a):
    return a.mean(), np.mean(a)


@cases(*FULL)
def extremes(a):
    return a.min(), np.max(a), (a + a).max()


@cases((np.zeros(0),), (np.zeros((3, 0)),), (np.zeros((0, 3), np.int32),))
def minimum_of_nothing(a):
    return a.min()


@cases((np.zeros(0),), (np.zeros((3, 0)),))
def maximum_of_nothing(a):
    return np.max(a)


@cases(*[(np.array(x, d),) for x in ([1.0, NAN, 3.0], [NAN, 2.0], [2.0, 1.0, NAN], [NAN]) for d in ("f2", "f4", "f8")])
def extremes_with_nan(a):
    return a.min(), a.max()


@cases(
    (whole(40),), (np.zeros(40),), (np.ones(40, bool),), (np.zeros(0),), (np.array([0.0, NAN]),), (whole((3, 4), "i2"),)
)
def truth(a):
    return a.any(), np.all(a), np.any(a > 2), (a >= 0).all()


@cases(*[c for c in MATRICES if c[0].dtype != bool], *LAYOUTS)
def along_a_dimension(a, columns, rows):
    columns[:] = a.sum(axis=0)
    rows[...] = np.sum(a, 1)
    rows += (a + a).sum(axis=-1)


@cases((whole((6, 5)), np.zeros(5), np.zeros(6)), (whole((6, 5), "i4"), np.zeros(5, "i4"), np.zeros(6, "i4")))
def extremes_along_a_dimension(a, columns, rows):
    columns[:] = a.max(axis=0) - a.min(0)
    rows[:] = np.max(a, axis=1)


@cases((np.zeros((0, 3)), np.ones(3)), (np.zeros((3, 0)).T, np.ones(3)))
def maximum_along_nothing(a, out):
    out[:] = a.max(axis=0)


@cases((whole((3, 4, 5)), np.zeros((3, 5)), np.zeros((4, 5))))
def three_dimensions(a, middle, first):
    middle[...] = a.sum(axis=1)
    np.sum(a * 2, axis=0, out=first)


@cases((whole((6, 4)) + 0.0, whole(4)), (whole((6, 1)), whole(4)))
def broadcast(a, b):
    return (a * b).sum(), np.sum(a - b, axis=None)


@cases((whole((8, 4)), np.zeros(8)))
def centred(a, out):
    a -= a.mean(axis=0) * 2.0
    out[:] = (a * a).sum(axis=1) + a.sum()


@cases((whole(9), whole(9, seed=2)))
def of_products(a, b):
    s = 0.0
    for k in range(3):
        s += (a * b).sum() * k + np.dot(a, b)
    if np.any(a > b) and a.sum() > 0.0:
        s += 1.0
    return s
