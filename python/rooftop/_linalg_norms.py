"""Norms of `linalg` along axes and of other orders than the Euclidean one: native reductions, put together in NumPy's
order so that the bits are the same."""

from __future__ import annotations

from rooftop import _core, _delegate
from rooftop._core import absolute, add, asarray, moveaxis, ndarray, reciprocal, sqrt
from rooftop._linalg_operands import held

_INFINITY = float("inf")
_svdvals = _core._linalg.svdvals


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of a vector or matrix, or of many along axes; as numpy.linalg.norm.

    Parameters
    ----------
    x : array_like
    ord : {None, "fro", "nuc", inf, -inf, int, float}, optional
        The order; of matrices None, "fro", "nuc", and 1, 2 and inf of both signs.
    axis : int or pair of ints, optional
        Along which the vectors, or the matrices, lie; all axes where not given.
    keepdims : bool, optional
        Whether the axes stay, with length one.

    Returns
    -------
    float or ndarray
    """
    array = held(x)
    found = None
    if array is not None and array.size > 0:
        is_total = axis is None and ord is None  # the core has left it to NumPy
        axes = None if is_total else _normalized(axis, array.ndim)
        if axes is not None:
            if array.dtype.kind not in "fc":
                array = array.astype(float)
            found = (_of_vectors if len(axes) == 1 else _of_matrices)(array, ord, axes, bool(keepdims))
    return _delegate.call("linalg.norm", (x, ord, axis, keepdims), {}) if found is None else found


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """The norm of all elements, or of vectors along one axis or several; as numpy.linalg.vector_norm.

    Parameters
    ----------
    x : array_like
    axis : int or tuple of ints, optional
    keepdims : bool, optional
    ord : {inf, -inf, int, float}, optional

    Returns
    -------
    float or ndarray
    """
    array = held(x)
    if array is None or array.size == 0 or not (axis is None or type(axis) is int):
        return _delegate.call("linalg.vector_norm", (x,), {"axis": axis, "keepdims": keepdims, "ord": ord})
    if axis is not None:
        return norm(array, ord, axis, keepdims)
    found = norm(array.ravel(), ord, 0)
    return asarray(found).reshape((1,) * array.ndim) if keepdims else found


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """The norm of each of a stack of matrices; as numpy.linalg.matrix_norm.

    Parameters
    ----------
    x : array_like
    keepdims : bool, optional
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}, optional

    Returns
    -------
    float or ndarray
    """
    return norm(x, ord, (-2, -1), keepdims)


def _normalized(axis, rank: int) -> tuple[int, ...] | None:
    """One axis or two different ones, from 0; None for anything else."""
    if axis is None:
        return (0, 1)[:rank] if 0 < rank < 3 else None
    axes = axis if type(axis) is tuple else (axis,)
    if len(axes) > 2:
        return None
    places = []
    for one in axes:
        if type(one) is not int or not -rank <= one < rank or one % rank in places:
            return None
        places.append(one % rank)
    return tuple(places) or None


def _squares(x: ndarray) -> ndarray:
    if x.dtype.kind != "c":
        return x * x
    real, imaginary = x.real, x.imag
    return real * real + imaginary * imaginary


def _of_vectors(x: ndarray, ord, axes: tuple[int, ...], keepdims: bool):
    if ord is None or ord == 2:
        return sqrt(_squares(x).sum(axes, keepdims=keepdims))
    if not isinstance(ord, (int, float)):
        return None
    if ord == 0:
        return (x != 0).astype(x.real.dtype).sum(axes, keepdims=keepdims)
    sizes = absolute(x)
    if ord == _INFINITY:
        return sizes.max(axes, keepdims=keepdims)
    if ord == -_INFINITY:
        return sizes.min(axes, keepdims=keepdims)
    if ord == 1:
        return sizes.sum(axes, keepdims=keepdims)
    sizes **= ord
    found = sizes.sum(axes, keepdims=keepdims)
    found **= reciprocal(ord, dtype=found.dtype)
    return found


def _of_matrices(x: ndarray, ord, axes: tuple[int, ...], keepdims: bool):
    rows, columns = axes
    if ord is None or ord in ("fro", "f"):
        found = sqrt(add.reduce(_squares(x), axis=axes))
    elif ord in (2, -2, "nuc"):
        values = _svdvals(moveaxis(x, axes, (-2, -1)))
        found = values.sum(-1) if ord == "nuc" else values.max(-1) if ord == 2 else values.min(-1)
    elif ord in (1, -1, _INFINITY, -_INFINITY):
        along, across = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = absolute(x).sum(along)
        across -= across > along
        found = sums.max(across) if ord > 0 else sums.min(across)
    else:
        return None
    if not keepdims:
        return found
    return asarray(found).reshape(tuple(1 if axis in axes else length for axis, length in enumerate(x.shape)))
