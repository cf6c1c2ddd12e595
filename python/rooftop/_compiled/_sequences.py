"""Differences, interpolation, convolution and polynomials."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import refuse
from rooftop._compiled._joining import _joined
from rooftop._compiled._order import _place_right


def diff(a, n=1, axis=-1):
    """What each element adds to the one before."""
    if n < 0:
        raise ValueError("order must be non-negative")
    if a.ndim == 1 and (axis == 0 or axis == -1):
        d = a[1:] - a[:-1]
        for _ in range(n - 1):
            d = d[1:] - d[:-1]
        return d
    if a.ndim == 2 and (axis == 1 or axis == -1):
        d = a[:, 1:] - a[:, :-1]
        for _ in range(n - 1):
            d = d[:, 1:] - d[:, :-1]
        return d
    if a.ndim == 2 and (axis == 0 or axis == -2):
        d = a[1:] - a[:-1]
        for _ in range(n - 1):
            d = d[1:] - d[:-1]
        return d
    refuse("diff(axis=…) needs a constant axis of an array of one or two dimensions in compiled code")


def trapezoid(y, x=None, dx=1.0):
    """The integral of the piecewise linear function through the values."""
    if y.ndim != 1:
        refuse("trapezoid() takes a vector in compiled code")
    if x is None:
        return (dx * (y[1:] + y[:-1]) / 2.0).sum()
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2.0).sum()


def _interpolated(x, k, xp, fp, left, right):
    """The value at x, which belongs at k."""
    n = len(xp)
    if x != x:
        return x
    if k == 0:
        return left
    if k == n:
        return right if x > xp[n - 1] else fp[n - 1]
    if xp[k - 1] == x:
        return fp[k - 1]
    slope = (fp[k] - fp[k - 1]) / (xp[k] - xp[k - 1])
    value = slope * (x - xp[k - 1]) + fp[k - 1]
    if value != value:
        value = slope * (x - xp[k]) + fp[k]
        if value != value and fp[k - 1] == fp[k]:
            value = fp[k]
    return value


def interp(x, xp, fp, left=None, right=None):
    """The piecewise linear function through the points, at x."""
    if len(xp) == 0:
        raise ValueError("array of sample points is empty")
    if len(xp) != len(fp):
        raise ValueError("fp and xp are not of the same length.")
    p, f = np.ascontiguousarray(xp, np.float64), np.ascontiguousarray(fp, np.float64)
    if left is None:
        low = f[0]
    else:
        low = np.float64(left)
    if right is None:
        high = f[len(f) - 1]
    else:
        high = np.float64(right)
    if np.ndim(x) == 0:
        return _interpolated(np.float64(x), _place_right(p, np.float64(x)), p, f, low, high)
    if x.ndim != 1:
        refuse("interp() at places of more than one dimension is not supported in compiled code")
    places = np.empty(len(x), np.int64)
    for i in range(len(x)):
        places[i] = _place_right(p, np.float64(x[i]))
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = _interpolated(np.float64(x[i]), places[i], p, f, low, high)
    return out


def _convolved(out, a, v, start):
    """Elements of the full convolution from one on; v is not longer than a."""
    n, m = len(a), len(v)
    for k in range(len(out)):
        at = start + k
        s = out.dtype(0)
        for j in range(max(0, at - n + 1), min(m, at + 1)):
            s += out.dtype(a[at - j]) * out.dtype(v[j])
        out[k] = s


def convolve(a, v, mode="full"):
    """The sums of products of one vector with the other in opposite order, moved along."""
    if a.ndim != 1 or v.ndim != 1:
        refuse("convolve() takes vectors")
    n, m = len(a), len(v)
    if n == 0:
        raise ValueError("a cannot be empty")
    if m == 0:
        raise ValueError("v cannot be empty")
    short, long = min(n, m), max(n, m)
    if mode == "full":
        out = np.empty(n + m - 1, _joined((a, v)).dtype)
        start = 0
    elif mode == "same":
        out = np.empty(long, _joined((a, v)).dtype)
        start = (short - 1) // 2
    elif mode == "valid":
        out = np.empty(long - short + 1, _joined((a, v)).dtype)
        start = short - 1
    else:
        refuse("convolve(mode=…) must be 'full', 'same' or 'valid'")
    if m > n:
        _convolved(out, v, a, start)
    else:
        _convolved(out, a, v, start)
    return out


def polyval(p, x):
    """The polynomial at x; its coefficients begin with that of the highest power."""
    if np.ndim(x) == 0:
        return _polynomial(p, np.positive(x))
    if x.ndim != 1:
        refuse("polyval() at places of more than one dimension is not supported in compiled code")
    out = np.empty(len(x), _joined((p, x)).dtype)
    for i in range(len(x)):
        out[i] = _polynomial(p, x[i])
    return out


def _polynomial(p, x):
    s = (np.zeros(1, p.dtype) * x).sum()
    for c in p:
        s = s * x + c
    return s


def logspace(start, stop, num=50, endpoint=True, base=10.0):
    """Powers of the base with exponents at equal distances."""
    return np.power(base, np.linspace(start, stop, num, endpoint))


FUNCTIONS = (
    diff,
    trapezoid,
    interp,
    convolve,
    polyval,
    logspace,
)
