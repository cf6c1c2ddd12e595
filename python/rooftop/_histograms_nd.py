"""Histograms of several variables: a place along each by `searchsorted`, of all together by `bincount`."""

from __future__ import annotations

from math import isfinite

from rooftop._composed import numpys, plain
from rooftop._core import asarray, bincount, float64, linspace, ndarray, ravel_multi_index, searchsorted
from rooftop._differences import diff

__all__ = ["histogram2d", "histogramdd"]


def _column(values) -> ndarray | None:
    """A variable's values; None for what only NumPy takes."""
    values = plain(values)
    is_native = values is not None and values.ndim == 1 and (values.dtype.char == "d" or values.dtype.kind in "iu")
    return values if is_native else None


def _edges_of(column: ndarray, bins, limits) -> ndarray | None:
    """The edges along one variable; None for what NumPy takes or refuses."""
    if type(bins) is not int:
        edges = plain(bins)
        if edges is None or edges.ndim != 1 or edges.size < 2 or edges.dtype.kind not in "iuf":
            return None
        return edges if bool((edges[:-1] <= edges[1:]).all()) else None
    if limits is None:
        low, high = (float(column.min()), float(column.max())) if column.size else (0.0, 1.0)
    elif type(limits) in (tuple, list) and len(limits) == 2:
        low, high = limits
    else:
        return None
    if type(low) not in (int, float) or type(high) not in (int, float) or not isfinite(low) or not isfinite(high):
        return None
    if bins < 1 or low > high:
        return None
    return linspace(low, high, bins + 1) if low < high else linspace(low - 0.5, high + 0.5, bins + 1)


def _places(column: ndarray, edges: ndarray) -> ndarray:
    """The bin of each value, counted from 1; 0 before and the number of edges behind all of them."""
    places = searchsorted(edges, column, "right")
    places[column == edges[-1]] -= 1
    return places


def _histogram(columns, bins, limits, density, weights):
    """The histogram and its edges; None for what NumPy takes or refuses."""
    count = len(columns)
    bins = [bins] * count if type(bins) is int else bins
    limits = (None,) * count if limits is None else limits
    if any(column is None or column.size != columns[0].size for column in columns):
        return None
    if any(type(given) not in (list, tuple) or len(given) != count for given in (bins, limits)):
        return None
    edges = [_edges_of(*given) for given in zip(columns, bins, limits)]
    factors = None if weights is None else _column(weights)
    if any(along is None for along in edges) or (weights is not None and factors is None):
        return None
    if factors is not None and factors.size != columns[0].size:
        return None
    lengths = tuple(along.size + 1 for along in edges)
    total = 1
    for length in lengths:
        total *= length
    together = ravel_multi_index([_places(*given) for given in zip(columns, edges)], lengths)
    sums = bincount(together, factors, total).reshape(lengths).astype(float64)
    sums = sums[(slice(1, -1),) * count]
    if density:
        whole = sums.sum()
        for axis, along in enumerate(edges):
            sums = sums / diff(along).reshape((1,) * axis + (-1,) + (1,) * (count - axis - 1))
        sums /= whole
    return sums, edges


def _columns(sample) -> list[ndarray | None]:
    """The values of each variable: columns of a matrix, the parts of a list, one alone."""
    values = plain(sample)
    if values is None or values.ndim > 2 or values.size == 0:
        return [None]
    if values.ndim == 1:
        return [_column(values)]
    return [_column(one) for one in (values.T if values is sample else values)]


def histogramdd(sample, bins=10, range=None, density=None, weights=None):  # noqa: A002 - NumPy's name
    """Count samples of several variables between edges along each; as numpy.histogramdd."""
    found = _histogram(_columns(sample), bins, range, density, weights)
    if found is None:
        return numpys("histogramdd", sample, bins, range, density, weights)
    return found


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):  # noqa: A002 - NumPy's name
    """Count pairs of numbers between edges along both; as numpy.histogram2d."""
    columns = [_column(x), _column(y)]
    is_pair = type(bins) in (tuple, list) and len(bins) == 2
    both = bins if type(bins) is int or is_pair else [asarray(bins)] * 2
    same_type = columns[0] is not None and columns[1] is not None and columns[0].dtype == columns[1].dtype
    found = _histogram(columns, both, range, density, weights) if same_type else None
    if found is None:
        return numpys("histogram2d", x, y, bins, range, density, weights)
    return found[0], found[1][0], found[1][1]


for _function in (histogram2d, histogramdd):
    _function.__module__ = "rooftop"
