"""Set functions of vectors, made of the native `unique`, `sort` and `isin`. What they do not know is NumPy's."""

from __future__ import annotations

from typing import NamedTuple

from rooftop._composed import numpys
from rooftop._core import argsort, asarray, concatenate, isin, ndarray, ones, unique

__all__ = [
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


class UniqueAllResult(NamedTuple):
    values: ndarray
    indices: ndarray
    inverse_indices: ndarray
    counts: ndarray


class UniqueCountsResult(NamedTuple):
    values: ndarray
    counts: ndarray


class UniqueInverseResult(NamedTuple):
    values: ndarray
    inverse_indices: ndarray


def _vectors(first, second) -> tuple[ndarray, ndarray] | None:
    """Both as vectors; None where one is no plain array of a type that ours hold."""
    first = first if type(first) is ndarray else asarray(first)
    second = second if type(second) is ndarray else asarray(second)
    if type(first) is not ndarray or type(second) is not ndarray:
        return None
    return first if first.ndim == 1 else first.ravel(), second if second.ndim == 1 else second.ravel()


def unique_all(x):
    """Find the different elements of an array, where they are, and how many there are of each.

    Parameters
    ----------
    x : array_like
        Flattened if it has several axes.

    Returns
    -------
    UniqueAllResult
        `values` in ascending order, `indices` of their first occurrences, `inverse_indices` that make `x` of them, and
        `counts`. NaNs count as different.
    """
    return UniqueAllResult(*unique(x, True, True, True, equal_nan=False))


def unique_counts(x):
    """Find the different elements of an array, and how many there are of each.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    UniqueCountsResult
        `values` in ascending order and their `counts`. NaNs count as different.
    """
    return UniqueCountsResult(*unique(x, return_counts=True, equal_nan=False))


def unique_inverse(x):
    """Find the different elements of an array, and what makes the array of them.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    UniqueInverseResult
        `values` in ascending order, and `inverse_indices` of the shape of `x`. NaNs count as different.
    """
    return UniqueInverseResult(*unique(x, return_inverse=True, equal_nan=False))


def unique_values(x):
    """Find the different elements of an array.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray
        In ascending order: NumPy's have none, and not everybody who asks knows.
    """
    return unique(x, equal_nan=False)


def union1d(ar1, ar2):
    """Find the elements of either of two arrays.

    Parameters
    ----------
    ar1, ar2 : array_like
        Flattened if they have several axes.

    Returns
    -------
    ndarray
        The different elements, in ascending order.
    """
    vectors = _vectors(ar1, ar2)
    return numpys("union1d", ar1, ar2) if vectors is None else unique(concatenate(vectors))


def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    """Find the elements that two arrays have in common.

    Parameters
    ----------
    ar1, ar2 : array_like
        Flattened if they have several axes.
    assume_unique : bool
        That no element is twice in an array.
    return_indices : bool
        Also give the places of the first occurrences in both arrays.

    Returns
    -------
    ndarray, or a tuple of three
        The different elements in ascending order, and the places.
    """
    vectors = _vectors(ar1, ar2)
    if vectors is None:
        return numpys("intersect1d", ar1, ar2, assume_unique, return_indices)
    first, second = vectors
    places = None
    if not assume_unique and return_indices:
        first, first_places = unique(first, True)
        second, second_places = unique(second, True)
        places = first_places, second_places
    elif not assume_unique:
        first, second = unique(first), unique(second)
    both = concatenate((first, second))
    if not return_indices:
        both.sort()
        return both[:-1][both[1:] == both[:-1]]
    order = argsort(both)
    both = both[order]
    twice = both[1:] == both[:-1]
    in_first, in_second = order[:-1][twice], order[1:][twice] - first.size
    if places is not None:
        in_first, in_second = places[0][in_first], places[1][in_second]
    return both[:-1][twice], in_first, in_second


def setdiff1d(ar1, ar2, assume_unique=False):
    """Find the elements of one array that are not in another.

    Parameters
    ----------
    ar1, ar2 : array_like
        Flattened if they have several axes.
    assume_unique : bool
        That no element is twice in an array: the order of `ar1` stays.

    Returns
    -------
    ndarray
        The different elements of `ar1`, in ascending order unless `assume_unique` is set.
    """
    vectors = _vectors(ar1, ar2)
    if vectors is None:
        return numpys("setdiff1d", ar1, ar2, assume_unique)
    first = vectors[0] if assume_unique else unique(vectors[0])
    return first[isin(first, vectors[1], invert=True)]


def setxor1d(ar1, ar2, assume_unique=False):
    """Find the elements that are in one of two arrays only.

    Parameters
    ----------
    ar1, ar2 : array_like
        Flattened if they have several axes.
    assume_unique : bool
        That no element is twice in an array.

    Returns
    -------
    ndarray
        The different elements, in ascending order.
    """
    vectors = _vectors(ar1, ar2)
    if vectors is None:
        return numpys("setxor1d", ar1, ar2, assume_unique)
    first, second = vectors if assume_unique else (unique(vectors[0]), unique(vectors[1]))
    both = concatenate((first, second))
    if both.size == 0:
        return both
    both.sort()
    is_first = ones(both.size + 1, dtype=bool)
    is_first[1:-1] = both[1:] != both[:-1]
    return both[is_first[1:] & is_first[:-1]]


for _function in (unique_all, unique_counts, unique_inverse, unique_values, union1d, intersect1d, setdiff1d, setxor1d):
    _function.__module__ = "rooftop"
