"""Weighted means, and covariances."""

from __future__ import annotations

import warnings

import rooftop
from rooftop._composed import UNSET, any_of, numpys, plain
from rooftop._core import asarray, broadcast_to, clip, concatenate, divide, dot, float64, multiply, ndarray, sqrt


def _weights(array: ndarray, axis, weights) -> ndarray | None:
    """The weights with the array's number of axes; None for what NumPy checks or refuses."""
    factors = plain(weights)
    if factors is None or factors.dtype.kind not in "biufc":
        return None
    if factors.shape == array.shape:
        return factors
    if factors.ndim != 1 or type(axis) is not int or not -array.ndim <= axis < array.ndim:
        return None
    shape = [1] * array.ndim
    shape[axis] = array.shape[axis]
    return factors.reshape(shape) if len(factors) == shape[axis] else None


def _product_type(array: ndarray, factors: ndarray):
    kinds = array.dtype.kind + factors.dtype.kind
    if array.dtype == factors.dtype and kinds in ("ff", "cc"):
        return array.dtype
    if all(kind in "biu" for kind in kinds):
        return float64
    return rooftop.result_type(array.dtype, factors.dtype, *([float64] if kinds[0] in "biu" else []))


def average(a, axis=None, weights=None, returned=False, *, keepdims=UNSET):
    """The mean, each element counting as much as its weight says; as numpy.average."""
    array = plain(a)
    options = {} if keepdims is UNSET else {"keepdims": keepdims}
    is_native = array is not None and array.dtype.kind in "biufc" and array.size > 0
    if is_native and weights is None and not returned:
        return array.mean(axis, **options)
    factors = _weights(array, axis, weights) if is_native and weights is not None else None
    if factors is None:
        return numpys("average", a, axis, weights, returned, **options)
    dtype = _product_type(array, factors)
    scale = factors.sum(axis, dtype, **options)
    if any_of(scale == 0):
        return numpys("average", a, axis, weights, returned, **options)
    mean = multiply(array, factors, dtype=dtype).sum(axis, **options) / scale
    if not returned:
        return mean
    return mean, scale if scale.shape == mean.shape else broadcast_to(scale, mean.shape).copy()


def _variables(values, rowvar: bool) -> ndarray | None:
    """A new matrix of floats with a variable in each row; None for what NumPy checks or refuses."""
    array = plain(values)
    if array is None or array.ndim > 2 or array.dtype.kind not in "biuf":
        return None
    matrix = array.astype(float64)
    if matrix.ndim == 1:
        return matrix.reshape(1, -1)
    return matrix if rowvar else matrix.T


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    """The covariances of variables, one in each row; as numpy.cov."""
    is_native = fweights is None and aweights is None and dtype is None and type(ddof) in (int, type(None))
    matrix = _variables(m, rowvar) if is_native else None
    if matrix is not None and y is not None:
        more = _variables(y, rowvar)
        fits = more is not None and matrix.shape[1] == more.shape[1]
        matrix = concatenate((matrix, more), 0) if fits else None
    if ddof is None:
        ddof = 0 if bias else 1
    if matrix is None or matrix.size == 0:
        return numpys("cov", m, y, rowvar, bias, ddof, fweights, aweights, dtype=dtype)
    matrix -= matrix.mean(1)[:, None]
    freedom = matrix.shape[1] - ddof
    if freedom > 0 and len(matrix) == 1:
        return asarray(dot(matrix[0], matrix[0]) * (1 / freedom))
    if freedom <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
    products = dot(matrix, matrix.T)
    products *= divide(1.0, max(freedom, 0))
    return products.squeeze()


def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    """The correlations of variables, one in each row; as numpy.corrcoef."""
    products = cov(x, y, rowvar) if dtype is None else None
    if type(products) is ndarray and products.ndim == 0:
        return products / products
    if type(products) is not ndarray or products.ndim != 2 or products.dtype.kind != "f" or products.size == 0:
        return numpys("corrcoef", x, y, rowvar, dtype=dtype)
    deviations = sqrt(products.reshape(-1)[:: len(products) + 1])
    products /= deviations[:, None]
    products /= deviations[None, :]
    return clip(products, -1, 1, out=products)
