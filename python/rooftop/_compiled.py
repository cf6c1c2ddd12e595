"""NumPy's functions that compiled code does not know itself, as plain functions that are compiled along.

They are written in what `jit` compiles and never run as Python. What depends on `a.ndim`, the length of a tuple or a
constant argument is decided while compiling; an if on `a.dtype(0.5) == 0.5` (floats) is decided when it runs, so that
both of its branches have to compile and to give the same type.
"""

from __future__ import annotations

import numpy as np

__all__ = ["FUNCTIONS"]

_MOST_OF_2, _MOST_OF_4, _MOST_OF_8 = 65504.0, 3.4028234663852886e38, 1.7976931348623157e308


def refuse(message):
    """Ends the compilation with this message; the compiler's own function stands for it."""
    raise NotImplementedError(message)


def _shape(a):
    """Lengths of the array, none of a number: how many there are is known while compiling."""
    if (a * np.zeros(1)).ndim == 1 and np.dot(a, np.zeros(((a * np.zeros((1, 1))).shape[1], 0))).ndim == 2:
        return ()
    return a.shape


def _total(a):
    """An empty vector of the type that sums of such elements have."""
    return np.empty((1, 0), a.dtype).sum(axis=0)


# ------------------------------------------------------------------------------------------ where the extremes are


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


