"""Arrays put together, moved and repeated."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import refuse


def _joined(arrays):
    """An empty vector of the type that holds the elements of all."""
    if len(arrays) == 1:
        return np.empty(0, arrays[0].dtype)
    return np.empty(0, arrays[0].dtype) + _joined(arrays[1:])


def _lengths(arrays):
    """The sum of the lengths."""
    if len(arrays) == 1:
        return len(arrays[0])
    return len(arrays[0]) + _lengths(arrays[1:])


def _put_rows(out, arrays):
    n = len(arrays[0])
    if out.ndim > 1 and arrays[0].shape[1:] != out.shape[1:]:
        raise ValueError("all the input array dimensions except for the concatenation axis must match exactly")
    out[:n] = arrays[0]
    if len(arrays) > 1:
        _put_rows(out[n:], arrays[1:])


def _transposed(arrays):
    if len(arrays) == 1:
        return (arrays[0].T,)
    return (arrays[0].T,) + _transposed(arrays[1:])


def concatenate(arrays, axis=0):
    """The arrays one after the other along an axis."""
    if len(arrays) > 1 and arrays[0].ndim != arrays[1].ndim:
        raise ValueError("all the input arrays must have same number of dimensions")
    if arrays[0].ndim == 1 and (axis == 0 or axis == -1):
        out = np.empty(_lengths(arrays), _joined(arrays).dtype)
        _put_rows(out, arrays)
        return out
    if arrays[0].ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty((_lengths(arrays), arrays[0].shape[1]), _joined(arrays).dtype)
        _put_rows(out, arrays)
        return out
    if arrays[0].ndim == 2 and (axis == 1 or axis == -1):
        turned = _transposed(arrays)
        out = np.empty((arrays[0].shape[0], _lengths(turned)), _joined(arrays).dtype)
        _put_rows(out.T, turned)
        return out
    refuse("concatenate(axis=…) needs a constant axis of arrays of one or two dimensions in compiled code")


def _as_rows(arrays):
    if arrays[0].ndim == 1:
        first = arrays[0][None]
    else:
        first = arrays[0]
    if len(arrays) == 1:
        return (first,)
    return (first,) + _as_rows(arrays[1:])


def _as_columns(arrays):
    if arrays[0].ndim == 1:
        first = arrays[0][:, None]
    else:
        first = arrays[0]
    if len(arrays) == 1:
        return (first,)
    return (first,) + _as_columns(arrays[1:])


def vstack(tup):
    """The vectors as rows, matrices below each other."""
    return np.concatenate(_as_rows(tup), 0)


def hstack(tup):
    """The arrays beside each other."""
    if tup[0].ndim == 1:
        return np.concatenate(tup, 0)
    return np.concatenate(tup, 1)


def column_stack(tup):
    """The vectors as columns, matrices beside each other."""
    return np.concatenate(_as_columns(tup), 1)


def _put_stacked(out, arrays, i):
    if arrays[0].shape != out.shape[1:]:
        raise ValueError("all input arrays must have the same shape")
    out[i] = arrays[0]
    if len(arrays) > 1:
        _put_stacked(out, arrays[1:], i + 1)


def stack(arrays, axis=0):
    """The arrays as elements of a new dimension."""
    if arrays[0].ndim == 1 and (axis == 1 or axis == -1):
        n = len(arrays[0])
        out = np.empty((n, len(arrays)), _joined(arrays).dtype)
        _put_stacked(out.T, arrays, 0)
        return out
    if axis == 0:
        out = np.empty((len(arrays),) + arrays[0].shape, _joined(arrays).dtype)
        _put_stacked(out, arrays, 0)
        return out
    refuse("stack(axis=…) takes axis 0, or 1 of vectors, in compiled code")


def append(arr, values):
    """The flattened arrays one after the other."""
    if arr.ndim == 1 and values.ndim == 1:
        return np.concatenate((arr, values), 0)
    return np.concatenate((arr.flatten(), values.flatten()), 0)


def _rolled(out, a, shift):
    n = len(a)
    k = shift % max(n, 1)
    out[k:] = a[: n - k]
    out[:k] = a[n - k :]


def roll(a, shift, axis=None):
    """The elements moved on, those that leave one end at the other."""
    if a.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        out = np.empty(len(a), a.dtype)
        _rolled(out, a, shift)
        return out
    if a.ndim == 2 and axis is None:
        flat = np.empty(a.size, a.dtype)
        _rolled(flat, a.flatten(), shift)
        out = np.empty(a.shape, a.dtype)
        n = a.shape[1]
        for i in range(a.shape[0]):
            out[i] = flat[i * n : i * n + n]
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty(a.shape, a.dtype)
        _rolled(out, a, shift)
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty(a.shape, a.dtype)
        _rolled(out.T, a.T, shift)
        return out
    refuse("roll(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def flip(m, axis=None):
    """The array with the elements in opposite order."""
    if m.ndim == 1 and (axis is None or axis == 0 or axis == -1):
        return m[::-1]
    if m.ndim == 2 and axis is None:
        return m[::-1, ::-1]
    if m.ndim == 2 and (axis == 0 or axis == -2):
        return m[::-1]
    if m.ndim == 2 and (axis == 1 or axis == -1):
        return m[:, ::-1]
    refuse("flip(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def flipud(m):
    """The array with the rows in opposite order."""
    return m[::-1]


def fliplr(m):
    """The array with the columns in opposite order."""
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return m[:, ::-1]


def _repeated(out, a, repeats):
    for i in range(len(a)):
        if a.ndim == 1:
            x = a[i]
            for k in range(repeats):
                out[i * repeats + k] = x
        else:
            for k in range(repeats):
                out[i * repeats + k] = a[i]


def repeat(a, repeats, axis=None):
    """Each element so many times."""
    if np.ndim(repeats) > 0:
        refuse("repeat() needs one number of repeats for all elements in compiled code")
    if axis is None or a.ndim == 1 and (axis == 0 or axis == -1):
        out = np.empty(a.size * repeats, a.dtype)
        if a.ndim == 1:
            _repeated(out, a, repeats)
        else:
            _repeated(out, a.flatten(), repeats)
        return out
    if a.ndim == 2 and (axis == 0 or axis == -2):
        out = np.empty((a.shape[0] * repeats, a.shape[1]), a.dtype)
        _repeated(out, a, repeats)
        return out
    if a.ndim == 2 and (axis == 1 or axis == -1):
        out = np.empty((a.shape[0], a.shape[1] * repeats), a.dtype)
        for i in range(a.shape[0]):
            _repeated(out[i], a[i], repeats)
        return out
    refuse("repeat(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def tile(A, reps):
    """The vector so many times."""
    if A.ndim != 1 or np.ndim(reps) > 0:
        refuse("tile() takes a vector and one number in compiled code")
    n = len(A)
    out = np.empty(n * reps, A.dtype)
    for k in range(reps):
        out[k * n : (k + 1) * n] = A
    return out


def meshgrid(x, y, indexing="xy"):
    """The coordinates of all places of a grid."""
    if indexing == "xy":
        u, v = np.empty((len(y), len(x)), x.dtype), np.empty((len(y), len(x)), y.dtype)
        u[:] = x
        v[:] = y[:, None]
        return u, v
    if indexing == "ij":
        p, q = np.empty((len(x), len(y)), x.dtype), np.empty((len(x), len(y)), y.dtype)
        p[:] = x[:, None]
        q[:] = y
        return p, q
    raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")


def take(a, indices, axis=None):
    """The elements, or the rows, at the indices."""
    if a.ndim > 1 and axis is None:
        return np.take(a.flatten(), indices)
    if axis is not None and axis != 0 and not (a.ndim == 1 and axis == -1):
        refuse("take(axis=…) takes axis 0 in compiled code")
    if np.ndim(indices) == 0:
        return a[indices]
    if indices.ndim != 1:
        refuse("take() needs a vector of indices in compiled code")
    n = len(indices)
    out = np.empty((n,) + a.shape[1:], a.dtype)
    for i in range(n):
        out[i] = a[indices[i]]
    return out


def expand_dims(a, axis):
    """The array with a dimension of length 1 more."""
    if axis == 0 or axis == -1 - a.ndim:
        return a[None]
    if axis == -1 or axis == a.ndim:
        return a[..., None]
    if a.ndim == 2 and (axis == 1 or axis == -2):
        return a[:, None]
    refuse("expand_dims(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def transpose(a):
    """The array with its dimensions in opposite order."""
    return a.T


def swapaxes(a, axis1, axis2):
    """The matrix with two axes exchanged."""
    if a.ndim != 2:
        refuse("swapaxes() takes two dimensions in compiled code")
    if (axis1 - axis2) % 2 == 0:
        return a[:]
    return a.T


def atleast_1d(a):
    """The array itself."""
    return a


def atleast_2d(a):
    """The array, a vector as a row."""
    if a.ndim == 1:
        return a[None]
    return a


FUNCTIONS = (
    concatenate,
    vstack,
    hstack,
    column_stack,
    stack,
    append,
    roll,
    flip,
    flipud,
    fliplr,
    repeat,
    tile,
    meshgrid,
    take,
    expand_dims,
    transpose,
    swapaxes,
    atleast_1d,
    atleast_2d,
)
