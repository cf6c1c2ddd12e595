"""linalg: what cannot be done is refused as NumPy refuses it, in the same types; warnings; singular matrices."""

from __future__ import annotations

import numpy
import pytest
from agreement import agree, to_numpy
from linalg_calls import call, hold_all, matrices

import rooftop

SINGULAR = numpy.ones((3, 3))
ONE_SINGULAR = numpy.stack([numpy.eye(3), SINGULAR, numpy.eye(3)])
REFUSED = {
    **{f"{name} of a singular matrix": f"{name}(singular)" for name in ("inv", "tensorinv")},
    "inv of a stack with one": "inv(stack)",
    "solve": "solve(singular, v)",
    "solve a stack with one": "solve(stack, v)",
    "matrix_power": "matrix_power(singular, -2)",
    "cholesky of indefinite": "cholesky(-eye)",
    "cholesky of a stack": "cholesky(-stack)",
    "solve, sizes": "solve(eye, v[:2])",
    "solve, number": "solve(eye, 5)",
    "lstsq, sizes": "lstsq(eye, v[:2])",
    "lstsq, stack": "lstsq(stack, v)",
    "qr, mode": "qr(eye, 'other')",
    "eigh, UPLO": "eigh(eye, 'X')",
    "eigvalsh, UPLO": "eigvalsh(eye, 5)",
    "inv, arguments": "inv(eye, eye)",
    "inv, none": "inv()",
    "inv, name": "inv(b=eye)",
    "matrix_power, float": "matrix_power(eye, 2.0)",
    "matrix_power, not square": "matrix_power(wide, 2)",
    "multi_dot, one": "multi_dot([eye])",
    "multi_dot, sizes": "multi_dot([eye, wide, wide])",
    "multi_dot, sizes of two": "multi_dot([wide, eye])",
    "multi_dot, vector inside": "multi_dot([eye, v, eye])",
    "tensorsolve, sizes": "tensorsolve(wide, v)",
    "pinv, both": "pinv(eye, 0.1, rtol=0.1)",
    "matrix_rank, both": "matrix_rank(eye, 0.1, rtol=0.1)",
    "norm, order of vectors": "norm(v, 'fro')",
    "norm, order of matrices": "norm(eye, 3)",
    "norm, axis": "norm(eye, axis=2)",
    "norm, same axes": "norm(eye, axis=(0, 0))",
    "norm, three axes": "norm(stack, 2, axis=(0, 1, 2))",
    "norm, float axis": "norm(eye, axis=1.5)",
    "norm, rank 3": "norm(stack, 1)",
    "cond, order": "cond(eye, 7)",
    "cond, not square": "cond(wide, 1)",
    "cond, empty": "cond(empty)",
    "cross, lengths": "cross(wide, wide)",
    "outer, matrices": "outer(eye, eye)",
    **{
        f"{name}, {argument}": f"{name}({argument})"
        for name in "inv det slogdet cholesky qr eig eigvals eigh eigvalsh svd svdvals pinv".split()
        for argument in ("v", "wide", "half", "5.0", "'text'", "not_finite", "objects", "None", "empty", "no_stack")
    },
}


def test_refusals():
    values = {
        "singular": SINGULAR,
        "stack": ONE_SINGULAR,
        "eye": numpy.eye(3),
        "v": numpy.ones(3),
        "wide": numpy.arange(6.0).reshape(2, 3),
        "half": numpy.eye(2, dtype="float16"),
        "not_finite": numpy.array([[1.0, numpy.nan], [numpy.inf, 2.0]]),
        "objects": numpy.eye(2, dtype=object),
        "empty": numpy.zeros((0, 0)),
        "no_stack": numpy.zeros((0, 2, 2)),
    }
    hold_all(REFUSED, values, ulps=4)


def test_errors_are_numpys():
    assert rooftop.linalg.LinAlgError is numpy.linalg.LinAlgError
    eye = rooftop.eye(2)
    for words, function in {
        "Singular matrix": lambda: rooftop.linalg.inv(eye * 0),
        "Matrix is not positive definite": lambda: rooftop.linalg.cholesky(-eye),
        "Last 2 dimensions of the array must be square": lambda: rooftop.linalg.det(eye[:1]),
        "Array must not contain infs or NaNs": lambda: rooftop.linalg.eig(eye * rooftop.nan),
    }.items():
        with pytest.raises(numpy.linalg.LinAlgError, match=words):
            function()


def test_determinants_warn_as_numpys_do():
    for text in ("det(big)", "det(small)", "det(nan)", "det(inf)", "slogdet(nan)", "slogdet(inf)", "det(single)", "inv(tiny)"):
        values = {
            "big": numpy.eye(40) * 1e10,
            "small": numpy.eye(40) * 1e-10,
            "nan": numpy.full((3, 3), numpy.nan),
            "inf": numpy.full((4, 4), numpy.inf),
            "single": numpy.eye(10, dtype="float32") * numpy.float32(1e10),
            "tiny": numpy.eye(3, dtype="float32") * numpy.float32(1e-40),
        }
        agree(call(text, values))
    with rooftop.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow encountered in det"):
        rooftop.linalg.det(rooftop.eye(40) * 1e10)


def test_singular_matrices_have_no_determinant_and_no_rank():
    hold_all({text: text for text in ("det(x)", "slogdet(x)", "matrix_rank(x)", "cond(x)", "cond(x, 1)")}, {"x": ONE_SINGULAR})
    hold_all({text: text for text in ("cond(x)", "cond(x, -2)", "pinv(x)")}, {"x": numpy.zeros((2, 2))})


def test_subclasses_are_as_they_were():
    class Named(rooftop.ndarray):
        pass

    x = rooftop.asarray(matrices("float64")["a"]).view(Named)
    for name in ("inv", "det", "norm", "pinv"):
        found = getattr(rooftop.linalg, name)(x)
        numpy.testing.assert_allclose(to_numpy(found), getattr(numpy.linalg, name)(matrices("float64")["a"]), rtol=1e-12)