def argmax(a, axis=None):
    """Where the first of the greatest elements is."""
    if a.ndim > 1 and axis is None:
        if a.size == 0:
            raise ValueError("attempt to get argmax of an empty sequence")
        if a.ndim == 2:
            return _first_in_rows(a, a.max())
        return _first(a.flatten(), a.max())
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        if a.size == 0:
            raise ValueError("attempt to get argmax of an empty sequence")
        return _first(a, a.max())
    if a.ndim == 2 and (axis == 0 or axis == -2):
        if a.shape[0] == 0 and a.shape[1] > 0:
            raise ValueError("attempt to get argmax of an empty sequence")
        return _argmax_of_columns(a)
    if a.ndim == 2 and (axis == 1 or axis == -1):
        if a.shape[1] == 0 and a.shape[0] > 0:
            raise ValueError("attempt to get argmax of an empty sequence")
        out = np.empty(a.shape[0], np.int64)
        for i in range(a.shape[0]):
            row = a[i]
            out[i] = _first(row, row.max())
        return out
    refuse("argmax(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def _argmax_of_columns(a):
    out = np.zeros(a.shape[1], np.int64)
    if a.shape[1] == 0:
        return out
    best = a[0].copy()
    for i in range(1, a.shape[0]):
        for j in range(a.shape[1]):
            x, y = a[i, j], best[j]
            if x > y or (x != x and y == y):
                best[j] = x
                out[j] = i
    return out


def argmin(a, axis=None):
    """Where the first of the least elements is."""
    if a.ndim > 1 and axis is None:
        if a.size == 0:
            raise ValueError("attempt to get argmin of an empty sequence")
        if a.ndim == 2:
            return _first_in_rows(a, a.min())
        return _first(a.flatten(), a.min())
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        if a.size == 0:
            raise ValueError("attempt to get argmin of an empty sequence")
        return _first(a, a.min())
    if a.ndim == 2 and (axis == 0 or axis == -2):
        if a.shape[0] == 0 and a.shape[1] > 0:
            raise ValueError("attempt to get argmin of an empty sequence")
        return _argmin_of_columns(a)
    if a.ndim == 2 and (axis == 1 or axis == -1):
        if a.shape[1] == 0 and a.shape[0] > 0:
            raise ValueError("attempt to get argmin of an empty sequence")
        out = np.empty(a.shape[0], np.int64)
        for i in range(a.shape[0]):
            row = a[i]
            out[i] = _first(row, row.min())
        return out
    refuse("argmin(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def _argmin_of_columns(a):
    out = np.zeros(a.shape[1], np.int64)
    if a.shape[1] == 0:
        return out
    best = a[0].copy()
    for i in range(1, a.shape[0]):
        for j in range(a.shape[1]):
            x, y = a[i, j], best[j]
            if x < y or (x != x and y == y):
                best[j] = x
                out[j] = i
    return out


# ------------------------------------------------------------------------------------------ running sums, statistics


def _running_sum(a, out):
    s = out.dtype(0)
    for i in range(len(a)):
        s += out.dtype(a[i])
        out[i] = s


def _running_product(a, out):
    p = out.dtype(1)
    for i in range(len(a)):
        p *= out.dtype(a[i])
        out[i] = p


def cumsum(a, axis=None, dtype=None):
    """Sums of the elements up to each."""
    if dtype is None:
        kind = _total(a)
    else:
        kind = np.empty(0, dtype)
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), kind.dtype)
        _running_sum(a, out)
        return out
    if axis is None:
        out = np.empty(a.size, kind.dtype)
        _running_sum(a.flatten(), out)
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape, kind.dtype)
        if a.shape[0] > 0:
            out[0] = a[0]
        for i in range(1, a.shape[0]):
            for j in range(a.shape[1]):
                out[i, j] = out[i - 1, j] + out.dtype(a[i, j])
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape, kind.dtype)
        for i in range(a.shape[0]):
            _running_sum(a[i], out[i])
        return out
    refuse("cumsum(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def cumprod(a, axis=None, dtype=None):
    """Products of the elements up to each."""
    if dtype is None:
        kind = _total(a)
    else:
        kind = np.empty(0, dtype)
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), kind.dtype)
        _running_product(a, out)
        return out
    if axis is None:
        out = np.empty(a.size, kind.dtype)
        _running_product(a.flatten(), out)
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape, kind.dtype)
        if a.shape[0] > 0:
            out[0] = a[0]
        for i in range(1, a.shape[0]):
            for j in range(a.shape[1]):
                out[i, j] = out[i - 1, j] * out.dtype(a[i, j])
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape, kind.dtype)
        for i in range(a.shape[0]):
            _running_product(a[i], out[i])
        return out
    refuse("cumprod(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


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
        return np.sqrt(var(a, None, ddof))
    if axis == 0 or axis == -2:
        return np.sqrt(var(a, 0, ddof))
    if axis == 1 or axis == -1:
        return np.sqrt(var(a, 1, ddof))
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
    c = cov(x, y, rowvar)
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
    return np.where(a != a, a.dtype(0), a).sum() / (a == a).sum()


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


# ------------------------------------------------------------------------------------------ element by element


def clip(a, a_min=None, a_max=None):
    """The elements, those beyond a bound as the bound."""
    if a_min is None and a_max is None:
        return a.copy()
    if a_min is None:
        return np.minimum(a, a_max)
    if a_max is None:
        return np.maximum(a, a_min)
    return np.minimum(np.maximum(a, a_min), a_max)


def round_(a, decimals=0):
    """The elements with so many decimals, halves to even."""
    if len(_shape(a)) == 0:
        return round(np.positive(a), decimals)
    scale = 10.0 ** abs(decimals)
    if a.dtype(0.5) == 0.5:
        if decimals == 0:
            return np.rint(a).astype(a.dtype)
        if decimals > 0:
            return (np.rint(a * scale) / scale).astype(a.dtype)
        return (np.rint(a / scale) * scale).astype(a.dtype)
    if decimals >= 0:
        return a.copy()
    return (np.rint(a / scale) * scale).astype(a.dtype)


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """The elements, NaNs and infinities as numbers."""
    if x.dtype(0.5) != 0.5:
        return x.copy()
    most = x.dtype(_MOST_OF_8 if x.itemsize == 8 else _MOST_OF_4 if x.itemsize == 4 else _MOST_OF_2)
    if posinf is None:
        top = most
    else:
        top = x.dtype(posinf)
    if neginf is None:
        bottom = -most
    else:
        bottom = x.dtype(neginf)
    inf = x.dtype(np.inf)
    return np.where(x != x, x.dtype(nan), np.where(x == inf, top, np.where(x == -inf, bottom, x)))


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether the elements are equal within a tolerance."""
    close = (np.abs(a - b * 1.0) <= atol + rtol * np.abs(b * 1.0)) & np.isfinite(b) | (a == b)
    if equal_nan:
        return close | ((a != a) & (b != b))
    return close


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether all elements are equal within a tolerance."""
    within = np.abs(a - b * 1.0) <= atol + rtol * np.abs(b * 1.0)
    if equal_nan:
        return bool((within & np.isfinite(b) | (a == b) | ((a != a) & (b != b))).all())
    return bool((within & np.isfinite(b) | (a == b)).all())


def array_equal(a1, a2):
    """Whether shapes and elements are the same."""
    if a1.ndim != a2.ndim:
        return False
    if a1.shape != a2.shape:
        return False
    return bool((a1 == a2).all())


# ------------------------------------------------------------------------------------------ order


def _merge_sort(a):
    """The elements of a new vector without NaNs in order; the vector is used up."""
    n = len(a)
    for low in range(0, n, 16):
        for i in range(low + 1, min(low + 16, n)):
            x = a[i]
            j = i
            while j > low and a[j - 1] > x:
                a[j] = a[j - 1]
                j -= 1
            a[j] = x
    b = np.empty(n if n > 16 else 0, a.dtype)
    width = 16
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j, k = low, middle, low
            while i < middle and j < high:
                x, y = a[i], a[j]
                right = 1 if y < x else 0
                b[k] = y if y < x else x
                i += 1 - right
                j += right
                k += 1
            b[k : k + middle - i] = a[i:middle]
            k += middle - i
            b[k:high] = a[j:high]
        a, b = b, a
        width *= 2
    return a


def _merge_sort_pairs(a, at):
    """What argsort gives for a new vector without NaNs and the places of its elements; both are used up."""
    n = len(a)
    for low in range(0, n, 16):
        for i in range(low + 1, min(low + 16, n)):
            x, place = a[i], at[i]
            j = i
            while j > low and a[j - 1] > x:
                a[j] = a[j - 1]
                at[j] = at[j - 1]
                j -= 1
            a[j] = x
            at[j] = place
    b, to = np.empty(n if n > 16 else 0, a.dtype), np.empty(n if n > 16 else 0, np.int64)
    width = 16
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j, k = low, middle, low
            while i < middle and j < high:
                x, y = a[i], a[j]
                right = 1 if y < x else 0
                b[k] = y if y < x else x
                to[k] = at[j] if y < x else at[i]
                i += 1 - right
                j += right
                k += 1
            to[k : k + middle - i] = at[i:middle]
            b[k : k + middle - i] = a[i:middle]
            k += middle - i
            to[k:high] = at[j:high]
            b[k:high] = a[j:high]
        a, b = b, a
        at, to = to, at
        width *= 2
    return at


def _numbers(a):
    """A new vector of the elements that are no NaNs."""
    out = np.empty(len(a), a.dtype)
    k = 0
    for x in a:
        if x == x:
            out[k] = x
            k += 1
    return out[:k]


def _sort_into(out, a):
    numbers = _merge_sort(_numbers(a))
    n = len(numbers)
    out[:n] = numbers
    if n < len(a):
        out[n:] = a.dtype(np.nan)


def sort(a, axis=-1):
    """The elements in order, NaNs last."""
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), a.dtype)
        _sort_into(out, a)
        return out
    if axis is None:
        out = np.empty(a.size, a.dtype)
        _sort_into(out, a.flatten())
        return out
    if a.ndim == 2:
        out = np.empty(a.shape, a.dtype)
        if axis == 1 or axis == -1:
            for i in range(a.shape[0]):
                _sort_into(out[i], a[i])
        elif axis == 0 or axis == -2:
            for j in range(a.shape[1]):
                _sort_into(out[:, j], a[:, j])
        else:
            refuse("sort(axis=…) needs a constant axis in compiled code")
        return out
    refuse("sort() of arrays of more than two dimensions is not supported in compiled code")


