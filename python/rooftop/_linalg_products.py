"""Functions of `linalg` that are products of several matrices."""

from __future__ import annotations

from rooftop import _core, _delegate
from rooftop._core import dot, ndarray
from rooftop._linalg_operands import held, held_matrix

_inv = _core._linalg.inv


def matrix_power(a, n):
    """Each of a stack of square matrices to the power of an integer; as numpy.linalg.matrix_power.

    Parameters
    ----------
    a : array_like
    n : int
        Below zero the inverse is taken.

    Returns
    -------
    ndarray

    Raises
    ------
    LinAlgError
        If a matrix is not square, or has no inverse and `n` is negative.
    """
    array = held_matrix(a)
    if array is None or type(n) is not int or n == 0 or array.shape[-1] != array.shape[-2]:
        return _delegate.call("linalg.matrix_power", (a, n), {})
    if n < 0:
        array, n = _inv(array), -n
    if n == 3:  # in NumPy's order
        return array @ array @ array
    square, found = array, None
    while True:
        if n & 1:
            found = square if found is None else found @ square
        n >>= 1
        if n == 0:
            return found
        square = square @ square


def multi_dot(arrays, *, out=None):
    """The product of several matrices, in the order that takes the fewest multiplications; as numpy.linalg.multi_dot.

    Parameters
    ----------
    arrays : sequence of array_like
        The first and the last may be vectors.
    out : ndarray, optional

    Returns
    -------
    ndarray
    """
    factors = [held(array) for array in arrays] if type(arrays) in (list, tuple) else []
    ranks = [0 if factor is None else factor.ndim for factor in factors]
    is_row, is_column = ranks[:1] == [1], ranks[-1:] == [1]
    if len(ranks) < 2 or out is not None or ranks.count(2) != len(ranks) - is_row - is_column:
        return _delegate.call("linalg.multi_dot", (arrays,), {"out": out})
    if len(factors) == 2:
        return dot(*factors)
    if is_row:
        factors[0] = factors[0][None, :]
    if is_column:
        factors[-1] = factors[-1][:, None]
    found = _product_of_three(*factors) if len(factors) == 3 else _product(factors, _best_cuts(factors))
    if is_row and is_column:
        return found[0, 0]
    return found.ravel() if is_row or is_column else found


def _product_of_three(a: ndarray, b: ndarray, c: ndarray) -> ndarray:
    (m, k), (l, n) = a.shape, c.shape
    return dot(dot(a, b), c) if m * l * (k + n) < k * n * (m + l) else dot(a, dot(b, c))


def _best_cuts(factors: list[ndarray]) -> list[list[int]]:
    """Where to cut the part of the chain from factor i to factor j, as [i][j]: the last factor of the left half.

    Source: Cormen et al., Introduction to Algorithms, section 15.2.
    """
    count = len(factors)
    lengths = [factors[0].shape[0], *(factor.shape[1] for factor in factors)]
    costs = [[0] * count for _ in factors]
    cuts = [[0] * count for _ in factors]
    for span in range(1, count):
        for i in range(count - span):
            j = i + span
            around = lengths[i] * lengths[j + 1]
            costs[i][j], cuts[i][j] = min(
                (costs[i][cut] + costs[cut + 1][j] + around * lengths[cut + 1], cut) for cut in range(i, j)
            )
    return cuts


def _product(factors: list[ndarray], cuts: list[list[int]], first: int = 0, last: int = -1) -> ndarray:
    last %= len(factors)
    if first == last:
        return factors[first]
    cut = cuts[first][last]
    return dot(_product(factors, cuts, first, cut), _product(factors, cuts, cut + 1, last))
