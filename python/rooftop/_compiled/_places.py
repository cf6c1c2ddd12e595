"""Where the extremes are, and where something holds."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import refuse


def _first(a, x):
    """Where x, or else a NaN, is first in the vector."""
    n = len(a)
    at = 0
    while at < n:
        block = a[at : at + 2048]
        if ((block == x) | (block != block)).any():
            for i in range(len(block)):
                if block[i] == x or block[i] != block[i]:
                    return np.int64(at + i)
        at += 2048
    return np.int64(0)


def _first_in_rows(m, x):
    """The same in the flattened matrix."""
    for i in range(m.shape[0]):
        row = m[i]
        if ((row == x) | (row != row)).any():
            return i * m.shape[1] + _first(row, x)
    return np.int64(0)


def _extreme_of_columns(a, beyond):
    out = np.zeros(a.shape[1], np.int64)
    if a.shape[1] == 0:
        return out
    best = a[0].copy()
    for i in range(1, a.shape[0]):
        for j in range(a.shape[1]):
            x, y = a[i, j], best[j]
            if beyond(x, y) or (x != x and y == y):
                best[j] = x
                out[j] = i
    return out


def _place_of_extreme(a, axis, extreme, beyond, name):
    """Where the first element is that extreme (np.max or np.min) gives; beyond is the comparison that it wins."""
    if a.ndim > 1 and axis is None:
        if a.size == 0:
            raise ValueError("attempt to get " + name + " of an empty sequence")
        if a.ndim == 2:
            return _first_in_rows(a, extreme(a))
        return _first(a.flatten(), extreme(a))
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        if a.size == 0:
            raise ValueError("attempt to get " + name + " of an empty sequence")
        return _first(a, extreme(a))
    if a.ndim == 2 and (axis == 0 or axis == -2):
        if a.shape[0] == 0 and a.shape[1] > 0:
            raise ValueError("attempt to get " + name + " of an empty sequence")
        return _extreme_of_columns(a, beyond)
    if a.ndim == 2 and (axis == 1 or axis == -1):
        if a.shape[1] == 0 and a.shape[0] > 0:
            raise ValueError("attempt to get " + name + " of an empty sequence")
        out = np.empty(a.shape[0], np.int64)
        for i in range(a.shape[0]):
            row = a[i]
            out[i] = _first(row, extreme(row))
        return out
    refuse(name + "(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def argmax(a, axis=None):
    """Where the first of the greatest elements is."""
    return _place_of_extreme(a, axis, np.max, np.greater, "argmax")


def argmin(a, axis=None):
    """Where the first of the least elements is."""
    return _place_of_extreme(a, axis, np.min, np.less, "argmin")


def flatnonzero(a):
    """Where the flattened array is not zero."""
    if a.ndim > 1:
        return _places(a.flatten())
    return _places(a)


def _places(a):
    zero = a.dtype(0)
    n = (a != zero).sum()
    out = np.empty(n + 1, np.int64)
    k = 0
    for i in range(len(a)):
        out[k] = i
        k += 1 if a[i] != zero else 0
    return out[:n].copy()


def nonzero(a):
    """Where the array is not zero: one vector for each dimension."""
    if a.ndim == 1:
        return (_places(a),)
    if a.ndim != 2:
        refuse("nonzero() of arrays of more than two dimensions is not supported in compiled code")
    zero = a.dtype(0)
    n = (a != zero).sum()
    rows, columns = np.empty(n, np.int64), np.empty(n, np.int64)
    k = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] != zero:
                rows[k] = i
                columns[k] = j
                k += 1
    return rows, columns


FUNCTIONS = (
    argmax,
    argmin,
    flatnonzero,
    nonzero,
)
