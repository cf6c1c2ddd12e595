"""Grids of coordinates and indices: meshgrid, ix_, indices, fromfunction; the indices of triangles and diagonals."""

from __future__ import annotations

from rooftop._composed import UNSET, numpys, plain
from rooftop._core import arange, asarray, broadcast_arrays, empty, flatnonzero, ndarray, nonzero, tri

__all__ = [
    *("diag_indices", "diag_indices_from", "fromfunction", "indices", "ix_", "mask_indices", "meshgrid"),
    *("tril_indices", "tril_indices_from", "triu_indices", "triu_indices_from"),
]


def _coordinate(x) -> ndarray | None:
    """An array of ours, also of a list or a number."""
    if type(x) is not ndarray:
        x = asarray(x) if type(x) in (list, tuple, int, float) else None
    return x if type(x) is ndarray else None


def _lengths(axis: int, rank: int) -> tuple[int, ...]:
    """The shape of a vector that lies along one of several axes."""
    return (1,) * axis + (-1,) + (1,) * (rank - axis - 1)


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    """Make arrays of coordinates from vectors of them, one for each axis; as numpy.meshgrid."""
    vectors = [_coordinate(x) for x in xi]
    if indexing not in ("xy", "ij") or not vectors or any(vector is None for vector in vectors):
        return numpys("meshgrid", *xi, copy=copy, sparse=sparse, indexing=indexing)
    rank = len(vectors)
    axes = list(range(rank))
    if indexing == "xy" and rank > 1:
        axes[:2] = 1, 0
    grids = [vector.reshape(_lengths(axis, rank)) for vector, axis in zip(vectors, axes)]
    if not sparse:
        grids = broadcast_arrays(*grids)
    elif not copy:
        return grids
    return tuple(grid.copy() for grid in grids) if copy else grids


def ix_(*args):
    """Make vectors of indices into a subscript for all their combinations; as numpy.ix_."""
    rank, found = len(args), []
    for axis, given in enumerate(args):
        vector = given if type(given) is ndarray else plain(given)
        if vector is None or vector.ndim != 1 or vector.size == 0:
            return numpys("ix_", *args)
        if vector.dtype.kind == "b":
            vector = flatnonzero(vector)
        found.append(vector.reshape(_lengths(axis, rank)))
    return tuple(found)


def _are_lengths(dimensions) -> bool:
    if type(dimensions) is not tuple and type(dimensions) is not list:
        return False
    for length in dimensions:
        if type(length) is not int or length < 0:
            return False
    return True


def indices(dimensions, dtype=int, sparse=False):
    """Make an array that holds, for each axis, the indices of every element; as numpy.indices."""
    if not _are_lengths(dimensions):
        return numpys("indices", dimensions, dtype, sparse)
    rank = len(dimensions)
    if sparse:
        return tuple(
            [arange(length, dtype=dtype).reshape(_lengths(axis, rank)) for axis, length in enumerate(dimensions)]
        )
    result = empty((rank, *dimensions), dtype)
    for axis, length in enumerate(dimensions):
        vector = arange(length, dtype=dtype)
        result[axis] = vector if axis == rank - 1 else vector.reshape((length,) + (1,) * (rank - axis - 1))
    return result


def fromfunction(function, shape, *, dtype=float, like=None, **kwargs):
    """Call a function with the indices of all elements; as numpy.fromfunction."""
    if like is not None or not _are_lengths(shape):
        return numpys("fromfunction", function, shape, dtype=dtype, like=like, **kwargs)
    return function(*indices(shape, dtype), **kwargs)


def diag_indices(n, ndim=2):
    """Make the subscript of the main diagonal; as numpy.diag_indices."""
    return (arange(n),) * ndim


def diag_indices_from(arr):
    """Make the subscript of an array's main diagonal; as numpy.diag_indices_from."""
    if type(arr) is not ndarray or arr.ndim < 2 or any(length != arr.shape[0] for length in arr.shape):
        return numpys("diag_indices_from", arr)
    return diag_indices(arr.shape[0], arr.ndim)


def _triangle(n, k, m) -> ndarray | None:
    """Where a triangle is; None for what only NumPy takes."""
    is_plain = type(n) is int and n >= 0 and type(k) is int and (m is None or (type(m) is int and m >= 0))
    return tri(n, m, k, bool) if is_plain else None


def tril_indices(n, k=0, m=None):
    """Make the subscript of the lower triangle; as numpy.tril_indices."""
    mask = _triangle(n, k, m)
    return numpys("tril_indices", n, k, m) if mask is None else nonzero(mask)


def triu_indices(n, k=0, m=None):
    """Make the subscript of the upper triangle; as numpy.triu_indices."""
    mask = _triangle(n, k - 1 if type(k) is int else k, m)
    return numpys("triu_indices", n, k, m) if mask is None else nonzero(~mask)


def tril_indices_from(arr, k=0):
    """Make the subscript of a matrix' lower triangle; as numpy.tril_indices_from."""
    if type(arr) is not ndarray or arr.ndim != 2:
        return numpys("tril_indices_from", arr, k)
    return tril_indices(arr.shape[0], k, arr.shape[1])


def triu_indices_from(arr, k=0):
    """Make the subscript of a matrix' upper triangle; as numpy.triu_indices_from."""
    if type(arr) is not ndarray or arr.ndim != 2:
        return numpys("triu_indices_from", arr, k)
    return triu_indices(arr.shape[0], k, arr.shape[1])


def mask_indices(n, mask_func, k=UNSET):
    """Make the subscript of what a function leaves of a square matrix of ones; as numpy.mask_indices."""
    if type(n) is not int or n < 0:
        return numpys("mask_indices", n, mask_func, k=k)
    square = asarray(1).reshape(1, 1).repeat(n, 0).repeat(n, 1)
    return nonzero(mask_func(square, 0 if k is UNSET else k) != 0)


for _name in __all__:
    globals()[_name].__module__ = "rooftop"
