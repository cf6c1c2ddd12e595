"""Differences of neighbours, and what is made of them."""

from __future__ import annotations

from math import pi

from rooftop._composed import UNSET, along, numpys, plain
from rooftop._core import (
    absolute,
    add,
    asarray,
    broadcast_to,
    concatenate,
    cumsum,
    empty_like,
    equal,
    float64,
    multiply,
    ndarray,
    not_equal,
    remainder,
    subtract,
    where,
)


def _axis(axis, rank: int) -> int | None:
    """The axis from 0 on; None for what NumPy must refuse."""
    return axis % rank if type(axis) is int and -rank <= axis < rank else None


def _joined(array: ndarray, axis: int, prepend, append) -> ndarray | None:
    """The array between what comes before and after it along an axis; None for what only NumPy joins."""
    parts = []
    for part in (prepend, array, append):
        if part is UNSET:
            continue
        part = asarray(part)
        if type(part) is not ndarray:
            return None
        if part.ndim == 0:
            part = broadcast_to(part, (*array.shape[:axis], 1, *array.shape[axis + 1 :]))
        parts.append(part)
    return concatenate(parts, axis) if len(parts) > 1 else array


def diff(a, n=1, axis=-1, prepend=UNSET, append=UNSET):
    """The differences of neighbours along an axis, `n` times over; as numpy.diff."""
    array = plain(a)
    place = None if array is None or type(n) is not int or n < 1 else _axis(axis, array.ndim)
    if place is not None and (prepend is not UNSET or append is not UNSET):
        array = _joined(array, place, prepend, append)
    if place is None or array is None:
        return numpys("diff", a, n, axis, prepend=prepend, append=append)
    function = not_equal if array.dtype.kind == "b" else subtract
    if array.ndim == 1:
        for _ in range(n):
            array = function(array[1:], array[:-1])
        return array
    later, earlier = along(place, array.ndim, slice(1, None)), along(place, array.ndim, slice(None, -1))
    for _ in range(n):
        array = function(array[later], array[earlier])
    return array


