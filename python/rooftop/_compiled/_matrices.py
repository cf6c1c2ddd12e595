"""Diagonals, triangles, products and linear systems."""

from __future__ import annotations

import rooftop as np
from rooftop._compiled._common import _total, refuse
from rooftop._compiled._joining import _joined


def trace(a, offset=0):
    """The sum of a diagonal."""
    s = _total(a).dtype(0)
    for x in diagonal(a, offset):
        s += x
    return s


def diagonal(a, offset=0):
    """A diagonal."""
    if a.ndim != 2:
        refuse("diagonal() takes two dimensions in compiled code")
    row, column = max(-offset, 0), max(offset, 0)
    out = np.empty(max(min(a.shape[0] - row, a.shape[1] - column), 0), a.dtype)
    for i in range(len(out)):
        out[i] = a[row + i, column + i]
    return out


def diag(v, k=0):
    """A diagonal, or the matrix with the vector as one."""
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = len(v) + abs(k)
    out = np.zeros((n, n), v.dtype)
    row, column = max(-k, 0), max(k, 0)
    for i in range(len(v)):
        out[row + i, column + i] = v[i]
    return out


def fill_diagonal(a, val):
    """Stores the value along the diagonal."""
    if a.ndim != 2 or np.ndim(val) > 0:
        refuse("fill_diagonal() takes a matrix and a number in compiled code")
    for i in range(min(a.shape[0], a.shape[1])):
        a[i, i] = val


def triu(m, k=0):
    """The matrix with zeros below a diagonal."""
    if m.ndim != 2:
        refuse("triu() takes two dimensions in compiled code")
    out = np.zeros(m.shape, m.dtype)
    for i in range(m.shape[0]):
        first = min(max(i + k, 0), m.shape[1])
        out[i, first:] = m[i, first:]
    return out


def tril(m, k=0):
    """The matrix with zeros above a diagonal."""
    if m.ndim != 2:
        refuse("tril() takes two dimensions in compiled code")
    out = np.zeros(m.shape, m.dtype)
    for i in range(m.shape[0]):
        end = min(max(i + k + 1, 0), m.shape[1])
        out[i, :end] = m[i, :end]
    return out


def kron(a, b):
    """Copies of the second array, times each element of the first."""
    if a.ndim == 1 and b.ndim == 1:
        n = len(b)
        out = np.empty(len(a) * n, _joined((a, b)).dtype)
        for i in range(len(a)):
            out[i * n : (i + 1) * n] = a[i] * b
        return out
    if a.ndim != 2 or b.ndim != 2:
        refuse("kron() takes two vectors or two matrices in compiled code")
    p, q = b.shape
    out = np.empty((a.shape[0] * p, a.shape[1] * q), _joined((a, b)).dtype)
    for i in range(a.shape[0]):
        for k in range(p):
            for j in range(a.shape[1]):
                out[i * p + k, j * q : (j + 1) * q] = a[i, j] * b[k]
    return out


def cross(a, b):
    """The vectors at right angles to both."""
    if a.ndim > 2 or b.ndim != a.ndim:
        refuse("cross() takes two vectors or two arrays of rows in compiled code")
    if a.shape[a.ndim - 1] != 3 or b.shape[b.ndim - 1] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors")
    if a.ndim == 1:
        out = np.empty(3, _joined((a, b)).dtype)
        out[0] = a[1] * b[2] - a[2] * b[1]
        out[1] = a[2] * b[0] - a[0] * b[2]
        out[2] = a[0] * b[1] - a[1] * b[0]
        return out
    rows = np.empty((max(a.shape[0], b.shape[0]), 3), _joined((a, b)).dtype)
    rows[:, 0] = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    rows[:, 1] = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    rows[:, 2] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return rows


def _length(x, axis=None):
    return np.sqrt(np.square(np.abs(x * 1.0)).sum(axis=axis))


def norm(x, ord=None, axis=None):
    """The length of a vector, or a norm of a matrix."""
    if axis is not None and x.ndim == 2:
        if ord is not None:
            refuse("norm(axis=…) takes no ord in compiled code")
        return _length(x, axis)
    if axis is not None and x.ndim != 1:
        refuse("norm(axis=…) of arrays of more than two dimensions is not supported in compiled code")
    if ord is None or x.ndim == 1 and ord == 2 or x.ndim == 2 and ord == "fro":
        return _length(x)
    if x.ndim == 1:
        if ord == 1:
            return np.abs(x * 1.0).sum()
        if ord == np.inf:
            return np.abs(x * 1.0).max() if x.size > 0 else np.abs(x * 1.0).sum()
        if ord == -np.inf:
            return np.abs(x * 1.0).min()
        if ord == 0:
            s = np.abs(x * 1.0).sum()
            return s.dtype((x != 0).sum())
        return (np.abs(x * 1.0) ** ord).sum() ** (1 / ord)
    if x.ndim == 2:
        refuse("norm(ord=…) of matrices takes None and 'fro' in compiled code")
    refuse("norm(ord=…) of arrays of more than two dimensions is not supported in compiled code")


