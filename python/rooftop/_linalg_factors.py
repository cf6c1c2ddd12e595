"""Functions of `linalg` that ask for singular values or an inverse: pinv, matrix_rank, cond, and those of tensors."""

from __future__ import annotations

from rooftop import _core, _delegate
from rooftop._core import asarray, divide, isfinite, ndarray
from rooftop._linalg_norms import matrix_norm
from rooftop._linalg_operands import held, held_matrix

_inv, _solve, _svd, _svdvals = (getattr(_core._linalg, name) for name in ("inv", "solve", "svd", "svdvals"))

#: The distance of 1 from the next number, by the type's name.
_EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52}
_UNSET = object()
#: Condition numbers from here on go to NumPy: zeros and overflows are among them.
_SINGULAR = 1e-30


def pinv(a, rcond=None, hermitian=False, *, rtol=_UNSET):
    """The pseudo-inverse of each of a stack of matrices; as numpy.linalg.pinv.

    Parameters
    ----------
    a : array_like
    rcond, rtol : float or array_like of floats, optional
        Singular values up to this part of the largest count as zero: 1e-15, or the rounding error where `rtol` is None.
    hermitian : bool, optional
        Whether the matrices are Hermitian.

    Returns
    -------
    ndarray

    Raises
    ------
    LinAlgError
        If the iteration for the singular values does not converge.
    """
    array = held_matrix(a)
    limit = 1e-15 if rcond is None and rtol is _UNSET else rtol if rcond is None else rcond
    if array is None or hermitian or (rcond is not None and rtol is not _UNSET) or array.dtype.name == "float16":
        options = {} if rtol is _UNSET else {"rtol": rtol}
        return _delegate.call("linalg.pinv", (a, rcond, hermitian), options)
    if limit is None:
        limit = max(array.shape[-2:]) * _EPSILON[array.real.dtype.name]
    u, s, vh = _svd(array.conjugate() if array.dtype.kind == "c" else array, False)
    large = s > asarray(limit)[..., None] * s.max(-1, keepdims=True)
    divide(1, s, where=large, out=s)
    s[~large] = 0
    return vh.mT @ (s[..., None] * u.mT)


def matrix_rank(A, tol=None, hermitian=False, *, rtol=None):
    """The number of singular values that are not zero, of each of a stack of matrices; as numpy.linalg.matrix_rank.

    Parameters
    ----------
    A : array_like
    tol : float or array_like of floats, optional
        Singular values up to this count as zero.
    hermitian : bool, optional
        Whether the matrices are Hermitian.
    rtol : float or array_like of floats, optional
        The same as a part of the largest singular value; by default the rounding error.

    Returns
    -------
    int or ndarray
    """
    array = held_matrix(A)
    if array is None or hermitian or (tol is not None and rtol is not None):
        return _delegate.call("linalg.matrix_rank", (A, tol, hermitian), {"rtol": rtol})
    s = _svdvals(array)
    if tol is not None:
        return (s > asarray(tol)[..., None]).sum(-1)
    part = max(array.shape[-2:]) * _EPSILON[s.dtype.name] if rtol is None else asarray(rtol)[..., None]
    return (s > s.max(-1, keepdims=True) * part).sum(-1)


def cond(x, p=None):
    """The condition number of each of a stack of matrices; as numpy.linalg.cond.

    Parameters
    ----------
    x : array_like
    p : {None, "fro", "nuc", inf, -inf, 1, -1, 2, -2}, optional
        The norm; None is 2.

    Returns
    -------
    float or ndarray
    """
    array = held_matrix(x)
    found = None
    if array is not None and array.dtype.name != "float16":
        if p is None or (type(p) is int and p in (2, -2)):
            found = _ratio(_svdvals(array), p == -2)
        elif array.shape[-1] == array.shape[-2]:
            found = _product_with_inverse(array, p)
    return _delegate.call("linalg.cond", (x, p), {}) if found is None else found


# Both give None where there is something to warn about, or nothing to divide by.


def _ratio(s: ndarray, is_inverted: bool):
    largest, smallest = s[..., 0], s[..., -1]
    if not (smallest > largest * _SINGULAR).all():
        return None
    return smallest / largest if is_inverted else largest / smallest


def _product_with_inverse(array: ndarray, p):
    try:
        inverse = _inv(array.astype("complex128" if array.dtype.kind == "c" else "float64"))
        found = matrix_norm(array, ord=p) * matrix_norm(inverse, ord=p)
    except ValueError:  # a singular matrix, or no such norm
        return None
    if not isfinite(found).all():
        return None
    return found.astype("float32") if array.real.dtype.name == "float32" else found


def tensorinv(a, ind=2):
    """The inverse of an array as a linear map from its last axes to the first `ind`; as numpy.linalg.tensorinv.

    Parameters
    ----------
    a : array_like
    ind : int, optional

    Returns
    -------
    ndarray

    Raises
    ------
    LinAlgError
        If there is none.
    """
    array = held_matrix(a)
    if array is None or type(ind) is not int or ind <= 0:
        return _delegate.call("linalg.tensorinv", (a, ind), {})
    rows, columns = array.shape[:ind], array.shape[ind:]
    size = 1
    for length in columns:
        size *= length
    return _inv(array.reshape(size, -1)).reshape(columns + rows)


def tensorsolve(a, b, axes=None):
    """The x of a x = b, the sum over all axes of x; as numpy.linalg.tensorsolve.

    Parameters
    ----------
    a : array_like
    b : array_like
    axes : tuple of ints, optional
        Axes of `a` to move to the end first.

    Returns
    -------
    ndarray

    Raises
    ------
    LinAlgError
        If `a` is singular or not square in this sense.
    """
    left, right = held_matrix(a), held(b)
    if left is None or right is None or axes is not None:
        return _delegate.call("linalg.tensorsolve", (a, b, axes), {})
    shape = left.shape[-(left.ndim - right.ndim) :]
    size = 1
    for length in shape:
        size *= length
    if left.size != size**2 or right.size != size:
        return _delegate.call("linalg.tensorsolve", (a, b, axes), {})
    return _solve(left.reshape(size, size), right.ravel()).reshape(shape)
