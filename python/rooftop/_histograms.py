"""Histograms: places by `searchsorted`, counts by `bincount`, block by block. What they do not know is NumPy's."""

from __future__ import annotations

from math import isfinite

from rooftop._composed import numpys
from rooftop._core import arange, asarray, bincount, count_nonzero, float32, float64, ndarray, searchsorted, zeros
from rooftop._differences import diff

__all__ = ["histogram", "histogram_bin_edges"]

_BLOCK = 1 << 16  # elements whose places stay in the cache


def _is_counted(a) -> bool:
    """Whether elements compare with edges without being rounded."""
    return type(a) is ndarray and a.size > 0 and (a.dtype.kind in "iu" or a.dtype.char in "df")


def _uniform_edges(low, high, bins: int, kind) -> ndarray | None:
    """As numpy.linspace rounds them, computed in the type of both ends; None where neighbours fall together."""
    width = (high - low) / bins
    if width == 0 or not isfinite(width):
        return None
    edges = arange(0.0, bins + 1.0, dtype=float32 if type(low) is type(high) is float32 else float64)
    edges *= width
    edges += low
    edges[-1] = high
    edges = edges.astype(kind, copy=False)
    return edges if bool((edges[:-1] < edges[1:]).all()) else None


def _edges(a: ndarray, bins, range_given) -> ndarray | None:
    """The edges as NumPy finds them; None for what it takes or refuses."""
    if type(bins) is int:
        if range_given is None:
            low, high = a.min(), a.max()
            if a.dtype.char != "f":
                low, high = float(low), float(high)
        elif type(range_given) is tuple and len(range_given) == 2:
            low, high = range_given
            if type(low) not in (int, float) or type(high) not in (int, float):
                return None
        else:
            return None
        if bins < 1 or not isfinite(low) or not isfinite(high) or low > high:
            return None
        if low == high:
            low, high = low - 0.5, high + 0.5
        if type(low) is int or type(high) is int:
            low, high = float(low), float(high)
        return _uniform_edges(low, high, bins, float32 if a.dtype.char == "f" else float64)
    if type(bins) not in (ndarray, list) or range_given is not None:
        return None
    edges = asarray(bins)
    if type(edges) is not ndarray or edges.ndim != 1 or edges.size < 2 or edges.dtype.kind not in "iuf":
        return None
    return edges if bool((edges[:-1] <= edges[1:]).all()) else None


def histogram(a, bins=10, range=None, density=None, weights=None):  # noqa: A002 - NumPy's name
    """Count the elements between edges.

    Parameters
    ----------
    a : array_like
        Flattened if it has several axes.
    bins : int, sequence or str
        How many bins of equal width, or the edges, or the name of a method that chooses them.
    range : (float, float), optional
        The first and the last edge; those of the elements if left out.
    density : bool, optional
        Give densities that have the integral 1 instead of counts.
    weights : array_like, optional
        What each element counts.

    Returns
    -------
    tuple of ndarray
        The counts, and the edges. A bin has its left edge, and the last one its right edge, too.
    """
    edges = _edges(a, bins, range) if _is_counted(a) and density in (None, False, True) else None
    factors = _factors(a, weights) if edges is not None and weights is not None and type(bins) is int else None
    if edges is None or (factors is None and weights is not None):
        return numpys("histogram", a, bins, range, density, weights)
    elements = a if a.ndim == 1 else a.ravel()
    counts = _counts(elements, edges) if factors is None else _sums(elements, edges, factors)
    if density:
        widths = diff(edges).astype(float64, copy=False)
        return counts / widths / counts.sum(), edges
    return counts, edges


def _factors(a: ndarray, weights) -> ndarray | None:
    """What each element counts; None for what NumPy takes or refuses."""
    factors = asarray(weights) if type(weights) in (ndarray, list) else None
    if type(factors) is not ndarray or factors.shape != a.shape or factors.dtype.kind not in "iuf":
        return None
    return factors.ravel()


def _counts(elements: ndarray, edges: ndarray) -> ndarray:
    """How many elements lie in each bin."""
    last = edges[-1]
    counts, at_end = None, 0
    for begin in _starts(elements.size):
        block = elements[begin : begin + _BLOCK]
        found = bincount(searchsorted(edges, block, "right"), None, edges.size + 1)
        counts = found if counts is None else counts + found
        if found[-1]:
            at_end += count_nonzero(block == last)
    counts = counts[1:-1].copy()
    counts[-1] += at_end
    return counts


def _sums(elements: ndarray, edges: ndarray, factors: ndarray) -> ndarray:
    """What the elements in each bin count together; blocks are added up in the type of the factors, as NumPy does."""
    sums = zeros(edges.size - 1, factors.dtype)
    for begin in _starts(elements.size):
        block = elements[begin : begin + _BLOCK]
        places = searchsorted(edges, block, "right")
        places[block == edges[-1]] -= 1
        found = bincount(places, factors[begin : begin + _BLOCK], edges.size + 1)
        sums += found[1:-1].astype(factors.dtype, copy=False)
    return sums


def _starts(size: int):
    begin = 0
    while begin < size:
        yield begin
        begin += _BLOCK


def histogram_bin_edges(a, bins=10, range=None, weights=None):  # noqa: A002 - NumPy's name
    """Find the edges that `histogram` would count between.

    Parameters
    ----------
    a : array_like
    bins : int, sequence or str
    range : (float, float), optional
    weights : array_like, optional

    Returns
    -------
    ndarray
        One edge more than there are bins.
    """
    edges = _edges(a, bins, range) if weights is None and _is_counted(a) else None
    return numpys("histogram_bin_edges", a, bins, range, weights) if edges is None else edges


for _function in (histogram, histogram_bin_edges):
    _function.__module__ = "rooftop"
