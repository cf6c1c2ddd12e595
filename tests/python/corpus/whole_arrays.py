"""Statements on whole arrays: elementwise arithmetic, products, in-place operators, broadcasting and overlap."""

import numpy as np

from .registry import case, cases, grid, options
from .values import DTYPES, INTEGERS, NAN, REALS, extremes, f64, fortran, i64, layouts, noise, ramp, spaced, vec

NUMBERS = DTYPES[1:]
PAIRS = [(noise((3, 4), d), noise((3, 4), d, 2), np.zeros((3, 4), d)) for d in NUMBERS]


def whole(shape, dtype="float64", seed=1):
    """Small whole numbers: products and sums of them are exact in any order."""
    return np.random.default_rng(seed).integers(0, 8, shape).astype(dtype)


@cases(*PAIRS)
def add(a, b, out):
    out[...] = a + b


# NumPy's loops over complex arrays round in other places than its scalars do.
@options(strict_ulps=64)
@cases(*PAIRS)
def several_operators(a, b, out):
    out[:] = (a - b) * a + 2 * b


@cases(*[(extremes(d), extremes(d)[::-1], np.zeros(len(extremes(d)), d)) for d in NUMBERS])
def extremes_of_arithmetic(a, b, out):
    out[:] = a * b - b


@cases(*[(extremes(d), np.zeros(len(extremes(d)))) for d in INTEGERS])
def true_division_of_integers(a, out):
    out[:] = a / 7


@cases(*[(vec(d, 7, 9, 100, 0), vec(d, 2, 5, 7, 3), np.zeros(4, d)) for d in INTEGERS + REALS])
def floor_division_and_modulo(a, b, out):
    out[:] = a // b
    out += a % b


@cases(*[(vec(d, 7, 0, 100), vec(d, 0, 0, 7), np.zeros(3, d)) for d in INTEGERS])
def division_by_zero(a, b, out):
    out[:] = a // b + a % b


@options(strict_ulps=2)
@grid([noise((4,), d) for d in NUMBERS if d[0] != "u"])
def negative_and_absolute(a):
    a[:] = -a
    a[1:] = abs(a[1:])


@grid([noise((5,), d) for d in INTEGERS])
def bits(a):
    a[:] = (a & 12) | (a ^ 5)
    a[:2] = ~a[:2]
    a <<= 1


@grid([noise((6,), d) for d in NUMBERS if "complex" not in d], (0, 3, 50))
def python_numbers_are_weak(a, x):
    a[:] = a + x
    a *= 2


@cases((vec("int8", 1, 2), 300), (vec("uint8", 1, 2), -1), (vec("int8"), 300), (vec("int64", 1), 300))
def python_number_that_does_not_fit(a, x):
    a[:] = a + x


@cases((f64(1, 2, 3), i64(4, 5, 6)), (f64(1.5, NAN), vec("uint8", 3, 4)))
def mixed_types(a, b):
    a[:] = b
    a -= b / 2
    b[:] = b * 2 + True


@cases((f64(1, NAN, 3, -0.0), f64(2, 2, 3, 0.0), np.zeros(4, "bool")))
def comparisons(a, b, out):
    out[:] = a < b
    out |= a == b
    out &= ~(a != a)


@grid([noise((3, 4)), fortran(noise((3, 4)))], [f64(1, 2, 3, 4), f64(5), np.ones((3, 1)), np.ones((1, 4)), np.array(7.0)])
def broadcast(a, b):
    a[...] = a * 2 + b


@grid([ramp((2, 3)), ramp((1, 3)), ramp((2, 1))], [ramp((2, 3)), ramp((3,)), ramp((2, 1)), ramp((1, 1))])
def broadcast_in_place(a, b):
    a += b


@cases((ramp((2, 3)), ramp((2, 4)), ramp((2, 3))), (ramp((2, 3)), ramp((2,)), ramp((2, 3))), (f64(1, 2), f64(1, 2, 3), f64(1, 2)))
def shapes_that_do_not_fit(a, b, out):
    out[...] = a + b


