"""Functions of single elements, and comparisons of arrays."""

from __future__ import annotations

import rooftop as np

_MOST_OF_2, _MOST_OF_4, _MOST_OF_8 = 65504.0, 3.4028234663852886e38, 1.7976931348623157e308


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
    if np.ndim(a) == 0:
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
    within = isclose(a, b, rtol, atol, equal_nan)
    if np.ndim(a) == 0 and np.ndim(b) == 0:
        return bool(within)
    return bool(within.all())


def array_equal(a1, a2):
    """Whether shapes and elements are the same."""
    if a1.ndim != a2.ndim:
        return False
    if a1.shape != a2.shape:
        return False
    return bool((a1 == a2).all())


FUNCTIONS = (
    clip,
    round_,
    nan_to_num,
    isclose,
    allclose,
    array_equal,
)
