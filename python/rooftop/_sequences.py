"""Sequences of powers: logspace, geomspace, vander."""

from __future__ import annotations

from math import inf, log10

from rooftop._composed import numpys, plain
from rooftop._core import empty, int64, linspace, multiply, power, promote_types

__all__ = ["geomspace", "logspace", "vander"]

_NUMBERS = (int, float)


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """Powers with exponents at equal distances; as numpy.logspace."""
    if type(start) not in _NUMBERS or type(stop) not in _NUMBERS or type(base) not in _NUMBERS or axis != 0:
        return numpys("logspace", start, stop, num, endpoint, base, dtype, axis)
    powers = power(base, linspace(start, stop, num, endpoint))
    return powers if dtype is None else powers.astype(dtype, copy=False)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """Numbers of equal ratios; as numpy.geomspace."""
    is_native = type(start) in _NUMBERS and type(stop) in _NUMBERS and type(num) is int and num >= 0 and axis == 0
    if not is_native or dtype is not None or not 0 < start < inf or not 0 < stop < inf:
        return numpys("geomspace", start, stop, num, endpoint, dtype, axis)
    result = logspace(log10(start), log10(stop), num, endpoint)
    if num > 0:
        result[0] = start
        if num > 1 and endpoint:
            result[-1] = stop
    return result


def vander(x, N=None, increasing=False):
    """The matrix of powers of a vector's elements; as numpy.vander."""
    values = plain(x)
    if values is None or values.ndim != 1 or values.dtype.kind not in "iufc" or type(N) not in (int, type(None)):
        return numpys("vander", x, N, increasing)
    count = len(values) if N is None else N
    if count < 0:
        return numpys("vander", x, N, increasing)
    matrix = empty((len(values), count), promote_types(values.dtype, int64))
    columns = matrix if increasing else matrix[:, ::-1]
    if count > 0:
        columns[:, 0] = 1
    if count > 1:
        columns[:, 1:] = values[:, None]
        multiply.accumulate(columns[:, 1:], axis=1, out=columns[:, 1:])
    return matrix


for _function in (geomspace, logspace, vander):
    _function.__module__ = "rooftop"
