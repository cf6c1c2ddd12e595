"""block: an array made of nested lists of arrays."""

from __future__ import annotations

from rooftop._composed import numpys
from rooftop._core import _array_flags, asarray, concatenate, empty, generic, ndarray, result_type

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


def _part(value, rank: int) -> ndarray:
    part = asarray(value)
    return part if part.ndim == rank else part.reshape((1,) * (rank - part.ndim) + part.shape)


def _joined(arrays, depth: int, rank: int) -> ndarray:
    """The inner lists one after the other along the last axis, those outside of them along the one before, …"""
    if depth == 0:
        return _part(arrays, rank)
    return concatenate([_joined(item, depth - 1, rank) for item in arrays], -depth)


def _place(arrays, depth: int, rank: int, corner: tuple[int, ...], placed: list) -> tuple[int, ...] | None:
    """Adds each part and the corner it begins at; returns the lengths of all, None where parts do not fit."""
    if depth == 0:
        part = _part(arrays, rank)
        placed.append((part, corner))
        return part.shape
    axis = rank - depth
    lengths = None
    for item in arrays:
        begin = corner if lengths is None else (*corner[:axis], corner[axis] + lengths[axis], *corner[axis + 1 :])
        own = _place(item, depth - 1, rank, begin, placed)
        if own is None:
            return None
        if lengths is None:
            lengths = own
        elif lengths[:axis] + lengths[axis + 1 :] != own[:axis] + own[axis + 1 :]:
            return None
        else:
            lengths = (*lengths[:axis], lengths[axis] + own[axis], *lengths[axis + 1 :])
    return lengths


def _size(arrays) -> int:
    """How many elements there are."""
    if type(arrays) is list:
        return sum(map(_size, arrays))
    return arrays.size if type(arrays) is ndarray else 1


def _assembled(arrays, depth: int, rank: int) -> ndarray | None:
    """Every part written once, where it belongs; None where parts do not fit."""
    placed: list[tuple[ndarray, tuple[int, ...]]] = []
    lengths = _place(arrays, depth, rank, (0,) * rank, placed)
    if lengths is None:
        return None
    orders = [_array_flags(part) & 3 for part, _ in placed]
    is_turned = all(order & 2 for order in orders) and not all(order & 1 for order in orders)
    result = empty(lengths, result_type(*(part.dtype for part, _ in placed)), "F" if is_turned else "C")
    for part, corner in placed:
        result[tuple(slice(begin, begin + length) for begin, length in zip(corner, part.shape))] = part
    return result


#: Elements times axes from which NumPy, too, writes into one array; small ones are joined, in an order of memory that
#: follows from theirs.
_LARGE = 2 * 512 * 512


def block(arrays):
    """Join the arrays of nested lists: those of the innermost lists along the last axis; as numpy.block."""
    depth = _depth(arrays)
    if depth is None:
        return numpys("block", arrays)
    rank = max(_most_axes(arrays), depth)
    if depth * _size(arrays) <= _LARGE:
        joined = _joined(arrays, depth, rank)
        return joined if depth else joined.copy()
    joined = _assembled(arrays, depth, rank)
    return numpys("block", arrays) if joined is None else joined


block.__module__ = "rooftop"
