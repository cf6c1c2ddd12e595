"""Arrays with something taken out or put in along an axis: delete, insert."""

from __future__ import annotations

from rooftop._composed import along, numpys, plain
from rooftop._core import (
    _array_flags,
    _delete,
    arange,
    asarray,
    empty,
    flatnonzero,
    generic,
    int64,
    logical_not,
    ndarray,
    ones,
)

__all__ = ["delete", "insert"]


def _line_and_axis(arr, axis) -> tuple[ndarray | None, int]:
    """The array (without an axis: all its elements in a row) and the axis from 0 on; None for what NumPy refuses."""
    values = plain(arr)
    if values is None:
        return None, 0
    if axis is None:
        return (values if values.ndim == 1 else values.ravel()), 0
    if type(axis) is not int or not -values.ndim <= axis < values.ndim:
        return None, 0
    return values, axis % values.ndim


def _order(values: ndarray) -> str:
    """The order of memory of what is made of an array."""
    return "F" if _array_flags(values) & 3 == 2 else "C"


def _empty_of_length(values: ndarray, axis: int, length: int) -> ndarray:
    """A new array that is as long along the axis, in the values' order of memory."""
    shape = list(values.shape)
    shape[axis] = length
    return empty(shape, values.dtype, _order(values))


def _index(obj, length: int) -> int | None:
    """One place, from 0 on; None for anything else and what is outside."""
    if not isinstance(obj, int):
        if not isinstance(obj, (ndarray, generic, list, tuple)):
            return None
        given = asarray(obj)
        if type(given) is not ndarray or given.size != 1 or given.dtype.kind not in "iu":
            return None
        obj = given.item()
    if type(obj) is bool or not -length <= obj < length:
        return None
    return obj + length if obj < 0 else obj


def _kept(obj, length: int) -> ndarray | None:
    """The mask of the places that stay; None for what NumPy takes or refuses."""
    given = asarray(obj) if type(obj) in (list, tuple, ndarray) else None
    if type(given) is not ndarray or given.ndim != 1:
        return None
    if given.dtype.kind == "b":
        return logical_not(given) if given.shape == (length,) else None
    if given.size == 0 and type(obj) is not ndarray:
        given = given.astype(int64)
    if given.dtype.kind not in "iu":
        return None
    kept = ones(length, bool)
    kept[given] = False
    return kept


def delete(arr, obj, axis=None):
    """Take places out of an axis, or out of all elements in a row; as numpy.delete."""
    made = _delete(arr, obj, axis)
    if made is not None:
        return made
    values, place = _line_and_axis(arr, axis)
    if values is None:
        return numpys("delete", arr, obj, axis)
    length = values.shape[place]
    if type(obj) is slice:
        places = range(*obj.indices(length))
        if len(places) == 0:
            return values.copy(_order(values))
        if places.step < 0:
            places = places[::-1]
        kept = ones(length, bool)
        kept[places.start : places[-1] + 1 : places.step] = False
        result = _empty_of_length(values, place, length - len(places))
        result[...] = values[along(place, values.ndim, kept)]
        return result
    one = _index(obj, length)
    if one is not None:
        return _delete(values, one, place)
    kept = _kept(obj, length)
    return numpys("delete", arr, obj, axis) if kept is None else values[along(place, values.ndim, kept)]


def _insert_at(values: ndarray, axis: int, place: int, added: ndarray) -> ndarray:
    """A new array with what broadcasts to a stretch of the axis put before a place."""
    length, rank = values.shape[axis], values.ndim
    count = added.shape[axis]
    result = _empty_of_length(values, axis, length + count)
    before = along(axis, rank, slice(None, place))
    result[before] = values[before]
    result[along(axis, rank, slice(place, place + count))] = added
    result[along(axis, rank, slice(place + count, None))] = values[along(axis, rank, slice(place, None))]
    return result


#: Elements for each inserted place from which stretches are copied one by one.
_WORTH_A_STRETCH = 64


def _places(obj, length: int) -> ndarray | None:
    """The places to insert before, as a new vector; None for what NumPy takes or refuses."""
    if type(obj) is slice:
        places = arange(*obj.indices(length))
        return places if places.size else None
    given = asarray(obj) if type(obj) in (list, tuple, ndarray) else None
    if type(given) is not ndarray or given.ndim != 1 or given.size == 0:
        return None
    if given.dtype.kind == "b":
        return flatnonzero(given) if type(obj) is ndarray else None
    return given.astype(int64) if given.dtype.kind in "iu" else None


def insert(arr, obj, values, axis=None):
    """Put values before places of an axis, or of all elements in a row; as numpy.insert."""
    array, place = _line_and_axis(arr, axis)
    added = asarray(values) if array is not None else None
    if type(added) is not ndarray or type(obj) is bool:
        return numpys("insert", arr, obj, values, axis)
    length, rank = array.shape[place], array.ndim
    if isinstance(obj, (int, generic)):
        one = length if obj == length else _index(obj, length)
        if one is None or added.ndim > rank or added.dtype.kind == "c" != array.dtype.kind:
            return numpys("insert", arr, obj, values, axis)
        if added.dtype != array.dtype:
            added = asarray(values, array.dtype)
        added = added.reshape((1,) * (rank - added.ndim) + added.shape)
        if place:  # a single place takes the values' first axis for the axis
            added = added.transpose(*range(1, place + 1), 0, *range(place + 1, rank))
        return _insert_at(array, place, one, added)
    places = _places(obj, length)
    if places is None or places.size < 2 or places.min() < -length or places.max() > length:
        return numpys("insert", arr, obj, values, axis)
    places[places < 0] += length
    order = places.argsort(kind="stable")
    result = _empty_of_length(array, place, length + places.size)
    few = places[order].tolist() if places.size * _WORTH_A_STRETCH <= length else None
    places[order] += arange(places.size)
    result[along(place, rank, places)] = values
    if few is None:
        is_old = ones(length + places.size, bool)
        is_old[places] = False
        result[along(place, rank, is_old)] = array
        return result
    begin = 0
    for moved, end in enumerate([*few, length]):
        old = along(place, rank, slice(begin, end))
        result[along(place, rank, slice(begin + moved, end + moved))] = array[old]
        begin = end
    return result


for _function in (delete, insert):
    _function.__module__ = "rooftop"