def array_sort(a, axis=-1):
    """Puts the elements in order where they are."""
    if a.ndim == 1 and (axis == 0 or axis == -1):
        _sort_into(a, a)
    elif a.ndim == 2 and (axis == 1 or axis == -1):
        for i in range(a.shape[0]):
            _sort_into(a[i], a[i])
    elif a.ndim == 2 and (axis == 0 or axis == -2):
        for j in range(a.shape[1]):
            _sort_into(a[:, j], a[:, j])
    else:
        refuse("sort(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def _argsort_into(out, a):
    n = len(a)
    keys, at = np.empty(n, a.dtype), np.empty(n, np.int64)
    k = 0
    for i in range(n):
        if a[i] == a[i]:
            keys[k] = a[i]
            at[k] = i
            k += 1
    out[:k] = _merge_sort_pairs(keys[:k], at[:k])
    if k < n:
        for i in range(n):
            if a[i] != a[i]:
                out[k] = i
                k += 1


def argsort(a, axis=-1, kind=None, stable=None):
    """Where the elements in order are, NaNs last and equal ones as they follow each other."""
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), np.int64)
        _argsort_into(out, a)
        return out
    if axis is None:
        out = np.empty(a.size, np.int64)
        _argsort_into(out, a.flatten())
        return out
    if a.ndim == 2:
        out = np.empty(a.shape, np.int64)
        if axis == 1 or axis == -1:
            for i in range(a.shape[0]):
                _argsort_into(out[i], a[i])
        elif axis == 0 or axis == -2:
            for j in range(a.shape[1]):
                _argsort_into(out[:, j], a[:, j])
        else:
            refuse("argsort(axis=…) needs a constant axis in compiled code")
        return out
    refuse("argsort() of arrays of more than two dimensions is not supported in compiled code")


def _place_left(a, x):
    low, n = 0, len(a)
    while n > 0:
        half = n // 2
        y = a[low + half]
        if y < x or (x != x and y == y):
            low += half + 1
            n -= half + 1
        else:
            n = half
    return low


def _place_right(a, x):
    low, n = 0, len(a)
    while n > 0:
        half = n // 2
        y = a[low + half]
        if x < y or (y != y and x == x):
            n = half
        else:
            low += half + 1
            n -= half + 1
    return low


def searchsorted(a, v, side="left"):
    """Where the values belong in the sorted vector."""
    if side != "left" and side != "right":
        refuse("searchsorted(side=…) must be 'left' or 'right'")
    if len(_shape(v)) == 0:
        if side == "left":
            return np.int64(_place_left(a, v))
        return np.int64(_place_right(a, v))
    out = np.empty(v.shape, np.int64)
    if v.ndim == 1:
        for i in range(len(v)):
            if side == "left":
                out[i] = _place_left(a, v[i])
            else:
                out[i] = _place_right(a, v[i])
        return out
    if v.ndim == 2:
        for i in range(v.shape[0]):
            for j in range(v.shape[1]):
                if side == "left":
                    out[i, j] = _place_left(a, v[i, j])
                else:
                    out[i, j] = _place_right(a, v[i, j])
        return out
    refuse("searchsorted() of values of more than two dimensions is not supported in compiled code")


def unique(a):
    """The elements in order, each once."""
    b = sort(a, None)
    n = 0
    for i in range(len(b)):
        x = b[i]
        if n == 0 or (b[n - 1] != x and b[n - 1] == b[n - 1]):
            b[n] = x
            n += 1
    return b[:n].copy()


