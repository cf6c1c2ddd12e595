"""Functions of `linalg` that stand in the main namespace, too: the same with the array API's arguments.

They are native as far as those of the main namespace are: `rooftop.coverage()` asks there.
"""

from __future__ import annotations

import rooftop
from rooftop import _delegate


def matmul(x1, x2, /):
    """The matrix product; as rooftop.matmul."""
    return rooftop.matmul(x1, x2)


def matrix_transpose(x, /):
    """The matrices with rows and columns exchanged; as rooftop.matrix_transpose."""
    return rooftop.matrix_transpose(x)


def tensordot(x1, x2, /, *, axes=2):
    """The sum of products over axes of both; as rooftop.tensordot."""
    return rooftop.tensordot(x1, x2, axes=axes)


def vecdot(x1, x2, /, *, axis=-1):
    """The dot products of vectors along an axis; as rooftop.vecdot."""
    return rooftop.vecdot(x1, x2, axis=axis)


def diagonal(x, /, *, offset=0):
    """The diagonal of each of a stack of matrices, as a view; as rooftop.diagonal with other axes."""
    return rooftop.diagonal(x, offset, axis1=-2, axis2=-1)


def trace(x, /, *, offset=0, dtype=None):
    """The sum of the diagonal of each of a stack of matrices; as rooftop.trace with other axes."""
    return rooftop.trace(x, offset, axis1=-2, axis2=-1, dtype=dtype)


def outer(x1, x2, /):
    """The products of each element of one vector with each of another; as rooftop.outer, of vectors only."""
    if rooftop.ndim(x1) == rooftop.ndim(x2) == 1:
        return rooftop.outer(x1, x2)
    return _delegate.call("linalg.outer", (x1, x2), {})


def cross(x1, x2, /, *, axis=-1):
    """The cross products of vectors of three elements; as rooftop.cross, of such only."""
    if _has_three(x1, axis) and _has_three(x2, axis):
        return rooftop.cross(x1, x2, axis=axis)
    return _delegate.call("linalg.cross", (x1, x2), {"axis": axis})


def _has_three(x, axis) -> bool:
    shape = rooftop.shape(x)
    return type(axis) is int and -len(shape) <= axis < len(shape) and shape[axis] == 3
