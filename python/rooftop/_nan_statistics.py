"""Statistics that leave NaN out: those of the numbers where there is none, or of what is left of all elements."""

from __future__ import annotations

from rooftop._composed import numpys
from rooftop._core import argmax, argmin, isnan, median, ndarray, percentile, quantile, where

__all__ = ["nanargmax", "nanargmin", "nanmedian", "nanpercentile", "nanquantile"]


def _is_plain(a) -> bool:
    return type(a) is ndarray and a.size > 0 and a.dtype.char in "fd"


def _of_numbers(function, name: str, a, arguments: tuple, keywords: dict):
    """function(a, *arguments) without NaN."""
    if keywords or not _is_plain(a):
        return numpys(name, a, *arguments, **keywords)
    found = function(a, *arguments)
    if not isnan(found).any():  # NaN would have shown
        return found
    numbers = a[~isnan(a)]
    if numbers.size == 0:  # with a warning
        return numpys(name, a, *arguments, **keywords)
    return function(numbers, *arguments)


def nanmedian(a, axis=None, *arguments, **keywords):
    """Compute the median without NaN; as numpy.nanmedian."""
    if axis is not None or arguments:
        return numpys("nanmedian", a, axis, *arguments, **keywords)
    return _of_numbers(median, "nanmedian", a, (), keywords)


def nanquantile(a, q, axis=None, *arguments, **keywords):
    """Compute quantiles without NaN; as numpy.nanquantile."""
    if axis is not None or arguments:
        return numpys("nanquantile", a, q, axis, *arguments, **keywords)
    return _of_numbers(quantile, "nanquantile", a, (q,), keywords)


def nanpercentile(a, q, axis=None, *arguments, **keywords):
    """Compute percentiles without NaN; as numpy.nanpercentile."""
    if axis is not None or arguments:
        return numpys("nanpercentile", a, q, axis, *arguments, **keywords)
    return _of_numbers(percentile, "nanpercentile", a, (q,), keywords)


def _extreme(function, name: str, worst: float, a, axis, arguments: tuple, keywords: dict):
    if axis is not None or arguments or keywords or not _is_plain(a):
        return numpys(name, a, axis, *arguments, **keywords)
    elements = a if a.ndim == 1 else a.ravel()
    place = function(elements)
    if not isnan(elements[place]):
        return place
    is_nan = isnan(elements)
    if is_nan.all():  # an error
        return numpys(name, a)
    return function(where(is_nan, worst, elements))


def nanargmax(a, axis=None, *arguments, **keywords):
    """Find the largest element that is no NaN; as numpy.nanargmax."""
    return _extreme(argmax, "nanargmax", -float("inf"), a, axis, arguments, keywords)


def nanargmin(a, axis=None, *arguments, **keywords):
    """Find the smallest element that is no NaN; as numpy.nanargmin."""
    return _extreme(argmin, "nanargmin", float("inf"), a, axis, arguments, keywords)


for _function in (nanargmax, nanargmin, nanmedian, nanpercentile, nanquantile):
    _function.__module__ = "rooftop"
