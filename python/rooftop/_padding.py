"""pad: borders of values and of what repeats are the core's, borders of statistics and ramps are computed here."""

from __future__ import annotations

from rooftop._composed import along, numpys, plain
from rooftop._core import _pad, arange, asarray, broadcast_to, floor, max, mean, median, min, ndarray  # noqa: A004

__all__ = ["pad"]

_TYPES = "bBhHiIlLqQefd"
_STATISTICS = {"maximum": max, "minimum": min, "mean": mean, "median": median}
_COMPUTED = {*_STATISTICS, "linear_ramp"}


def _pairs(values: ndarray, rank: int) -> ndarray | None:
    """Two numbers for each axis, from one, two, or what broadcasts to that; None for what does not."""
    if values.size == 2 and values.ndim < 3 and values.shape != (2, 1):
        values = values.ravel()
    elif values.size == 1:
        values = values.reshape(1)
    elif values.ndim > 2 or any(n not in (1, all_) for n, all_ in zip(values.shape[::-1], (2, rank))):
        return None
    return broadcast_to(values, (rank, 2))


def _lengths(given, rank: int) -> list | None:
    """Pairs of lengths; None for what NumPy takes or refuses."""
    values = plain([given] if type(given) is int else given)
    if values is None or values.dtype.kind != "i" or (values < 0).any():
        return None
    pairs = _pairs(values, rank)
    return None if pairs is None else pairs.tolist()


def _statistics(inside: ndarray, axis: int, lengths, function) -> list[ndarray]:
    """What is put before and behind: of the first elements and of the last ones, or of all."""
    size = inside.shape[axis]
    lengths = [size if length is None or length > size else length for length in lengths]
    parts = [slice(0, lengths[0]), slice(size - lengths[1], size)]
    found = []
    for part in parts[:1] if lengths == [size, size] else parts:
        value = asarray(function(inside[along(axis, inside.ndim, part)], axis=axis, keepdims=True))
        found.append(value.round() if inside.dtype.kind in "iu" and value.dtype.kind == "f" else value)
    return [found[0], found[-1]]


def _ends(given, values: ndarray) -> ndarray | None:
    """Pairs of numbers that ramps begin with; None for what NumPy takes or refuses."""
    ends = plain([given] if type(given) in (int, float) else given)
    if ends is None or ends.dtype.char not in "lfd":
        return None
    # A number for each axis is weak to NumPy, one or two for all of them are not.
    is_weak = ends.size > 2 or ends.shape == (2, 1)
    return None if is_weak and values.dtype.char in "ef" else _pairs(ends, values.ndim)


def _ramp(edge: ndarray, end, steps: int, axis: int) -> ndarray:
    """Values from an end towards the edge, without it, as NumPy's linspace rounds them."""
    shape = [1] * edge.ndim
    shape[axis] = steps
    start, rise = end * 1.0, edge - end * 1.0
    step = rise / steps
    places = arange(steps, dtype=step.dtype).reshape(shape)
    ramp = places * step if (step != 0).all() else places / steps * rise
    ramp += start
    return floor(ramp) if edge.dtype.kind in "iu" else ramp


def pad(array, pad_width, mode="constant", **kwargs):
    """A new array with a border of values, of what repeats, of statistics or of ramps; as numpy.pad."""
    if type(mode) is not str or mode not in _COMPUTED:
        return _pad(array, pad_width, mode, **kwargs)
    values = plain(array)
    if values is None or values.size == 0 or values.dtype.char not in _TYPES:
        return _pad(array, pad_width, mode, **kwargs)
    option = "end_values" if mode == "linear_ramp" else "stat_length"
    given = kwargs.get(option)
    rank = values.ndim
    widths = _lengths(pad_width, rank)
    if mode == "linear_ramp":
        options = _ends(0 if given is None else given, values)
    else:
        options = [[None, None]] * rank if given is None else _lengths(given, rank)
        options = None if options is not None and 0 in sum(options, []) else options
    if widths is None or options is None or kwargs.keys() - {option}:
        return numpys("pad", array, pad_width, mode, **kwargs)
    padded = _pad(values, pad_width, "empty")
    inside = [slice(before, before + n) for (before, _), n in zip(widths, values.shape)]
    for axis, (before, behind) in enumerate(widths):
        # What is before this axis is padded already, what comes after it is not.
        whole = padded[(slice(None),) * (axis + 1) + tuple(inside[axis + 1 :])]
        centre = whole[along(axis, rank, inside[axis])]
        end = whole.shape[axis] - behind
        if mode == "linear_ramp":
            first, last = centre[along(axis, rank, slice(0, 1))], centre[along(axis, rank, slice(-1, None))]
            if before:
                whole[along(axis, rank, slice(0, before))] = _ramp(first, options[axis, 0], before, axis)
            if behind:
                ramp = _ramp(last, options[axis, 1], behind, axis)
                whole[along(axis, rank, slice(end, None))] = ramp[along(axis, rank, slice(None, None, -1))]
            continue
        low, high = _statistics(centre, axis, options[axis], _STATISTICS[mode])
        whole[along(axis, rank, slice(0, before))] = low
        whole[along(axis, rank, slice(end, None))] = high
    return padded


pad.__module__ = "rooftop"