def ediff1d(ary, to_end=None, to_begin=None):
    """The differences of neighbours of all elements in a row; as numpy.ediff1d."""
    array = plain(ary)
    if array is None or to_end is not None or to_begin is not None or array.dtype.kind == "b":
        return numpys("ediff1d", ary, to_end, to_begin)
    line = array if array.ndim == 1 else array.ravel()
    return subtract(line[1:], line[:-1])


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral along an axis by the trapezoidal rule; as numpy.trapezoid."""
    values = plain(y)
    place = None if values is None else _axis(axis, values.ndim)
    step = dx
    if place is not None and x is not None:
        points = plain(x)
        if points is None or (points.ndim != 1 and points.ndim != values.ndim):
            place = None
        elif points.ndim == 1:
            step = diff(points)
            step = step.reshape((len(step),) + (1,) * (values.ndim - place - 1))
        else:
            step = diff(points, axis=place)
    elif type(dx) not in (int, float):
        place = None
    if place is None or values.dtype.kind not in "biufc":
        return numpys("trapezoid", y, x, dx, axis)
    later, earlier = along(place, values.ndim, slice(1, None)), along(place, values.ndim, slice(None, -1))
    heights = add(values[later], values[earlier])
    if heights.dtype.kind == "f" and (type(step) in (int, float) or step.dtype == heights.dtype):
        heights = multiply(heights, step, out=heights if type(step) in (int, float) else None)
        heights /= 2.0
        return heights.sum(place)
    return (step * heights / 2.0).sum(place)


def _spacing(distances, length: int):
    """A number where neighbours are equally far from each other, else the distances; None for what NumPy refuses."""
    if type(distances) in (int, float) or isinstance(distances, float64):
        return distances
    points = plain(distances)
    if points is None or points.ndim != 1 or len(points) != length or points.dtype.kind not in "iuf":
        return None
    steps = diff(points.astype(float64) if points.dtype.kind in "iu" else points)
    return steps[0] if len(steps) and equal(steps, steps[0]).all() else steps


def _even_gradient(f: ndarray, step: float) -> ndarray:
    """Of a vector whose elements are equally far from each other, of first order at its ends: what is met most."""
    result = empty_like(f)
    result[1:-1] = (f[2:] - f[:-2]) / (2.0 * step)
    result[0] = (f[1] - f[0]) / step
    result[-1] = (f[-1] - f[-2]) / step
    return result


def _gradient(f: ndarray, axis: int, step, edge_order: int) -> ndarray:
    """Second-order differences inside, of the order asked for at both ends."""

    def part(*bounds):
        return f[along(axis, f.ndim, slice(*bounds) if len(bounds) > 1 else bounds[0])]

    result = empty_like(f)
    is_uniform = type(step) is not ndarray
    inside = along(axis, f.ndim, slice(1, -1))
    if is_uniform:
        result[inside] = (part(2, None) - part(None, -2)) / (2.0 * step)
    else:
        left, right = step[:-1], step[1:]
        shape = (-1,) + (1,) * (f.ndim - axis - 1)
        before = (-right / (left * (left + right))).reshape(shape)
        here = ((right - left) / (left * right)).reshape(shape)
        after = (left / (right * (left + right))).reshape(shape)
        result[inside] = before * part(None, -2) + here * part(1, -1) + after * part(2, None)
    for end, sign in ((0, 1), (-1, -1)):
        first, second, third = (end + sign * k for k in range(3))
        near = step if is_uniform else step[end]
        target = along(axis, f.ndim, end)
        if edge_order == 1:
            high, low = (second, first) if sign == 1 else (first, second)
            result[target] = (part(high) - part(low)) / near
            continue
        if is_uniform:
            a, b, c = -1.5 * sign / step, 2.0 * sign / step, -0.5 * sign / step
        else:
            far = step[second if sign == 1 else -2]
            a = -sign * (2.0 * near + far) / (near * (near + far))
            b = sign * (near + far) / (near * far)
            c = -sign * near / (far * (near + far))
        # In the order of memory, so that sums round as NumPy's do.
        terms = [a * part(first), b * part(second), c * part(third)]
        if sign == -1:
            terms.reverse()
        result[target] = terms[0] + terms[1] + terms[2]
    return result


def gradient(f, *varargs, axis=None, edge_order=1):
    """The slopes along each axis by differences of neighbours; as numpy.gradient."""
    array = plain(f)
    if array is not None and array.dtype.kind in "iu":
        array = array.astype(float64)
    if not varargs and axis is None and edge_order == 1 and array is not None and array.ndim == 1 < len(array):
        if array.dtype.kind == "f":
            return _even_gradient(array, 1.0)
    axes = None
    if array is not None and array.dtype.kind in "fc" and edge_order in (1, 2):
        given = range(array.ndim) if axis is None else axis if type(axis) is tuple else (axis,)
        axes = [_axis(one, array.ndim) for one in given]
    if axes is None or None in axes or len(set(axes)) < len(axes) or not axes:
        return numpys("gradient", f, *varargs, axis=axis, edge_order=edge_order)
    steps = list(varargs) if len(varargs) != 1 else list(varargs) * len(axes)
    steps = steps or [1.0] * len(axes)
    if len(steps) == len(axes):
        steps = [_spacing(step, array.shape[one]) for step, one in zip(steps, axes)]
    if len(steps) != len(axes) or any(step is None for step in steps):
        return numpys("gradient", f, *varargs, axis=axis, edge_order=edge_order)
    if any(array.shape[one] < edge_order + 1 for one in axes) or (len(varargs) == 1 != len(axes) and plain(varargs[0])):
        return numpys("gradient", f, *varargs, axis=axis, edge_order=edge_order)
    results = [_gradient(array, one, step, edge_order) for one, step in zip(axes, steps)]
    return results[0] if len(results) == 1 else tuple(results)


def unwrap(p, discont=None, axis=-1, *, period=2 * pi):
    """Jumps of more than half a period taken out, along an axis; as numpy.unwrap."""
    array = plain(p)
    place = None if array is None or array.dtype.kind != "f" else _axis(axis, array.ndim)
    if place is None or type(period) not in (int, float) or (discont is not None and type(discont) not in (int, float)):
        return numpys("unwrap", p, discont, axis, period=period)
    steps = diff(array, axis=place)
    high = period / 2
    within = remainder(steps + high, period) - high
    within = where(equal(within, -high) & (steps > 0), high, within)
    correction = within - steps
    correction = where(absolute(steps) < (high if discont is None else discont), 0, correction)
    result = array.copy()
    later = along(place, array.ndim, slice(1, None))
    result[later] = array[later] + cumsum(correction, place)
    return result
