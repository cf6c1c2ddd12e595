"""Elements and places chosen by others: compress, extract, lexsort, and the range of values, ptp."""

from __future__ import annotations

from rooftop._core import argsort, flatnonzero, ndarray, subtract

__all__ = ["compress", "extract", "lexsort", "ptp"]


def _numpys(name: str, *arguments):
    from rooftop import _delegate

    return _delegate.call(name, arguments, {})


def compress(condition, a, axis=None, out=None):
    """Take the elements, or the slices along an axis, where a condition is true; as numpy.compress."""
    is_plain = type(condition) is ndarray and condition.ndim == 1 and type(a) is ndarray and out is None
    if not is_plain or axis is not None:
        return _numpys("compress", condition, a, axis, out)
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
        return _numpys("extract", condition, arr)
    elements = arr if arr.ndim == 1 else arr.ravel()
    return elements[flatnonzero(condition)]


def lexsort(keys, axis=-1):
    """Find the places that sort by several keys, the last one first of all.

    Parameters
    ----------
    keys : sequence of array_like
        All of one length.
    axis : int

    Returns
    -------
    ndarray
        The places; those of equal elements ascend.
    """
    is_plain = type(keys) in (tuple, list) and len(keys) > 0 and axis == -1
    if not is_plain or not all(type(key) is ndarray and key.ndim == 1 and key.size == keys[0].size for key in keys):
        return _numpys("lexsort", keys, axis)
    order = argsort(keys[0])
    for key in keys[1:]:
        order = order[argsort(key[order])]
    return order


def ptp(a, axis=None, *arguments, **keywords):
    """Find the distance between the largest and the smallest element; as numpy.ptp."""
    if type(a) is not ndarray or a.dtype.kind not in "iuf" or a.size == 0 or arguments or keywords:
        from rooftop import _delegate

        return _delegate.call("ptp", (a, axis, *arguments), keywords)
    return subtract(a.max(axis), a.min(axis))


for _function in (compress, extract, lexsort, ptp):
    _function.__module__ = "rooftop"
