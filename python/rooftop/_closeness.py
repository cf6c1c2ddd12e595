"""Whether arrays are equal, or nearly so."""

from __future__ import annotations

from rooftop._composed import all_of, numpys
from rooftop._core import absolute, equal, float64, generic, isfinite, isnan, less_equal, ndarray, subtract
from rooftop._errstate import errstate

_NUMBERS = (int, float, complex)


def _operand(value):
    """An array or number that operators take as it is; None for anything else."""
    kind = type(value)
    if kind is ndarray or kind in _NUMBERS or isinstance(value, generic):
        return value
    return None


def _as_inexact(value):
    """The second operand, of whole numbers as float64: distances of integers must not wrap."""
    if type(value) is int:
        return float(value)
    if type(value) in _NUMBERS or value.dtype.kind in "fc":
        return value
    return value.astype(float64) if type(value) is ndarray else float64(value)


def _is_tolerance(value) -> bool:
    return type(value) in (int, float) and 0 <= value < float("inf")


def _near(x, y, rtol: float, atol: float):
    """|x - y| <= atol + rtol * |y|, without more new arrays than that takes."""
    distance = subtract(x, y)
    bound = absolute(y)
    if type(distance) is not ndarray or distance.dtype.kind != "f":
        return less_equal(abs(distance), atol + rtol * bound)
    absolute(distance, out=distance)
    if type(bound) is ndarray:
        bound *= rtol
        bound += atol
    else:
        bound = atol + rtol * bound
    return less_equal(distance, bound)


def isclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """Whether elements are equal within tolerances, element by element; as numpy.isclose."""
    x, y = _operand(a), _operand(b)
    if x is None or y is None or not _is_tolerance(rtol) or not _is_tolerance(atol):
        return numpys("isclose", a, b, rtol, atol, equal_nan)
    y = _as_inexact(y)
    if all_of(isfinite(x)) and all_of(isfinite(y)):
        return _near(x, y, rtol, atol)
    with errstate(invalid="ignore"):
        result = _near(x, y, rtol, atol) & isfinite(y) | (x == y)
        if equal_nan:
            result = result | (isnan(x) & isnan(y))
    return result


def allclose(a, b, rtol=1.0e-5, atol=1.0e-8, equal_nan=False):
    """Whether all elements are equal within tolerances; as numpy.allclose."""
    return bool(all_of(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2, equal_nan=False):
    """Whether two arrays have the same shape and elements; as numpy.array_equal."""
    if type(a1) is not ndarray or type(a2) is not ndarray:
        return numpys("array_equal", a1, a2, equal_nan)
    if a1.shape != a2.shape:
        return False
    same = equal(a1, a2)
    if equal_nan:
        if a1 is a2:
            return True
        if a1.dtype.kind in "fc" or a2.dtype.kind in "fc":
            same = same | (isnan(a1) & isnan(a2))
    return bool(same.all())


def array_equiv(a1, a2):
    """Whether two arrays are equal where one is repeated along the other; as numpy.array_equiv."""
    if type(a1) is not ndarray or type(a2) is not ndarray:
        return numpys("array_equiv", a1, a2)
    for m, n in zip(reversed(a1.shape), reversed(a2.shape)):
        if m != n and m != 1 and n != 1:
            return False
    same = equal(a1, a2)
    return bool(same.all())