def _select(a, k):
    """Moves elements without NaNs so that a[k] is the one that it is in order: none before is greater, none after less."""
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
    if n == 0 or len(b) < n:
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
    if len(_shape(q)) == 0:
        if not 0 <= q <= 1:
            raise ValueError("Quantiles must be in the range [0, 1]")
        if a.ndim == 1:
            return _quantile_of(a, q)
        return _quantile_of(a.flatten(), q)
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError("Quantiles must be in the range [0, 1]")
    return _quantiles_of(a, q)


def _quantiles_of(a, q):
    out = np.empty(len(q), (np.empty(0, a.dtype) * 1.0).dtype)
    b = sort(a, None)
    n = len(b)
    if n == 0 or b[n - 1] != b[n - 1]:
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
    if len(_shape(q)) == 0:
        if not 0 <= q <= 100:
            raise ValueError("Percentiles must be in the range [0, 100]")
        if a.ndim == 1:
            return _quantile_of(a, q / 100)
        return _quantile_of(a.flatten(), q / 100)
    if not ((q >= 0) & (q <= 100)).all():
        raise ValueError("Percentiles must be in the range [0, 100]")
    return _quantiles_of(a, q / 100)


# ------------------------------------------------------------------------------------------ where something holds


def flatnonzero(a):
    """Where the flattened array is not zero."""
    if a.ndim > 1:
        return _places(a.flatten())
    return _places(a)


def _places(a):
    zero = a.dtype(0)
    out = np.empty((a != zero).sum(), np.int64)
    k = 0
    for i in range(len(a)):
        if a[i] != zero:
            out[k] = i
            k += 1
    return out


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
    if len(_shape(bins)) == 1:
        return _histogram_of_edges(a, bins)
    if bins < 1:
        raise ValueError("`bins` must be positive")
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


# ------------------------------------------------------------------------------------------ arrays put together


def _joined(arrays):
    """An empty vector of the type that holds the elements of all."""
    if len(arrays) == 1:
        return np.empty(0, arrays[0].dtype)
    return np.empty(0, arrays[0].dtype) + _joined(arrays[1:])


def _lengths(arrays):
    """The sum of the lengths."""
    if len(arrays) == 1:
        return len(arrays[0])
    return len(arrays[0]) + _lengths(arrays[1:])


def _put_rows(out, arrays):
    n = len(arrays[0])
    if out.ndim > 1 and arrays[0].shape[1:] != out.shape[1:]:
        raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
    out[:n] = arrays[0]
    if len(arrays) > 1:
        _put_rows(out[n:], arrays[1:])


def _transposed(arrays):
    if len(arrays) == 1:
        return (arrays[0].T,)
    return (arrays[0].T,) + _transposed(arrays[1:])


def concatenate(arrays, axis=0):
    """The arrays one after the other along an axis."""
    if len(arrays) > 1 and arrays[0].ndim != arrays[1].ndim:
        raise ValueError("all the input arrays must have same number of dimensions")
    if arrays[0].ndim == 1 and (axis == 0 or axis == -1):
        out = np.empty(_lengths(arrays), _joined(arrays).dtype)
        _put_rows(out, arrays)
        return out
    if arrays[0].ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty((_lengths(arrays), arrays[0].shape[1]), _joined(arrays).dtype)
        _put_rows(out, arrays)
        return out
    if arrays[0].ndim == 2 and (axis == 1 or axis == -1):
        turned = _transposed(arrays)
        out = np.empty((arrays[0].shape[0], _lengths(turned)), _joined(arrays).dtype)
        _put_rows(out.T, turned)
        return out
    refuse("concatenate(axis=…) needs a constant axis of arrays of one or two dimensions in compiled code")


def _as_rows(arrays):
    if arrays[0].ndim == 1:
        first = arrays[0][None]
    else:
        first = arrays[0]
    if len(arrays) == 1:
        return (first,)
    return (first,) + _as_rows(arrays[1:])


def _as_columns(arrays):
    if arrays[0].ndim == 1:
        first = arrays[0][:, None]
    else:
        first = arrays[0]
    if len(arrays) == 1:
        return (first,)
    return (first,) + _as_columns(arrays[1:])


def vstack(tup):
    """The vectors as rows, matrices below each other."""
    return concatenate(_as_rows(tup), 0)


def hstack(tup):
    """The arrays beside each other."""
    if tup[0].ndim == 1:
        return concatenate(tup, 0)
    return concatenate(tup, 1)


def column_stack(tup):
    """The vectors as columns, matrices beside each other."""
    return concatenate(_as_columns(tup), 1)


def _put_stacked(out, arrays, i):
    if arrays[0].shape != out.shape[1:]:
        raise ValueError("all input arrays must have the same shape")
    out[i] = arrays[0]
    if len(arrays) > 1:
        _put_stacked(out, arrays[1:], i + 1)


