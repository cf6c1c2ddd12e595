"""block: an array made of nested lists of arrays."""

from __future__ import annotations

from rooftop._composed import numpys
from rooftop._core import asarray, concatenate, generic, ndarray

__all__ = ["block"]


def _depth(arrays) -> int | None:
    """How deep all arrays lie in lists; None where they lie differently, where a list is empty, and for what only NumPy
    takes.
    """
    kind = type(arrays)
    if kind is not list:
        return 0 if kind is ndarray or kind in (int, float, complex, bool) or isinstance(arrays, generic) else None
    if not arrays:
        return None
    depth = _depth(arrays[0])
    if depth is None or any(_depth(item) != depth for item in arrays[1:]):
        return None
    return depth + 1


def _most_axes(arrays) -> int:
    if type(arrays) is list:
        return max(map(_most_axes, arrays))
    return arrays.ndim if type(arrays) is ndarray else 0


def _joined(arrays, depth: int, rank: int) -> ndarray:
    """The inner lists one after the other along the last axis, those outside of them along the one before, …"""
    if depth == 0:
        part = asarray(arrays)
        return part if part.ndim == rank else part.reshape((1,) * (rank - part.ndim) + part.shape)
    return concatenate([_joined(item, depth - 1, rank) for item in arrays], -depth)


def block(arrays):
    """Join the arrays of nested lists: those of the innermost lists along the last axis; as numpy.block."""
    depth = _depth(arrays)
    if depth is None:
        return numpys("block", arrays)
    joined = _joined(arrays, depth, max(_most_axes(arrays), depth))
    return joined if depth else joined.copy()


block.__module__ = "rooftop"
