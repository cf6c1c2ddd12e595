"""Compiled functions take rooftop's arrays and scalars, and give them back."""

from __future__ import annotations

import numpy
import pytest

import rooftop as np


@np.jit
def matmul(A, B, C):
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


@np.jit
def parts(a):
    return a[0], a[1:], np.sqrt(a[1]) * np.pi, a


@np.jit
def convert(x):
    return np.float32(x) + np.float32(1)


def test_products_are_written_into_our_memory():
    rng = np.random.default_rng(0)
    a, b = rng.random((40, 30)), rng.random((30, 50))
    c = np.zeros((40, 50))
    matmul(a, b.T.copy().T, c)
    assert np.allclose(c, a @ b)


def test_results_are_of_the_kind_of_the_arguments():
    a = np.arange(4.0)
    first, rest, root, whole = parts(a)
    assert type(first) is np.float64 and first == 0
    assert type(rest) is np.ndarray and rest.base is a
    assert type(root) is np.float64 and whole is a
    theirs = parts(numpy.arange(4.0))
    assert type(theirs[0]) is numpy.float64 and type(theirs[1]) is numpy.ndarray


def test_scalars_keep_their_types():
    assert type(convert(np.float64(2))) is np.float32
    assert type(convert(numpy.float64(2))) is numpy.float32


@np.jit
def corner(a):
    return a[0, -1]


def test_layouts_are_those_of_the_views():
    a = np.zeros((4, 6))
    for view, layout in ((a, "C"), (a[:, 1:], "Inner"), (a.T, "Any")):
        numpys = numpy.asarray(view)
        assert corner.ir(view) == corner.ir(numpys), layout


def test_read_only_arrays_are_not_written():
    a = np.zeros((2, 2))
    c = np.zeros((2, 2))
    c.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        matmul(a, a, c)


def test_annotations_know_our_types():
    @np.jit
    def half(x: np.float32):
        return x / np.float32(2)

    assert type(half(np.float32(3))) is np.float32
    assert half(3.0) == 1.5


def test_new_arrays_in_a_tuple_are_ours():
    @np.jit
    def both(a):
        return a[0, 0], np.sqrt(a)

    first, roots = both(np.full((2, 2), 4.0))
    assert first == 4.0
    assert type(roots) is np.ndarray
    assert roots.tolist() == [[2.0, 2.0], [2.0, 2.0]]