def stack(arrays, axis=0):
    """The arrays as elements of a new dimension."""
    if arrays[0].ndim == 1 and (axis == 1 or axis == -1):
        n = len(arrays[0])
        out = np.empty((n, len(arrays)), _joined(arrays).dtype)
        _put_stacked(out.T, arrays, 0)
        return out
    if axis == 0:
        out = np.empty((len(arrays),) + arrays[0].shape, _joined(arrays).dtype)
        _put_stacked(out, arrays, 0)
        return out
    refuse("stack(axis=…) takes axis 0, or 1 of vectors, in compiled code")


def append(arr, values):
    """The flattened arrays one after the other."""
    if arr.ndim == 1 and values.ndim == 1:
        return concatenate((arr, values), 0)
    return concatenate((arr.flatten(), values.flatten()), 0)


def _rolled(out, a, shift):
    n = len(a)
    k = shift % max(n, 1)
    out[k:] = a[: n - k]
    out[:k] = a[n - k :]


def roll(a, shift, axis=None):
    """The elements moved on, those that leave one end at the other."""
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), a.dtype)
        _rolled(out, a, shift)
        return out
    if a.ndim == 2 and axis is None:
        flat = np.empty(a.size, a.dtype)
        _rolled(flat, a.flatten(), shift)
        out = np.empty(a.shape, a.dtype)
        n = a.shape[1]
        for i in range(a.shape[0]):
            out[i] = flat[i * n : i * n + n]
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape, a.dtype)
        _rolled(out, a, shift)
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape, a.dtype)
        _rolled(out.T, a.T, shift)
        return out
    refuse("roll(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def flip(m, axis=None):
    """The array with the elements in opposite order."""
    if m.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        return m[::-1]
    if m.ndim == 2 and axis is None:
        return m[::-1, ::-1]
    if m.ndim == 2 and (axis == 0 or axis == -2):
        return m[::-1]
    if m.ndim == 2 and (axis == 1 or axis == -1):
        return m[:, ::-1]
    refuse("flip(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def flipud(m):
    """The array with the rows in opposite order."""
    return m[::-1]


def fliplr(m):
    """The array with the columns in opposite order."""
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return m[:, ::-1]


def _repeated(out, a, repeats):
    for i in range(len(a)):
        out[i * repeats : (i + 1) * repeats] = a[i]


def repeat(a, repeats, axis=None):
    """Each element so many times."""
    if len(_shape(repeats)) > 0:
        refuse("repeat() needs one number of repeats for all elements in compiled code")
    if repeats < 0:
        raise ValueError("repeats may not contain negative values.")
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        out = np.empty(a.size * repeats, a.dtype)
        if a.ndim == 1:
            _repeated(out, a, repeats)
        else:
            _repeated(out, a.flatten(), repeats)
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty((a.shape[0] * repeats, a.shape[1]), a.dtype)
        _repeated(out, a, repeats)
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty((a.shape[0], a.shape[1] * repeats), a.dtype)
        for i in range(a.shape[0]):
            _repeated(out[i], a[i], repeats)
        return out
    refuse("repeat(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def tile(A, reps):
    """The vector so many times."""
    if A.ndim != 1 or len(_shape(reps)) > 0:
        refuse("tile() takes a vector and one number in compiled code")
    n = len(A)
    out = np.empty(n * reps, A.dtype)
    for k in range(reps):
        out[k * n : (k + 1) * n] = A
    return out


def meshgrid(x, y, indexing="xy"):
    """The coordinates of all places of a grid."""
    if indexing == "xy":
        u, v = np.empty((len(y), len(x)), x.dtype), np.empty((len(y), len(x)), y.dtype)
        u[:] = x
        v[:] = y[:, None]
        return u, v
    if indexing == "ij":
        p, q = np.empty((len(x), len(y)), x.dtype), np.empty((len(x), len(y)), y.dtype)
        p[:] = x[:, None]
        q[:] = y
        return p, q
    raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")


def take(a, indices, axis=None):
    """The elements, or the rows, at the indices."""
    if a.ndim > 1 and axis is None:
        return take(a.flatten(), indices)
    if axis is not None and axis != 0 and not (a.ndim == 1 and axis == -1):
        refuse("take(axis=…) takes axis 0 in compiled code")
    if len(_shape(indices)) == 0:
        return a[indices]
    if indices.ndim != 1:
        refuse("take() needs a vector of indices in compiled code")
    n = len(indices)
    out = np.empty((n,) + a.shape[1:], a.dtype)
    for i in range(n):
        out[i] = a[indices[i]]
    return out


def expand_dims(a, axis):
    """The array with a dimension of length 1 more."""
    if axis == 0 or axis == -1 - a.ndim:
        return a[None]
    if axis == -1 or axis == a.ndim:
        return a[..., None]
    if a.ndim == 2 and (axis == 1 or axis == -2):
        return a[:, None]
    refuse("expand_dims(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def transpose(a):
    """The array with its dimensions in opposite order."""
    return a.T


def swapaxes(a, axis1, axis2):
    """The matrix with two axes exchanged."""
    if a.ndim != 2:
        refuse("swapaxes() takes two dimensions in compiled code")
    if (axis1 - axis2) % 2 == 0:
        return a[:]
    return a.T


def atleast_1d(a):
    """The array itself."""
    return a


def atleast_2d(a):
    """The array, a vector as a row."""
    if a.ndim == 1:
        return a[None]
    return a


# ------------------------------------------------------------------------------------------ differences, polynomials


def diff(a, n=1, axis=-1):
    """What each element adds to the one before."""
    if n < 0:
        raise ValueError("order must be non-negative")
    if a.ndim == 1 and (axis == 0 or axis == -1):
        d = a[1:] - a[:-1]
        for _ in range(n - 1):
            d = d[1:] - d[:-1]
        return d
    if a.ndim == 2 and (axis == 1 or axis == -1):
        d = a[:, 1:] - a[:, :-1]
        for _ in range(n - 1):
            d = d[:, 1:] - d[:, :-1]
        return d
    if a.ndim == 2 and (axis == 0 or axis == -2):
        d = a[1:] - a[:-1]
        for _ in range(n - 1):
            d = d[1:] - d[:-1]
        return d
    refuse("diff(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def trapezoid(y, x=None, dx=1.0):
    """The integral of the piecewise linear function through the values."""
    if y.ndim != 1:
        refuse("trapezoid() takes a vector in compiled code")
    if x is None:
        return (dx * (y[1:] + y[:-1]) / 2.0).sum()
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2.0).sum()


def _interpolated(x, xp, fp, left, right):
    if x != x:
        return x * 1.0
    n = len(xp)
    if x > xp[n - 1]:
        return right
    if x < xp[0]:
        return left
    k = _place_right(xp, x) - 1
    if k == n - 1 or xp[k] == x:
        return fp[k]
    slope = (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k])
    value = slope * (x - xp[k]) + fp[k]
    if value != value:
        value = slope * (x - xp[k + 1]) + fp[k + 1]
        if value != value and fp[k] == fp[k + 1]:
            value = fp[k]
    return value


def interp(x, xp, fp, left=None, right=None):
    """The piecewise linear function through the points, at x."""
    if len(xp) == 0:
        raise ValueError("array of sample points is empty")
    if len(xp) != len(fp):
        raise ValueError("fp and xp are not of the same length.")
    p, f = np.ascontiguousarray(xp, np.float64), np.ascontiguousarray(fp, np.float64)
    if left is None:
        low = f[0]
    else:
        low = np.float64(left)
    if right is None:
        high = f[len(f) - 1]
    else:
        high = np.float64(right)
    if len(_shape(x)) == 0:
        return np.float64(_interpolated(np.float64(x), p, f, low, high))
    if x.ndim != 1:
        refuse("interp() at places of more than one dimension is not supported in compiled code")
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = _interpolated(np.float64(x[i]), p, f, low, high)
    return out


def _convolved(out, a, v, start):
    """Elements of the full convolution from one on; v is not longer than a."""
    n, m = len(a), len(v)
    for k in range(len(out)):
        at = start + k
        s = out.dtype(0)
        for j in range(max(0, at - n + 1), min(m, at + 1)):
            s += out.dtype(a[at - j]) * out.dtype(v[j])
        out[k] = s


def convolve(a, v, mode="full"):
    """The sums of products of one vector with the other in opposite order, moved along."""
    if a.ndim != 1 or v.ndim != 1:
        refuse("convolve() takes vectors")
    n, m = len(a), len(v)
    if n == 0:
        raise ValueError("a cannot be empty")
    if m == 0:
        raise ValueError("v cannot be empty")
    short, long = min(n, m), max(n, m)
    if mode == "full":
        out = np.empty(n + m - 1, _joined((a, v)).dtype)
        start = 0
    elif mode == "same":
        out = np.empty(long, _joined((a, v)).dtype)
        start = (short - 1) // 2
    elif mode == "valid":
        out = np.empty(long - short + 1, _joined((a, v)).dtype)
        start = short - 1
    else:
        refuse("convolve(mode=…) must be 'full', 'same' or 'valid'")
    if m > n:
        _convolved(out, v, a, start)
    else:
        _convolved(out, a, v, start)
    return out


def polyval(p, x):
    """The polynomial at x; its coefficients begin with that of the highest power."""
    if len(_shape(x)) == 0:
        return _polynomial(p, x)
    if x.ndim != 1:
        refuse("polyval() at places of more than one dimension is not supported in compiled code")
    out = np.empty(len(x), _joined((p, x)).dtype)
    for i in range(len(x)):
        out[i] = _polynomial(p, x[i])
    return out


def _polynomial(p, x):
    s = (np.zeros(1, p.dtype) * x).sum()
    for c in p:
        s = s * x + c
    return s


def logspace(start, stop, num=50, endpoint=True, base=10.0):
    """Powers of the base with exponents at equal distances."""
    return np.power(np.float64(base), np.linspace(start, stop, num, endpoint))


# ------------------------------------------------------------------------------------------ matrices


def trace(a, offset=0):
    """The sum of a diagonal."""
    s = _total(a).dtype(0)
    for x in diagonal(a, offset):
        s += x
    return s


def diagonal(a, offset=0):
    """A diagonal."""
    if a.ndim != 2:
        refuse("diagonal() takes two dimensions in compiled code")
    row, column = max(-offset, 0), max(offset, 0)
    out = np.empty(max(min(a.shape[0] - row, a.shape[1] - column), 0), a.dtype)
    for i in range(len(out)):
        out[i] = a[row + i, column + i]
    return out


def diag(v, k=0):
    """A diagonal, or the matrix with the vector as one."""
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = len(v) + abs(k)
    out = np.zeros((n, n), v.dtype)
    row, column = max(-k, 0), max(k, 0)
    for i in range(len(v)):
        out[row + i, column + i] = v[i]
    return out


def fill_diagonal(a, val):
    """Stores the value along the diagonal."""
    if a.ndim != 2 or len(_shape(val)) > 0:
        refuse("fill_diagonal() takes a matrix and a number in compiled code")
    for i in range(min(a.shape[0], a.shape[1])):
        a[i, i] = val


def triu(m, k=0):
    """The matrix with zeros below a diagonal."""
    if m.ndim != 2:
        refuse("triu() takes two dimensions in compiled code")
    out = np.zeros(m.shape, m.dtype)
    for i in range(m.shape[0]):
        first = min(max(i + k, 0), m.shape[1])
        out[i, first:] = m[i, first:]
    return out


def tril(m, k=0):
    """The matrix with zeros above a diagonal."""
    if m.ndim != 2:
        refuse("tril() takes two dimensions in compiled code")
    out = np.zeros(m.shape, m.dtype)
    for i in range(m.shape[0]):
        end = min(max(i + k + 1, 0), m.shape[1])
        out[i, :end] = m[i, :end]
    return out


def kron(a, b):
    """Copies of the second array, times each element of the first."""
    if a.ndim == 1 and b.ndim == 1:
        n = len(b)
        out = np.empty(len(a) * n, _joined((a, b)).dtype)
        for i in range(len(a)):
            out[i * n : (i + 1) * n] = a[i] * b
        return out
    if a.ndim != 2 or b.ndim != 2:
        refuse("kron() takes two vectors or two matrices in compiled code")
    p, q = b.shape
    out = np.empty((a.shape[0] * p, a.shape[1] * q), _joined((a, b)).dtype)
    for i in range(a.shape[0]):
        for k in range(p):
            for j in range(a.shape[1]):
                out[i * p + k, j * q : (j + 1) * q] = a[i, j] * b[k]
    return out


def cross(a, b):
    """The vectors at right angles to both."""
    if a.ndim > 2 or b.ndim != a.ndim:
        refuse("cross() takes two vectors or two arrays of rows in compiled code")
    if a.shape[a.ndim - 1] != 3 or b.shape[b.ndim - 1] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors")
    if a.ndim == 1:
        out = np.empty(3, _joined((a, b)).dtype)
        out[0] = a[1] * b[2] - a[2] * b[1]
        out[1] = a[2] * b[0] - a[0] * b[2]
        out[2] = a[0] * b[1] - a[1] * b[0]
        return out
    rows = np.empty((max(a.shape[0], b.shape[0]), 3), _joined((a, b)).dtype)
    rows[:, 0] = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    rows[:, 1] = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    rows[:, 2] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return rows


def norm(x, ord=None, axis=None):
    """The length of a vector, or a norm of a matrix."""
    if axis is not None and x.ndim == 2:
        if ord is not None:
            refuse("norm(axis=…) takes no ord in compiled code")
        if axis == 0 or axis == -2:
            return np.sqrt(np.square(np.abs(x * 1.0)).sum(axis=0))
        if axis == 1 or axis == -1:
            return np.sqrt(np.square(np.abs(x * 1.0)).sum(axis=1))
        refuse("norm(axis=…) needs a constant axis in compiled code")
    if axis is not None and x.ndim != 1:
        refuse("norm(axis=…) of arrays of more than two dimensions is not supported in compiled code")
    if ord is None:
        return np.sqrt(np.square(np.abs(x * 1.0)).sum())
    if x.ndim == 1:
        if ord == 2:
            return np.sqrt(np.square(np.abs(x * 1.0)).sum())
        if ord == 1:
            return np.abs(x * 1.0).sum()
        if ord == np.inf:
            return np.abs(x * 1.0).max()
        if ord == -np.inf:
            return np.abs(x * 1.0).min()
        refuse("norm(ord=…) takes the constants 1, 2, np.inf and -np.inf for vectors in compiled code")
    if x.ndim == 2:
        if ord == "fro":
            return np.sqrt(np.square(np.abs(x * 1.0)).sum())
        refuse("norm(ord=…) of matrices takes None and 'fro' in compiled code")
    refuse("norm(ord=…) of arrays of more than two dimensions is not supported in compiled code")


def _square(a):
    """A copy of a matrix of floats."""
    if a.ndim != 2:
        refuse("functions of np.linalg take matrices in compiled code")
    if a.shape[0] != a.shape[1]:
        raise ValueError("Last 2 dimensions of the array must be square")
    return a * 1.0


def _factor(a, order):
    """Lower and upper factors of the rows in another order, in place of the matrix: the permutation's sign, or 0."""
    n = a.shape[0]
    sign = 1.0
    for i in range(n):
        order[i] = i
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            pivot = k
            most = abs(a[k, k])
            for i in range(k + 1, n):
                if abs(a[i, k]) > most:
                    most = abs(a[i, k])
                    pivot = i
            if a[pivot, k] == 0:
                return 0.0
            if pivot != k:
                sign = -sign
                order[k], order[pivot] = order[pivot], order[k]
                for j in range(n):
                    a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
            d = a[k, k]
            for i in range(k + 1, n):
                f = a[i, k] / d
                a[i, k] = f
                for j in range(k + 1, end):
                    a[i, j] -= f * a[k, j]
        if end < n:
            _solve_lower(a[first:end, first:end], a[first:end, end:])
            a[end:, end:] -= a[end:, first:end] @ a[first:end, end:]
    return sign


def _solve_lower(a, b):
    """Solves with the lower factor, whose diagonal is 1, in place of the right sides."""
    n = a.shape[0]
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            for i in range(k + 1, end):
                f = a[i, k]
                for j in range(b.shape[1]):
                    b[i, j] -= f * b[k, j]
        if end < n:
            b[end:] -= a[end:, first:end] @ b[first:end]


def _solve_upper(a, b):
    """The same with the upper factor."""
    n = a.shape[0]
    for last in range(n, 0, -48):
        first = max(last - 48, 0)
        for k in range(last - 1, first - 1, -1):
            d = a[k, k]
            for j in range(b.shape[1]):
                b[k, j] /= d
            for i in range(first, k):
                f = a[i, k]
                for j in range(b.shape[1]):
                    b[i, j] -= f * b[k, j]
        if first > 0:
            b[:first] -= a[:first, first:last] @ b[first:last]


def det(a):
    """The determinant."""
    lu = _square(a)
    d = lu.dtype(1) * _factor(lu, np.empty(lu.shape[0], np.int64))
    if d != 0:
        for i in range(lu.shape[0]):
            d *= lu[i, i]
    return d


def solve(a, b):
    """The x for which a @ x is b."""
    lu = _square(a) + np.zeros((1, 1), b.dtype)
    n = lu.shape[0]
    if b.ndim > 2:
        refuse("solve() takes one or two dimensions of right sides in compiled code")
    if len(b) != n:
        raise ValueError("solve: Input operand 1 has a mismatch in its core dimension 0")
    order = np.empty(n, np.int64)
    if _factor(lu, order) == 0:
        raise ValueError("Singular matrix")
    if b.ndim == 1:
        x = np.empty((n, 1), lu.dtype)
        for i in range(n):
            x[i, 0] = b[order[i]]
        _solve_lower(lu, x)
        _solve_upper(lu, x)
        return x[:, 0].copy()
    y = np.empty((n, b.shape[1]), lu.dtype)
    for i in range(n):
        y[i] = b[order[i]]
    _solve_lower(lu, y)
    _solve_upper(lu, y)
    return y


def inv(a):
    """The inverse of the matrix."""
    lu = _square(a)
    n = lu.shape[0]
    order = np.empty(n, np.int64)
    if _factor(lu, order) == 0:
        raise ValueError("Singular matrix")
    x = np.zeros((n, n), lu.dtype)
    for i in range(n):
        x[i, order[i]] = 1
    _solve_lower(lu, x)
    _solve_upper(lu, x)
    return x


def cholesky(a):
    """The lower matrix whose product with its transpose is the matrix."""
    c = _square(a)
    n = c.shape[0]
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            if not c[k, k] > 0:
                raise ValueError("Matrix is not positive definite")
            d = np.sqrt(c[k, k])
            c[k, k] = d
            for i in range(k + 1, n):
                c[i, k] /= d
            for i in range(k + 1, n):
                f = c[i, k]
                for j in range(k + 1, end):
                    c[i, j] -= f * c[j, k]
        if end < n:
            c[end:, end:] -= c[end:, first:end] @ c[end:, first:end].T
    for i in range(n):
        c[i, i + 1 :] = 0
    return c


#: By the names under which compiled code finds them; "ndarray." stands before what arrays' methods do otherwise.
FUNCTIONS = {
    **{
        f"numpy.{function.__name__.rstrip('_')}": function
        for function in (
            allclose, append, argmax, argmin, argsort, array_equal, atleast_1d, atleast_2d, average, bincount, clip,
            column_stack, concatenate, convolve, corrcoef, count_nonzero, cov, cross, cumprod, cumsum, diag, diagonal,
            diff, expand_dims, fill_diagonal, flatnonzero, flip, fliplr, flipud, histogram, hstack, interp, isclose,
            kron, logspace, median, meshgrid, nan_to_num, nanmax, nanmean, nanmin, nansum, nonzero, percentile,
            polyval, ptp, quantile, repeat, roll, round_, searchsorted, sort, stack, std, swapaxes, take, tile, trace,
            transpose, trapezoid, tril, triu, unique, var, vstack,
        )
    },
    **{f"numpy.linalg.{function.__name__}": function for function in (cholesky, det, inv, norm, solve)},
    "numpy.around": round_,
    "ndarray.sort": array_sort,
}
