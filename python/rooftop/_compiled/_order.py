"""Sorting, searching and sets: merge sorts, which are stable."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import refuse


def _merge_sort(a):
    """The elements of a new vector without NaNs in order; the vector is used up."""
    n = len(a)
    if n < 4:
        for _ in range(n - 1):
            for i in range(1, n):
                a[i - 1], a[i] = min(a[i - 1], a[i]), max(a[i], a[i - 1])
        return a
    for low in range(0, n - 3, 4):
        p, q, r, s = a[low], a[low + 1], a[low + 2], a[low + 3]
        p, q = min(p, q), max(q, p)
        r, s = min(r, s), max(s, r)
        p, r = min(p, r), max(r, p)
        q, s = min(q, s), max(s, q)
        a[low], a[low + 1], a[low + 2], a[low + 3] = p, min(q, r), max(r, q), s
    for _ in range(n % 4 - 1):
        for i in range(n - n % 4 + 1, n):
            a[i - 1], a[i] = min(a[i - 1], a[i]), max(a[i], a[i - 1])
    b = np.empty(n, a.dtype)
    width = 4
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            # From both ends at once, as often as no run can be used up: two chains without branches.
            i, j, p, q = low, middle, middle - 1, high - 1
            steps = high - middle
            for k in range(steps):
                b[low + k] = min(a[i], a[j])
                b[high - 1 - k] = max(a[q], a[p])
                right, left = np.int64(a[j] < a[i]), np.int64(a[q] < a[p])
                i += 1 - right
                j += right
                p -= left
                q -= 1 - left
            for k in range(low + steps, high - steps):
                if i <= p and (j > q or a[i] <= a[j]):
                    b[k] = a[i]
                    i += 1
                else:
                    b[k] = a[j]
                    j += 1
        a, b = b, a
        width *= 2
    return a


def _merge_sort_pairs(a, at):
    """What argsort gives for a new vector without NaNs and the places of its elements; both are used up."""
    n = len(a)
    for low in range(0, n, 8):
        for i in range(low + 1, min(low + 8, n)):
            x, place = a[i], at[i]
            j = i
            while j > low and a[j - 1] > x:
                a[j] = a[j - 1]
                at[j] = at[j - 1]
                j -= 1
            a[j] = x
            at[j] = place
    if n <= 8:
        return at
    b, to = np.empty(n, a.dtype), np.empty(n, np.int64)
    width = 8
    while width < n:
        for low in range(0, n, 2 * width):
            middle, high = min(low + width, n), min(low + 2 * width, n)
            i, j, p, q = low, middle, middle - 1, high - 1
            steps = high - middle
            for k in range(steps):
                right, left = np.int64(a[j] < a[i]), np.int64(a[q] < a[p])
                first, last = i + right * (j - i), q - left * (q - p)
                b[low + k] = a[first]
                to[low + k] = at[first]
                b[high - 1 - k] = a[last]
                to[high - 1 - k] = at[last]
                i += 1 - right
                j += right
                p -= left
                q -= 1 - left
            for k in range(low + steps, high - steps):
                if i <= p and (j > q or a[i] <= a[j]):
                    b[k] = a[i]
                    to[k] = at[i]
                    i += 1
                else:
                    b[k] = a[j]
                    to[k] = at[j]
                    j += 1
        a, b = b, a
        at, to = to, at
        width *= 2
    return at


def _numbers(a):
    """A new vector of the elements that are no NaNs."""
    out = np.empty(len(a), a.dtype)
    k = 0
    for x in a:
        out[k] = x
        k += 1 if x == x else 0
    return out[:k]


def _sort_into(out, a):
    numbers = _merge_sort(_numbers(a))
    n = len(numbers)
    out[:n] = numbers
    if n < len(a):
        out[n:] = a.dtype(np.nan)


def _ordered(a, axis, dtype, order_into, name):
    """A new array that order_into(out, a) fills, vector by vector along the axis."""
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), dtype)
        order_into(out, a)
        return out
    if axis is None:
        out = np.empty(a.size, dtype)
        order_into(out, a.flatten())
        return out
    if a.ndim == 2:
        out = np.empty(a.shape, dtype)
        _order_rows(out, a, axis, order_into, name)
        return out
    refuse(name + "() of arrays of more than two dimensions is not supported in compiled code")


def _order_rows(out, a, axis, order_into, name):
    if axis == 1 or axis == -1:
        for i in range(a.shape[0]):
            order_into(out[i], a[i])
    elif axis == 0 or axis == -2:
        for j in range(a.shape[1]):
            order_into(out[:, j], a[:, j])
    else:
        refuse(name + "(axis=…) needs a constant axis in compiled code")


def sort(a, axis=-1):
    """The elements in order, NaNs last."""
    return _ordered(a, axis, a.dtype, _sort_into, "sort")


def array_sort(a, axis=-1):
    """Puts the elements in order where they are."""
    if a.ndim == 1 and (axis == 0 or axis == -1):
        _sort_into(a, a)
    elif a.ndim == 2:
        _order_rows(a, a, axis, _sort_into, "sort")
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
    return _ordered(a, axis, np.int64, _argsort_into, "argsort")


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
    if np.ndim(v) == 0:
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
    b = np.sort(a, None)
    n = 0
    for i in range(len(b)):
        x = b[i]
        if n == 0 or (b[n - 1] != x and b[n - 1] == b[n - 1]):
            b[n] = x
            n += 1
    return b[:n].copy()


def _expect_elements(a):
    """Fails as NumPy does, which looks for NaNs at the end of floats."""
    if len(a) == 0:
        if a.dtype(0.5) == 0.5 and a.dtype(2.5) == 2.5:
            raise IndexError("index -1 is out of bounds for axis 0 with size 0")
        raise IndexError("index 0 is out of bounds for axis 0 with size 0")


FUNCTIONS = (
    sort,
    argsort,
    searchsorted,
    unique,
)
