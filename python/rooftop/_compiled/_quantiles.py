"""Medians, quantiles and counts."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import refuse
from rooftop._compiled._joining import _joined
from rooftop._compiled._order import _expect_elements, _merge_sort, _numbers, _place_right


def _select(a, k):
    """Brings what is at k in order to a[k]: none before is greater, none after less; there are no NaNs."""
    low, high = 0, len(a) - 1
    rounds = 0
    while low < high:
        rounds += 1
        if rounds > 100:
            a[:] = _merge_sort(a.copy())
            return
        # The middle one of three goes to a[low + 1], between a[low] and a[high].
        middle = low + (high - low) // 2
        if a[middle] > a[high]:
            a[middle], a[high] = a[high], a[middle]
        if a[low] > a[high]:
            a[low], a[high] = a[high], a[low]
        if a[middle] > a[low]:
            a[middle], a[low] = a[low], a[middle]
        pivot = a[low]
        i, j = low, high + 1
        while True:
            i += 1
            while i <= high and a[i] < pivot:
                i += 1
            j -= 1
            while a[j] > pivot:
                j -= 1
            if i >= j:
                break
            a[i], a[j] = a[j], a[i]
        a[low], a[j] = a[j], a[low]
        if j == k:
            return
        if j < k:
            low = j + 1
        else:
            high = j - 1


def _median_of(a):
    n = len(a)
    b = _numbers(a)
    if n == 0 or len(b) < n:
        return (b * 1.0).sum() * np.nan
    _select(b, n // 2)
    if n % 2 == 1:
        return b[n // 2 : n // 2 + 1].mean()
    return (b[: n // 2].max() * 1.0 + b[n // 2]) / 2


def median(a, axis=None):
    """The middle element, or the mean of the middle two."""
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        if a.ndim == 1:
            return _median_of(a)
        return _median_of(a.flatten())
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape[1], (np.empty(0, a.dtype) * 1.0).dtype)
        for j in range(a.shape[1]):
            out[j] = _median_of(a[:, j])
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape[0], (np.empty(0, a.dtype) * 1.0).dtype)
        for i in range(a.shape[0]):
            out[i] = _median_of(a[i])
        return out
    refuse("median(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def _between(x, y, t):
    """As NumPy goes from x to y."""
    d = y * 1.0 - x
    return y - d * (1 - t) if t >= 0.5 else x + d * t


def _quantile_of(a, q):
    """The quantile of a vector, 0 <= q <= 1."""
    n = len(a)
    b = _numbers(a)
    _expect_elements(a)
    if len(b) < n:
        return (b * 1.0).sum() * np.nan
    at = q * (n - 1)
    k = int(at)
    if k >= n - 1:
        return b.max() * 1.0
    _select(b, k)
    return _between(b[k], b[k + 1 :].min(), at - k)


def quantile(a, q, axis=None):
    """The elements, or what lies between two of them, below which are such parts of all."""
    if a.ndim > 1 and axis is not None:
        refuse("quantile(axis=…) is not supported in compiled code")
    if np.ndim(q) == 0:
        if not 0 <= q <= 1:
            raise ValueError("Quantiles must be in the range [0, 1]")
        if a.ndim == 1:
            return _quantile_of(a, q)
        return _quantile_of(a.flatten(), q)
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError("Quantiles must be in the range [0, 1]")
    return _quantiles_of(a, q)


def _quantiles_of(a, q):
    out = np.empty(len(q), (_joined((a, q)) * 1.0).dtype)
    b = np.sort(a, None)
    n = len(b)
    _expect_elements(b)
    if b[n - 1] != b[n - 1]:
        out[:] = np.nan
        return out
    for i in range(len(q)):
        at = q[i] * (n - 1)
        k = int(at)
        if k >= n - 1:
            out[i] = b[n - 1]
        else:
            out[i] = _between(b[k], b[k + 1], at - k)
    return out


def percentile(a, q, axis=None):
    """The same in parts of a hundred."""
    if a.ndim > 1 and axis is not None:
        refuse("percentile(axis=…) is not supported in compiled code")
    if np.ndim(q) == 0:
        if not 0 <= q <= 100:
            raise ValueError("Percentiles must be in the range [0, 100]")
        if a.ndim == 1:
            return _quantile_of(a, q / 100)
        return _quantile_of(a.flatten(), q / 100)
    if not ((q >= 0) & (q <= 100)).all():
        raise ValueError("Percentiles must be in the range [0, 100]")
    return _quantiles_of(a, q / 100)


def bincount(x, weights=None, minlength=0):
    """How often, or with what weights in all, each integer from 0 on occurs."""
    if x.ndim != 1:
        refuse("object too deep for desired array")
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    n = 0
    if len(x) > 0:
        if x.min() < 0:
            raise ValueError("'list' argument must have no negative elements")
        n = int(x.max()) + 1
    if weights is None:
        counts = np.zeros(max(n, minlength), np.int64)
        for i in x:
            counts[i] += 1
        return counts
    if len(weights) != len(x):
        raise ValueError("The weights and list don't have the same length.")
    sums = np.zeros(max(n, minlength))
    for i in range(len(x)):
        sums[x[i]] += weights[i]
    return sums


def histogram(a, bins=10, range=None):
    """How many elements fall into each bin, and the bins' edges."""
    if np.ndim(bins) == 1:
        return _histogram_of_edges(a, bins)
    if bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    if range is None:
        if a.size == 0:
            first, last = 0.0, 1.0
        else:
            first, last = float(a.min()), float(a.max())
        if first - first != last - last:
            raise ValueError("autodetected range of [nan, nan] is not finite")
    else:
        first, last = float(range[0]), float(range[1])
        if first > last:
            raise ValueError("max must be larger than min in range parameter.")
        if first - first != last - last:
            raise ValueError("supplied range is not finite")
    if first == last:
        first -= 0.5
        last += 0.5
    if a.ndim == 1:
        return _histogram(a, bins, first, last)
    return _histogram(a.flatten(), bins, first, last)


def _histogram(a, bins, first, last):
    edges = np.linspace(first, last, bins + 1).astype((np.empty(0, a.dtype) * 1.0).dtype)
    counts = np.zeros(bins, np.int64)
    width = last - first
    for x in a:
        if x >= first and x <= last:
            k = int((x - first) / width * bins)
            if k >= bins:
                k = bins - 1
            if x < edges[k]:
                k -= 1
            elif k != bins - 1 and x >= edges[k + 1]:
                k += 1
            counts[k] += 1
    return counts, edges


def _histogram_of_edges(a, edges):
    if (edges[1:] < edges[:-1]).any():
        raise ValueError("`bins` must increase monotonically, when an array")
    if a.ndim > 1:
        refuse("histogram() with edges needs a vector in compiled code")
    n = len(edges) - 1
    counts = np.zeros(n, np.int64)
    for x in a:
        if x >= edges[0] and x <= edges[n]:
            counts[min(_place_right(edges, x), n) - 1] += 1
    return counts, edges


FUNCTIONS = (
    median,
    quantile,
    percentile,
    bincount,
    histogram,
)
