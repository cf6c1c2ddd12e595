"""Sums, means and extremes of what is not NaN."""

from __future__ import annotations

import warnings

from rooftop._composed import UNSET, all_of, any_of, numpys, plain
from rooftop._core import (
    _without_nan,
    cumprod,
    cumsum,
    divide,
    fmax,
    fmin,
    isnan,
    mean,
    multiply,
    ndarray,
    prod,
    sqrt,
    std,
    sum,  # noqa: A004 - NumPy's names
    var,
    where,
)


def _filled(array: ndarray, value: int):
    """The array with a value in the place of each NaN; None for types that only NumPy knows."""
    return _without_nan(array, value) if array.dtype.kind in "biufc" else None


def _fold_filled(name: str, fold, value: float, a, axis, dtype, out, options: dict):
    array = plain(a)
    filled = None if array is None else _filled(array, value)
    if filled is None:
        return numpys(name, a, axis, dtype, out, **options)
    if dtype is None and out is None and not options:
        return fold(filled) if axis is None else fold(filled, axis)
    return fold(filled, axis, dtype, out, **options)


def _given(**options) -> dict:
    return {name: value for name, value in options.items() if value is not UNSET}


def nansum(a, axis=None, dtype=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
    """The sum of elements, NaN counting as 0; as numpy.nansum."""
    return _fold_filled("nansum", sum, 0, a, axis, dtype, out, _given(keepdims=keepdims, initial=initial, where=where))


def nanprod(a, axis=None, dtype=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
    """The product of elements, NaN counting as 1; as numpy.nanprod."""
    return _fold_filled(
        "nanprod", prod, 1, a, axis, dtype, out, _given(keepdims=keepdims, initial=initial, where=where)
    )


def nancumsum(a, axis=None, dtype=None, out=None):
    """The sums up to each element, NaN counting as 0; as numpy.nancumsum."""
    return _fold_filled("nancumsum", cumsum, 0, a, axis, dtype, out, {})


def nancumprod(a, axis=None, dtype=None, out=None):
    """The products up to each element, NaN counting as 1; as numpy.nancumprod."""
    return _fold_filled("nancumprod", cumprod, 1, a, axis, dtype, out, {})


def _extreme(name: str, function, a, axis, out, options: dict):
    array = plain(a)
    if array is None or array.dtype.kind not in "biufc":
        return numpys(name, a, axis, out, **options)
    result = function.reduce(array, axis, None, out, **options)
    if any_of(isnan(result)):
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
    return result


def nanmin(a, axis=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
    """The smallest element that is not NaN; as numpy.nanmin."""
    return _extreme("nanmin", fmin, a, axis, out, _given(keepdims=keepdims, initial=initial, where=where))


def nanmax(a, axis=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
    """The largest element that is not NaN; as numpy.nanmax."""
    return _extreme("nanmax", fmax, a, axis, out, _given(keepdims=keepdims, initial=initial, where=where))


def _divided(total, count):
    """total / count in the total's own type."""
    if type(total) is ndarray:
        return divide(total, count, out=total, casting="unsafe")
    return total.dtype.type(total / count)


def nanmean(a, axis=None, dtype=None, out=None, keepdims=UNSET, *, where=UNSET):
    """The mean of what is not NaN; as numpy.nanmean."""
    array = plain(a)
    options = _given(keepdims=keepdims, where=where)
    if array is not None and array.dtype.kind in "biu":
        return mean(array, axis, dtype, out, **options)
    is_native = array is not None and array.dtype.kind in "fc"
    if not is_native or dtype is not None or out is not None:
        return numpys("nanmean", a, axis, dtype, out, **options)
    nan = isnan(array)
    count = sum(~nan, axis, None, None, **options)
    if not all_of(count):  # with a warning
        return numpys("nanmean", a, axis, dtype, out, **options)
    return _divided(sum(_without_nan(array, 0), axis, None, None, **options), count)


_where = where


def _variance(name: str, function, a, axis, dtype, out, ddof, options: dict, only_ddof: bool):
    array = plain(a)
    if array is not None and array.dtype.kind in "biu":
        return function(array, axis, dtype, out, ddof, **options)
    is_native = array is not None and array.dtype.kind in "fc" and only_ddof
    is_native = is_native and dtype is None and out is None
    if not is_native or type(ddof) not in (int, float):
        return numpys(name, a, axis, dtype, out, ddof, **options)
    nan = isnan(array)
    count = sum(~nan, axis, keepdims=True)
    if not all_of(count > max(ddof, 0)):  # with a warning
        return numpys(name, a, axis, dtype, out, ddof, **options)
    average = _divided(sum(_without_nan(array, 0), axis, keepdims=True), count)
    distance = _where(nan, 0, array - average)
    if array.dtype.kind == "c":
        squares = multiply(distance, distance.conj(), out=distance).real
    else:
        squares = multiply(distance, distance, out=distance)
    total = sum(squares, axis, **options)
    if total.ndim < count.ndim:
        count = count.squeeze(axis)
    return _divided(total, count - ddof)


def nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=UNSET, *, where=UNSET, mean=UNSET, correction=UNSET):
    """The variance of what is not NaN; as numpy.nanvar."""
    options = _given(keepdims=keepdims, where=where, mean=mean, correction=correction)
    only_ddof = where is UNSET and mean is UNSET and correction is UNSET
    return _variance("nanvar", var, a, axis, dtype, out, ddof, options, only_ddof)


def nanstd(a, axis=None, dtype=None, out=None, ddof=0, keepdims=UNSET, *, where=UNSET, mean=UNSET, correction=UNSET):
    """The standard deviation of what is not NaN; as numpy.nanstd."""
    options = _given(keepdims=keepdims, where=where, mean=mean, correction=correction)
    array = plain(a)
    only_ddof = where is UNSET and mean is UNSET and correction is UNSET
    if array is None or array.dtype.kind not in "fc" or not only_ddof or dtype is not None or out is not None:
        return _variance("nanstd", std, a, axis, dtype, out, ddof, options, False)
    variance = nanvar(array, axis, ddof=ddof, keepdims=keepdims)
    if type(variance) is ndarray:
        return sqrt(variance, out=variance)
    return variance.dtype.type(sqrt(variance))
