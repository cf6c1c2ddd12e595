"""Running sums, moments, and sums without NaN."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import _total, refuse


def _run(a, out, combined):
    """Stores the elements combined up to each."""
    if len(a) > 0:
        s = out.dtype(a[0])
        out[0] = s
        for i in range(1, len(a)):
            s = combined(s, out.dtype(a[i]))
            out[i] = s


def _running(a, axis, dtype, combined, name):
    """The elements of the array combined up to each along the axis."""
    if dtype is None:
        kind = _total(a)
    else:
        kind = np.empty(0, dtype)
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), kind.dtype)
        _run(a, out, combined)
        return out
    if axis is None:
        out = np.empty(a.size, kind.dtype)
        _run(a.flatten(), out, combined)
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape, kind.dtype)
        if a.shape[0] > 0:
            out[0] = a[0]
        for i in range(1, a.shape[0]):
            for j in range(a.shape[1]):
                out[i, j] = combined(out[i - 1, j], out.dtype(a[i, j]))
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape, kind.dtype)
        for i in range(a.shape[0]):
            _run(a[i], out[i], combined)
        return out
    refuse(name + "(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def cumsum(a, axis=None, dtype=None):
    """Sums of the elements up to each."""
    return _running(a, axis, dtype, np.add, "cumsum")


def cumprod(a, axis=None, dtype=None):
    """Products of the elements up to each."""
    return _running(a, axis, dtype, np.multiply, "cumprod")


def var(a, axis=None, ddof=0):
    """The mean of the squared distances from the mean."""
    if (np.empty(0, a.dtype) / 1).itemsize == 2:
        refuse("var() and std() of halves are not supported in compiled code")
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        m = a.mean()
        return np.square(np.abs(a - m)).sum() / max(a.size - ddof, 0)
    if a.ndim == 2 and (axis == 0 or axis == -2):
        m = a.mean(axis=0)
        return np.square(np.abs(a - m)).sum(axis=0) / max(a.shape[0] - ddof, 0)
    if a.ndim == 2 and (axis == 1 or axis == -1):
        m = a.mean(axis=1)
        return np.square(np.abs(a - m[:, None])).sum(axis=1) / max(a.shape[1] - ddof, 0)
    refuse("var() and std() along an axis need a constant axis and two dimensions in compiled code")


def std(a, axis=None, ddof=0):
    """The root of the mean of the squared distances from the mean."""
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        return np.sqrt(np.var(a, None, ddof))
    if axis == 0 or axis == -2:
        return np.sqrt(np.var(a, 0, ddof))
    if axis == 1 or axis == -1:
        return np.sqrt(np.var(a, 1, ddof))
    refuse("var() and std() along an axis need a constant axis and two dimensions in compiled code")


def ptp(a, axis=None):
    """The greatest less the least element."""
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        return a.max() - a.min()
    if a.ndim == 2 and (axis == 0 or axis == -2):
        return a.max(axis=0) - a.min(axis=0)
    if a.ndim == 2 and (axis == 1 or axis == -1):
        return a.max(axis=1) - a.min(axis=1)
    refuse("ptp(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def average(a, weights=None):
    """The mean, where elements count by their weights."""
    if weights is None:
        return a.mean()
    if a.ndim != weights.ndim or a.shape != weights.shape:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    total = (weights * 1.0).sum()
    if total == 0:
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return (a * weights * 1.0).sum() / total


def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    """The covariances of the rows, or of two vectors."""
    if y is None:
        if m.ndim != 2:
            refuse("cov() of one vector is an array of no dimensions, which compiled code does not have: use var()")
        if rowvar:
            x = m.astype(np.float64)
        else:
            x = m.T.astype(np.float64)
    else:
        if m.ndim != 1 or y.ndim != 1:
            refuse("cov(y=…) is for two vectors in compiled code")
        if len(m) != len(y):
            raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
        x = np.empty((2, len(m)))
        x[0] = m
        x[1] = y
    if x.shape[0] == 1:
        raise NotImplementedError("cov() of one variable would be an array of no dimensions")
    n = x.shape[1]
    for i in range(x.shape[0]):
        x[i] -= x[i].mean()
    if ddof is None:
        known = max(n if bias else n - 1, 0)
    else:
        known = max(n - ddof, 0)
    return x @ x.T / known


def corrcoef(x, y=None, rowvar=True):
    """The correlations of the rows, or of two vectors."""
    c = np.cov(x, y, rowvar)
    n = c.shape[0]
    scale = np.empty(n)
    for i in range(n):
        scale[i] = np.sqrt(c[i, i])
    return np.minimum(np.maximum(c / scale[:, None] / scale, -1.0), 1.0)


def count_nonzero(a):
    """How many elements are not zero."""
    return (a != a.dtype(0)).sum()


def nansum(a):
    """The sum of the elements that are numbers."""
    return np.where(a != a, a.dtype(0), a).sum()


def nanmean(a):
    """The mean of the elements that are numbers."""
    return np.where(a != a, a.dtype(0), a).sum() / float((a == a).sum())


def nanmax(a):
    """The greatest of the elements that are numbers."""
    if a.size == 0:
        raise ValueError("zero-size array to reduction operation fmax which has no identity")
    if a.dtype(0.5) == 0.5:
        if (a != a).all():
            return a.dtype(np.nan)
        return np.where(a != a, a.dtype(-np.inf), a).max()
    return a.max()


def nanmin(a):
    """The least of the elements that are numbers."""
    if a.size == 0:
        raise ValueError("zero-size array to reduction operation fmin which has no identity")
    if a.dtype(0.5) == 0.5:
        if (a != a).all():
            return a.dtype(np.nan)
        return np.where(a != a, a.dtype(np.inf), a).min()
    return a.min()


def sum_(iterable, start=0):
    """The items added to the start one by one, as Python's sum does."""
    total = start
    for item in iterable:
        total = total + item
    return total


FUNCTIONS = (
    cumsum,
    cumprod,
    var,
    std,
    ptp,
    average,
    cov,
    corrcoef,
    count_nonzero,
    nansum,
    nanmean,
    nanmax,
    nanmin,
)
