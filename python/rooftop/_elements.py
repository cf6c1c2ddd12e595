"""Functions of single elements, and of the few that make a vector or a polynomial."""

from __future__ import annotations

from math import inf, pi

from rooftop._composed import numpys, plain
from rooftop._core import (
    arctan2,
    array,
    bool,  # noqa: A004 - NumPy's name
    empty,
    equal,
    float64,
    isfinite,
    isinf,
    isnan,
    multiply,
    ndarray,
    not_equal,
    ones,
    signbit,
    sin,
    subtract,
    trunc,
    where,
    zeros,
    zeros_like,
)

#: The largest number of each type of floats, and the distance from 1 to the next.
_LARGEST = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}
_EPSILON = {"float16": 2.0**-10, "float32": 2.0**-23, "float64": 2.0**-52}


def fix(x, out=None):
    """Elements rounded towards zero; as numpy.fix."""
    return trunc(x, out=out)


def isposinf(x, out=None):
    """Which elements are positive infinity; as numpy.isposinf."""
    values = plain(x)
    return (
        numpys("isposinf", x, out) if values is None or values.dtype.kind not in "biuf" else equal(values, inf, out=out)
    )


def isneginf(x, out=None):
    """Which elements are negative infinity; as numpy.isneginf."""
    values = plain(x)
    return (
        numpys("isneginf", x, out)
        if values is None or values.dtype.kind not in "biuf"
        else equal(values, -inf, out=out)
    )


def _is_number(value) -> bool:
    return type(value) in (int, float)


def _replace(values: ndarray, nan, posinf, neginf) -> None:
    """In place."""
    if isfinite(values).all():
        return
    largest = _LARGEST[values.dtype.name]
    is_nan, is_negative, is_infinite = isnan(values), signbit(values), isinf(values)
    values[is_nan] = nan
    values[is_infinite & ~is_negative] = largest if posinf is None else posinf
    values[is_infinite & is_negative] = -largest if neginf is None else neginf


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """NaN and infinities replaced by numbers; as numpy.nan_to_num."""
    values = x if type(x) is ndarray and x.ndim else None
    if values is None or values.dtype.kind not in "biufc" or copy not in (True, False):
        return numpys("nan_to_num", x, copy, nan, posinf, neginf)
    if not all(value is None or _is_number(value) for value in (posinf, neginf)) or not _is_number(nan):
        return numpys("nan_to_num", x, copy, nan, posinf, neginf)
    if copy:
        values = array(values)
    if values.dtype.kind in "fc":
        for part in (values.real, values.imag) if values.dtype.kind == "c" else (values,):
            _replace(part, nan, posinf, neginf)
    return values


def real_if_close(a, tol=100):
    """The real parts, if the imaginary ones are all about zero; as numpy.real_if_close."""
    if type(a) is ndarray and a.dtype.kind in "biuf":
        return a
    values = plain(a)
    if values is None or values.dtype.kind not in "biufc" or not _is_number(tol):
        return numpys("real_if_close", a, tol)
    if values.dtype.kind != "c":
        return values
    if tol > 1:
        tol = float64(_EPSILON[values.real.dtype.name]) * tol
    return values.real if (abs(values.imag) < tol).all() else values


def angle(z, deg=False):
    """The angles of complex numbers; as numpy.angle."""
    values = plain(z)
    if values is None or values.dtype.kind not in "biufc":
        return numpys("angle", z, deg)
    angles = arctan2(values.imag, values.real) if values.dtype.kind == "c" else arctan2(0, values)
    if deg:
        angles *= 180 / pi
    return angles


def sinc(x):
    """sin(pi x) / (pi x); as numpy.sinc."""
    values = plain(x)
    if values is None or values.dtype.kind not in "biuf":
        return numpys("sinc", x)
    values = pi * values
    values = where(values.astype(bool), values, _EPSILON[values.dtype.name])
    return sin(values) / values


def polyval(p, x):
    """The values of a polynomial, its highest coefficient first; as numpy.polyval."""
    coefficients, values = plain(p), x if type(x) is ndarray and x.ndim else None
    if coefficients is None or coefficients.ndim != 1 or values is None:
        return numpys("polyval", p, x)
    result = zeros_like(values)
    if coefficients.dtype == values.dtype and values.dtype.kind in "iufc":
        for coefficient in coefficients:
            result *= values
            result += coefficient
        return result
    for coefficient in coefficients:
        result = result * values + coefficient
    return result


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The cross products of vectors of three elements; as numpy.cross."""
    left, right = plain(a), plain(b)
    is_native = left is not None and right is not None and axis in (None, -1) and axisa == axisb == axisc == -1
    is_native = is_native and left.shape == right.shape and left.shape[-1] == 3 and left.dtype == right.dtype
    if not is_native or left.dtype.kind not in "iufc":
        return numpys("cross", a, b, axisa, axisb, axisc, axis)
    result = empty(left.shape, left.dtype)
    for k in range(3):
        i, j = (k + 1) % 3, (k + 2) % 3
        part = result[..., k : k + 1]
        multiply(left[..., i : i + 1], right[..., j : j + 1], out=part)
        # As NumPy's operands stand: its multiplications are what may warn.
        subtract(part, multiply(left[..., j : j + 1], right[..., i : i + 1]), out=part)
    return result


def real(val):
    """The real parts; as numpy.real."""
    return val.real if type(val) is ndarray else numpys("real", val)


def imag(val):
    """The imaginary parts; as numpy.imag."""
    return val.imag if type(val) is ndarray else numpys("imag", val)


def isreal(x):
    """Which elements have no imaginary part; as numpy.isreal."""
    if type(x) is not ndarray or x.ndim == 0:
        return numpys("isreal", x)
    return equal(x.imag, 0) if x.dtype.kind == "c" else ones(x.shape, bool)


def iscomplex(x):
    """Which elements have an imaginary part; as numpy.iscomplex."""
    if type(x) is not ndarray or x.ndim == 0:
        return numpys("iscomplex", x)
    return not_equal(x.imag, 0) if x.dtype.kind == "c" else zeros(x.shape, bool)


def trim_zeros(filt, trim="fb", axis=None):
    """A vector without the zeros at its ends; as numpy.trim_zeros."""
    is_native = type(filt) is ndarray and filt.ndim == 1 and axis is None and type(trim) is str
    if not is_native or trim.lower() not in ("fb", "bf", "f", "b"):
        return numpys("trim_zeros", filt, trim, axis)
    kept = filt.astype(bool)
    if not kept.any():
        return filt[:0]
    first = int(kept.argmax()) if "f" in trim.lower() else None
    last = len(filt) - int(kept[::-1].argmax()) if "b" in trim.lower() else None
    return filt[first:last]