def _square(a):
    """A copy of a matrix of floats."""
    if a.ndim != 2:
        refuse("functions of np.linalg take matrices in compiled code")
    if a.shape[0] != a.shape[1]:
        raise ValueError("Last 2 dimensions of the array must be square")
    return a * 1.0


def _factor(a, order):
    """Lower and upper factors of the rows in another order, in place of the matrix: the permutation's sign, or 0."""
    n = a.shape[0]
    sign = 1.0
    for i in range(n):
        order[i] = i
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            pivot = k
            most = abs(a[k, k])
            for i in range(k + 1, n):
                if abs(a[i, k]) > most:
                    most = abs(a[i, k])
                    pivot = i
            if a[pivot, k] == 0:
                return 0.0
            if pivot != k:
                sign = -sign
                order[k], order[pivot] = order[pivot], order[k]
                for j in range(n):
                    a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
            d = a[k, k]
            for i in range(k + 1, n):
                f = a[i, k] / d
                a[i, k] = f
                for j in range(k + 1, end):
                    a[i, j] -= f * a[k, j]
        if end < n:
            _solve_lower(a[first:end, first:end], a[first:end, end:n])
            _subtract_product(a[end:n, end:n], a[end:n, first:end], a[first:end, end:n])
    return sign


def _subtract_product(c, a, b):
    c -= a @ b


def _solve_lower(a, b):
    """Solves with the lower factor, whose diagonal is 1, in place of the right sides."""
    n, m = b.shape
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            for i in range(k + 1, end):
                f = a[i, k]
                for j in range(m):
                    b[i, j] -= f * b[k, j]
        if end < n:
            _subtract_product(b[end:n, :m], a[end:n, first:end], b[first:end, :m])


def _solve_upper(a, b):
    """The same with the upper factor."""
    n, m = b.shape
    for last in range(n, 0, -48):
        first = max(last - 48, 0)
        for k in range(last - 1, first - 1, -1):
            d = a[k, k]
            for j in range(m):
                b[k, j] /= d
            for i in range(first, k):
                f = a[i, k]
                for j in range(m):
                    b[i, j] -= f * b[k, j]
        if first > 0:
            _subtract_product(b[:first, :m], a[:first, first:last], b[first:last, :m])


def _solve(lu, x):
    """Solves in place; as parts of themselves the arrays are of the types that the factorisation works on."""
    n, m = x.shape
    _solve_lower(lu[:n, :n], x[:n, :m])
    _solve_upper(lu[:n, :n], x[:n, :m])


def det(a):
    """The determinant."""
    lu = _square(a)
    d = lu.dtype(1) * _factor(lu, np.empty(lu.shape[0], np.int64))
    if d != 0:
        for i in range(lu.shape[0]):
            d *= lu[i, i]
    return d


def solve(a, b):
    """The x for which a @ x is b."""
    lu = _square(a) + np.zeros((1, 1), b.dtype)
    n = lu.shape[0]
    if b.ndim > 2:
        refuse("solve() takes one or two dimensions of right sides in compiled code")
    if len(b) != n:
        raise ValueError("solve: Input operand 1 has a mismatch in its core dimension 0")
    order = np.empty(n, np.int64)
    if _factor(lu, order) == 0:
        raise ValueError("Singular matrix")
    x = np.empty((n, b.shape[1] if b.ndim == 2 else 1), lu.dtype)
    for i in range(n):
        x[i] = b[order[i]]
    _solve(lu, x)
    if b.ndim == 1:
        return x[:, 0].copy()
    return x


def inv(a):
    """The inverse of the matrix."""
    lu = _square(a)
    n = lu.shape[0]
    order = np.empty(n, np.int64)
    if _factor(lu, order) == 0:
        raise ValueError("Singular matrix")
    x = np.zeros((n, n), lu.dtype)
    for i in range(n):
        x[i, order[i]] = 1
    _solve(lu, x)
    return x


def cholesky(a):
    """The lower matrix whose product with its transpose is the matrix."""
    c = _square(a)
    n = c.shape[0]
    for first in range(0, n, 48):
        end = min(first + 48, n)
        for k in range(first, end):
            if not c[k, k] > 0:
                raise ValueError("Matrix is not positive definite")
            d = np.sqrt(c[k, k])
            c[k, k] = d
            for i in range(k + 1, n):
                c[i, k] /= d
            for i in range(k + 1, n):
                f = c[i, k]
                for j in range(k + 1, end):
                    c[i, j] -= f * c[j, k]
        if end < n:
            _subtract_product(c[end:n, end:n], c[end:n, first:end], c[end:n, first:end].T)
    for i in range(n):
        c[i, i + 1 :] = 0
    return c


FUNCTIONS = (
    trace,
    diagonal,
    diag,
    fill_diagonal,
    triu,
    tril,
    kron,
    cross,
)