@cases((f64(1, 2, 3), f64(1, 2)), (ramp((2, 3)), ramp((2, 4))))
def result_that_does_not_fit(a, out):
    out[...] = a * 2


@grid([f64(1, 2, 3, 4, 5), spaced(f64(1, 2, 3, 4, 5), -2)])
def overlap_forwards_and_backwards(a):
    a[1:] = a[:-1] + 1
    a[:-1] = a[1:] * 2
    a[:] = a[::-1] - a
    a[2:] += a[:-2]


@grid(layouts(noise((3, 4))))
def every_layout(a):
    a[:] = a * a + a
    a[1:] -= a[0]
    a[:, 1] = a[:, 0] + a[:, 2]
    a[0] = a[0, ::-1]


@cases((ramp((4, 4)),))
def transposed_onto_itself(a):
    a[:] = a.T + a


@cases((noise((3, 4)), noise((4,)), 2.5))
def functions_of_elements(a, b, x):
    a[:] = np.maximum(a, b) + np.minimum(b, x)
    a[0] = np.sqrt(np.abs(a[0])) + np.add(a[1], b)
    np.multiply(a, b, out=a)


@cases(*[(whole((3, 4), d), whole((4, 2), d, 2), np.zeros((3, 2), d)) for d in NUMBERS])
def product_of_matrices(a, b, out):
    out[:] = a @ b


@cases(*[(whole((3, 4)), whole((4, 2), "float32"), np.zeros((3, 2))), (whole((2, 3), "int8"), whole((3, 2), "int64"), np.zeros((2, 2), "int64"))])
def product_of_types(a, b, out):
    out[...] = 2 * (a @ b) - 1


@cases((noise((3, 4), "bool"), noise((4, 3), "bool", 2), np.zeros((3, 3), "bool")))
def product_of_truths(a, b, out):
    out[...] = a @ b


@cases((whole((3, 4)), whole((4,)), whole((3,))), (whole((0, 4)), whole((4,)), whole((0,))), (whole((3, 0)), whole((0,)), whole((3,))))
def matrix_and_vector(a, x, y):
    y[:] = a @ x
    y += np.dot(a, x)
    x[:] = y @ a


@cases((whole((5, 2, 3)), whole((5, 3, 4)), np.zeros((5, 2, 4))), (whole((1, 2, 3)), whole((5, 3, 4)), np.zeros((5, 2, 4))), (whole((2, 3)), whole((5, 3, 4)), np.zeros((5, 2, 4))))
def batches(a, b, out):
    out[...] = a @ b


@cases((whole((3, 4)), whole((3, 4)), np.zeros((3, 4))), (whole((3,)), whole((4,)), np.zeros((4,))))
def products_that_do_not_fit(a, b, out):
    out[...] = a @ b


@cases((whole((3, 4)), whole((3, 4))), (whole((3, 4)), whole((3,))), (whole((3,)), whole((4, 2))))
def dots_that_do_not_fit(a, b):
    a[...] = np.dot(a, b)


@cases((whole((3,)), whole((4,))))
def dot_that_does_not_fit(a, b):
    return np.dot(a, b)


@cases((whole((4,)), whole((4,), seed=2)), (whole((4,), "int32"), whole((4,), "int32")), (f64(), f64()), (spaced(whole((5,)), -1), whole((5,))))
def products_of_vectors(x, y):
    return np.dot(x, y), x @ y, x.dot(y), np.inner(x, y), np.vdot(x, y)


@cases((whole((4,), "complex128") * 1j, whole((4,), "complex128") + 2j))
def products_of_complex_vectors(x, y):
    return np.dot(x, y), np.vdot(x, y)


@cases((whole((2, 3, 4)), whole((5, 4, 3)), np.zeros((2, 3, 5, 3)), np.zeros((2, 3, 5))))
def dot_of_many_dimensions(a, b, out, partial):
    out[...] = np.dot(a, b)
    partial[...] = np.dot(a, b[:, :, 0].T)
    partial[...] += np.inner(a, b[:, :, 1])


