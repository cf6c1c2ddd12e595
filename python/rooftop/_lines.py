"""apply_along_axis: a function of vectors called with every line along an axis."""

from __future__ import annotations

from itertools import product

from rooftop._composed import numpys, plain
from rooftop._core import asarray, ndarray, zeros

__all__ = ["apply_along_axis"]


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """Call a function with each line along an axis and put its results there; as numpy.apply_along_axis."""
    values = plain(arr)
    is_native = values is not None and type(axis) is int and -values.ndim <= axis < values.ndim
    if not is_native or 0 in values.shape[: axis % values.ndim] + values.shape[axis % values.ndim + 1 :]:
        return numpys("apply_along_axis", func1d, axis, arr, *args, **kwargs)
    axis %= values.ndim
    rank = values.ndim
    lines = values.transpose(*range(axis), *range(axis + 1, rank), axis)
    places = product(*(range(length) for length in lines.shape[:-1]))
    first = next(places)
    result = asarray(func1d(lines[first], *args, **kwargs))
    if type(result) is not ndarray:  # of a type that ours do not hold; the first call has been made
        known = [result]

        def next_result(line):
            return known.pop() if known else func1d(line, *args, **kwargs)

        return numpys("apply_along_axis", next_result, axis, arr)
    gathered = zeros(lines.shape[:-1] + result.shape, result.dtype)
    gathered[first] = result
    for place in places:
        gathered[place] = func1d(lines[place], *args, **kwargs)
    outer = rank - 1
    return gathered.transpose(*range(axis), *range(outer, gathered.ndim), *range(axis, outer))


apply_along_axis.__module__ = "rooftop"
