"""What the functions of `linalg` that are put together of others take as it is."""

from __future__ import annotations

import numpy

from rooftop._core import asarray, ndarray


def held(x) -> ndarray | None:
    """An array of ours with the elements of `x`; None for what NumPy is to be asked about: other classes, elements that
    our arrays do not hold."""
    if type(x) is ndarray:
        return x
    made = asarray(x) if type(x) in (list, tuple, numpy.ndarray) else None
    return made if type(made) is ndarray else None


def held_matrix(x) -> ndarray | None:
    """The same for a stack of matrices that has elements."""
    array = held(x)
    return array if array is not None and array.ndim > 1 and array.size > 0 else None