@cases((whole((3, 4)), whole((3,)), whole((4,), seed=3)))
def outer_products(a, x, y):
    a += np.outer(x, y)
    a -= 2 * np.outer(x, y)


@cases((whole((3, 3)), whole((3, 3), seed=2)))
def products_onto_operands(a, b):
    a[:] = a @ b
    b[:] = a + b @ a
    a[:] = a @ a
    b[1:] = b[:-1] @ a


@cases((whole((3, 4)), whole((4, 2)), whole((2, 3)), np.zeros((3, 3))))
def products_of_products(a, b, c, out):
    out[:] = a @ b @ c
    out += a @ (b @ c)


@cases((whole((3, 4)), whole((4, 5)), whole((5,)), np.zeros((3, 5))))
def epilogues(a, b, bias, out):
    out[:] = np.maximum(a @ b + bias, 3.0)
    out *= 0.5
    out -= a @ b


@cases((whole((3, 4)), whole((4, 5)), np.zeros((3, 5))))
def prologues(a, b, out):
    out[:] = (a * 2) @ (b + 1)
    out += (a.T + 1).T @ b


@cases((whole((3, 4)), whole((4, 5)), np.zeros((3, 5))), (whole((3, 1)), whole((4, 5)), np.zeros((3, 5))))
def einsum_of_matrices(a, b, out):
    out[:] = np.einsum("ij,jk->ik", a, b)
    out += np.einsum("ij,jk", a, b)
    out -= np.einsum("ij,jk->ki", a, b).T


@cases((whole((4, 4)), whole((4,)), np.zeros((4,))))
def einsum_of_one(a, x, out):
    out[:] = np.einsum("ii->i", a)
    out += np.einsum("ij->j", a)
    out += np.einsum("ij,j->i", a, x)
    return np.einsum("ii", a), np.einsum("ij->", a), np.einsum("i,i", x, x)


@cases((whole((2, 3, 4)), whole((2, 4, 3)), np.zeros((2, 3, 3))))
def einsum_of_batches(a, b, out):
    out[:] = np.einsum("bij,bjk->bik", a, b)
    np.einsum("bij,bjk->bik", a, b, out=out)


@cases((whole((3, 4)), whole((4, 2)), np.zeros((3, 2))))
def products_into_out(a, b, out):
    np.dot(a, b, out=out)
    np.matmul(a, b, out=out)
    return out[0, 0]


@cases((whole((6, 6)) + 9 * np.eye(6),))
@options(strict_ulps=2, atol=1e-12)
def factorisation(a):
    n = a.shape[0]
    for k in range(n):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])


@cases((whole((5, 7)), whole((7, 6)), np.zeros((5, 6))))
def rows_of_a_product(a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            c[i, :] += a[i, k] * b[k, :]
    for i in range(a.shape[0]):
        c[i] += a[i] @ b
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            c[i, j] -= np.dot(a[i], b[:, j])
    for k in range(a.shape[1]):
        c += np.outer(a[:, k], b[k])


@cases((f64(1, 2, 3),), (f64(),))
def attributes(a):
    return (a + 1).shape, (a * 2).ndim, (a - a).size


@cases((vec("int64", 2, 3), vec("int64", 2, -1)), (vec("int64", 2, 3), vec("int64", 2, 1)))
def powers_that_raise(a, b):
    a[:] = a**b


@cases((i64(1, 2, 3), 2), (f64(1, 2, 3), 0.5))
def powers(a, x):
    a[:] = a**x + a**2


@case(f64(1, 2), f64(3, 4))
def value_before_place(a, b):
    i = 0
    a[:] = a + b[i]
    b[:], a[:] = a[::-1], b[::-1]


@cases((f64(1, 2), f64(3, 4)))
def several_targets(a, b):
    a[:] = b[:] = a + 1
    b[1:] = a[:1] = b[:1] * 2 + a[1]
