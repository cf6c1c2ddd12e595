"""What the tests of contractions share: operands, loops that several files use, and the comparison with Python."""

from __future__ import annotations

import numpy as np

import rooftop

# Of a product: rows, columns, terms.
SHAPES = [(1, 1, 1), (13, 29, 17), (7, 66, 300), (40, 9, 31), (37, 45, 53), (0, 5, 3), (5, 0, 3), (5, 7, 0)]


def noise(*shape, dtype="float64", low=-40):
    values = np.random.default_rng(sum(shape) + len(shape)).integers(low, 40, shape)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return values > 20
    if kind == "c":
        return (values / 8 + 1j * values[..., ::-1] / 16).astype(dtype)
    return (values / 8).astype(dtype) if kind == "f" else values.astype(dtype)


def operands(n, p, m, dtypes=("float64",) * 3, low=-40):
    """A (n x m), B (m x p) and C (n x p)."""
    return [noise(*shape, dtype=dtype, low=low) for shape, dtype in zip(((n, m), (m, p), (n, p)), dtypes, strict=True)]


def product(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def subtracted(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] -= A[i, k] * B[k, j]


def strict(function):
    return rooftop.jit(fp_model="strict")(function)


def copies(args):
    """With the strides that they have, also in Fortran's order."""
    return [a.copy(order="K") if isinstance(a, np.ndarray) else a for a in args]


def layout(a):
    """What a specialisation depends on."""
    return (a.dtype, a.ndim, a.flags.c_contiguous, a.flags.f_contiguous) if isinstance(a, np.ndarray) else type(a)


class Contractions:
    """Compilations with what they print: it holds what the pass `contract` made."""

    def __init__(self, capture):
        self._capture = capture
        self._compiled = {}

    def compile(self, function, *args):
        """The function, compiled by a call with copies of the arguments, and whether its loops became a contraction."""
        compiled = strict(function)
        self._capture.readouterr()
        compiled(*copies(args))
        return compiled, "%acc" in self._capture.readouterr().err

    def check(self, function, *args, recognised=True):
        """Runs the function compiled and in Python on copies of the arguments, which must end alike."""
        expected = copies(args)
        with np.errstate(all="ignore"):
            result = function(*expected)
        key = function, *map(layout, args)
        if key not in self._compiled:
            self._compiled[key] = self.compile(function, *args)
        compiled, found = self._compiled[key]
        assert found == recognised
        got = copies(args)
        for a, g in zip(args, got, strict=True):
            if isinstance(a, np.ndarray):
                assert a.strides == g.strides or a.size == 0
        assert compiled(*got) == result
        for e, g in zip(expected, got, strict=True):
            assert np.array_equal(e, g, equal_nan=e.dtype.kind in "fc") if isinstance(e, np.ndarray) else e == g
