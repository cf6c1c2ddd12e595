"""Elements chosen by others, compress and extract, and the range of values, ptp."""

from __future__ import annotations

from rooftop._composed import numpys
from rooftop._core import flatnonzero, ndarray, subtract

__all__ = ["compress", "extract", "ptp"]


def compress(condition, a, axis=None, out=None):
    """Take the elements, or the slices along an axis, where a condition is true; as numpy.compress."""
    is_plain = type(condition) is ndarray and condition.ndim == 1 and type(a) is ndarray and out is None
    if not is_plain or axis is not None:
        return numpys("compress", condition, a, axis, out)
    return extract(condition, a)


def extract(condition, arr):
    """Take the elements where a condition is true.

    Parameters
    ----------
    condition, arr : array_like
        Flattened if they have several axes.

    Returns
    -------
    ndarray
        Of one axis.
    """
    if type(condition) is not ndarray or type(arr) is not ndarray:
        return numpys("extract", condition, arr)
    elements = arr if arr.ndim == 1 else arr.ravel()
    is_mask = condition.dtype.kind == "b" and condition.ndim == 1 and condition.size == elements.size
    return elements[condition if is_mask else flatnonzero(condition)]


def ptp(a, axis=None, *arguments, **keywords):
    """Find the distance between the largest and the smallest element; as numpy.ptp."""
    if type(a) is not ndarray or a.dtype.kind not in "iuf" or a.size == 0 or arguments or keywords:
        from rooftop import _delegate

        return _delegate.call("ptp", (a, axis, *arguments), keywords)
    return subtract(a.max(axis), a.min(axis))


for _function in (compress, extract, ptp):
    _function.__module__ = "rooftop"
