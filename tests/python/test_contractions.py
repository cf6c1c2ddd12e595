"""Contractions in every form: what is recognised, and that the result is the plain loops', bit for bit under strict."""

from __future__ import annotations

import numpy as np
import pytest

import rooftop


def noise(*shape, dtype="float64", low=-40):
    values = np.random.default_rng(sum(shape) + len(shape)).integers(low, 40, shape)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return values > 20
    if kind == "c":
        return (values / 8 + 1j * values[..., ::-1] / 16).astype(dtype)
    return (values / 8).astype(dtype) if kind == "f" else values.astype(dtype)


@pytest.fixture(autouse=True)
def printed(capfd, monkeypatch):
    """Compilations print what the pass `contract` made, for `kernel` to see."""
    monkeypatch.setenv("ROOFTOP_PRINT", "after:contract")
    monkeypatch.setattr(kernel, "capture", capfd, raising=False)


def kernel(function, *args):
    """The function, compiled by a call with copies of the arguments, and whether its loops became a contraction."""
    compiled = rooftop.jit(fp_model="strict")(function)
    kernel.capture.readouterr()
    compiled(*(a.copy(order="K") if isinstance(a, np.ndarray) else a for a in args))
    return compiled, "%acc" in kernel.capture.readouterr().err


def check(function, *args, recognised=True):
    """Runs the function compiled and in Python on copies of the arguments, which must end alike."""
    expected = [a.copy(order="K") if isinstance(a, np.ndarray) else a for a in args]
    with np.errstate(all="ignore"):
        result = function(*expected)
    compiled, found = kernel(function, *args)
    assert found == recognised
    got = [a.copy(order="K") if isinstance(a, np.ndarray) else a for a in args]
    for a, g in zip(args, got, strict=True):
        if isinstance(a, np.ndarray):
            assert a.strides == g.strides or a.size == 0
    assert compiled(*got) == result
    for e, g in zip(expected, got, strict=True):
        assert np.array_equal(e, g, equal_nan=e.dtype.kind in "fc") if isinstance(e, np.ndarray) else e == g


SHAPES = [(1, 1, 1), (13, 29, 17), (7, 66, 300), (40, 9, 31), (0, 5, 3), (5, 0, 3), (5, 7, 0)]

# ---------------------------------------------------------------- loop orders

ORDER = """
def {order}(A, B, C):
    n, p, m = C.shape[0], C.shape[1], A.shape[1]
    for {0} in range({1}):
        for {2} in range({3}):
            for {4} in range({5}):
                C[i, j] += A[i, k] * B[k, j]
"""


@pytest.mark.parametrize("order", ["ijk", "ikj", "jik", "jki", "kij", "kji"])
def test_loop_orders(order, tmp_path, monkeypatch):
    parts = [x for v in order for x in (v, {"i": "n", "j": "p", "k": "m"}[v])]
    (tmp_path / f"order_{order}.py").write_text(ORDER.format(*parts, order=order))
    monkeypatch.syspath_prepend(tmp_path)
    function = getattr(__import__(f"order_{order}"), order)
    for n, p, m in SHAPES:
        check(function, noise(n, m), noise(m, p), noise(n, p))


# ---------------------------------------------------------------- starts, signs, ends


def accumulator(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s


def zeroed_element(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def zeroed_row(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def zeroed_before(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.0
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def subtracted(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] -= A[i, k] * B[k, j]


def scaled(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.5 * C[i, j]
            for k in range(A.shape[1]):
                C[i, j] += 1.25 * A[i, k] * B[k, j]


def alpha_beta(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = 1.25 * s + 0.5 * C[i, j]


def relu(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = B[0, j]
            for k in range(1, A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s if s > 0.0 else 0.0


def relu_by_if(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = max(s + 0.25, 0.0)


def named_parts(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            a = A[i, k]
            for j in range(C.shape[1]):
                C[i, j] = C[i, j] + a * B[k, j]


def horner(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(A.shape[1]):
                s = s * B[k, j] + A[i, k]
            C[i, j] = s


STARTS = [accumulator, zeroed_element, zeroed_row, zeroed_before, subtracted, scaled, alpha_beta, relu_by_if,
          named_parts, horner]  # fmt: skip


@pytest.mark.parametrize("function", STARTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_starts_and_ends(function, shape):
    n, p, m = shape
    check(function, noise(n, m), noise(m, p), noise(n, p))


def test_a_start_from_an_operand():
    check(relu, noise(13, 300), noise(300, 29), noise(13, 29))


# ---------------------------------------------------------------- operands and targets in memory


def product(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def left_transposed(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[0]):
                C[i, j] += A[k, i] * B[k, j]


def both_transposed(A, B, C):
    for i in range(C.shape[1]):
        for j in range(C.shape[0]):
            for k in range(A.shape[0]):
                C[j, i] += A[k, i] * B[j, k]


LAYOUTS = {
    "C": lambda a: a,
    "Fortran": np.asfortranarray,
    "every second": lambda a: np.repeat(np.repeat(a, 2, 0), 2, 1)[::2, ::2],
    "rows apart": lambda a: np.concatenate([a, a], 1)[:, : a.shape[1]],
    "backwards": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
}


@pytest.mark.parametrize("target", LAYOUTS)
@pytest.mark.parametrize("operand", LAYOUTS)
@pytest.mark.parametrize("shape", [(13, 29, 17), (40, 9, 300), (6, 0, 4), (1, 70, 5)], ids=str)
def test_layouts(target, operand, shape):
    n, p, m = shape
    A, B, C = LAYOUTS[operand](noise(n, m)), LAYOUTS[operand](noise(m, p)), noise(n, p)
    compiled, found = kernel(product, A, B, LAYOUTS[target](C))
    assert found
    expected, got = C.copy(), LAYOUTS[target](C.copy())
    product(A, B, expected)
    compiled(A, B, got)
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("shape", [(13, 29, 17), (40, 9, 300)], ids=str)
def test_transposed_operands(shape):
    n, p, m = shape
    check(left_transposed, noise(m, n), noise(m, p), noise(n, p))
    check(both_transposed, noise(m, n), noise(p, m), noise(p, n))


def test_elements_that_share_memory_keep_the_order():
    base = noise(20)
    for shape, strides in (((6, 10), (8, 8)), ((6, 10), (0, 8)), ((6, 10), (16, 8))):
        results = []
        for function in (product, rooftop.jit(fp_model="strict")(product)):
            memory = base.copy()
            function(noise(6, 5), noise(5, 10), np.lib.stride_tricks.as_strided(memory, shape, strides))
            results.append(memory)
        assert np.array_equal(*results)


def test_a_target_that_is_an_operand():
    for use in (lambda a: (a, a, a), lambda a: (a, a.T, a), lambda a: (a[::-1], a, a), lambda a: (a[:, ::-1], a, a)):
        results = []
        for function in (product, rooftop.jit(fp_model="strict")(product)):
            a = noise(9, 9)
            function(*use(a))
            results.append(a)
        assert np.array_equal(*results, equal_nan=True)


def other_block(A, s):
    for i in range(s, A.shape[0]):
        for j in range(s, A.shape[1]):
            for k in range(s):
                A[i, j] -= A[i, k] * A[k, j]


@pytest.mark.parametrize("s", [0, 1, 5, 16, 40])
def test_other_parts_of_the_target(s):
    check(other_block, noise(40, 43), s)


def overlapping_block(A, low, high):
    for i in range(4, A.shape[0]):
        for j in range(3, A.shape[1]):
            for k in range(low, high):
                A[i, j] = A[i, j] * 0.5 + A[i, k] * A[k, j]


@pytest.mark.parametrize("bounds", [(0, 3), (0, 4), (2, 9), (0, 20)])
def test_parts_of_the_target_that_overlap(bounds):
    check(overlapping_block, noise(20, 20), *bounds)


# ---------------------------------------------------------------- triangles and bands


def syrk_lower(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i + 1):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * A[j, k]


def syrk_upper(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i, C.shape[0]):
            s = 0.5
            for k in range(A.shape[1]):
                s += A[i, k] * A[j, k]
            C[i, j] = s + 0.25 * C[i, j]


def trmm_lower(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = 0.0
            for k in range(i + 1):
                s += A[i, k] * B[k, j]
            C[i, j] = s


def trmm_upper(A, B, C):
    for i in range(C.shape[0]):
        for k in range(i, A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def trmm_terms_outside(A, B, C):
    for k in range(A.shape[1]):
        for i in range(k, C.shape[0]):
            for j in range(C.shape[1]):
                C[i, j] -= A[i, k] * B[k, j]


def trmm_right(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[i, j] = 0.125
            for k in range(j):
                C[i, j] += A[i, k] * B[k, j]


def both_triangular(A, B, C):
    for i in range(C.shape[0]):
        for j in range(i + 1):
            for k in range(j, i + 1):
                C[i, j] += A[i, k] * B[k, j]


def banded(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(max(0, i - 3), min(A.shape[1], i + 5)):
                C[i, j] += A[i, k] * B[k, j]


TRIANGLES = [syrk_lower, syrk_upper, trmm_lower, trmm_upper, trmm_terms_outside, trmm_right, both_triangular, banded]


@pytest.mark.parametrize("function", TRIANGLES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [0, 1, 2, 7, 41, 70])
def test_triangles(function, n):
    check(function, noise(n, n), noise(n, n), noise(n, n))


@pytest.mark.parametrize("function", [syrk_lower, trmm_upper, trmm_terms_outside], ids=lambda f: f.__name__)
def test_triangles_with_many_terms(function):
    n, m = (17, 700) if function is syrk_lower else (300, 300)
    check(function, noise(n, m), noise(m, 9), noise(n, n if function is syrk_lower else 9))


# ---------------------------------------------------------------- more and fewer dimensions


def batched(A, B, C):
    for b in range(C.shape[0]):
        for i in range(C.shape[1]):
            for j in range(C.shape[2]):
                for k in range(A.shape[2]):
                    C[b, i, j] += A[b, i, k] * B[b, k, j]


def shared_right(A, B, C):
    for b in range(C.shape[0]):
        for i in range(C.shape[1]):
            for j in range(C.shape[2]):
                s = 0.0
                for k in range(A.shape[2]):
                    s += A[b, i, k] * B[0, k, j]
                C[b, i, j] = s


@pytest.mark.parametrize("function", [batched, shared_right])
@pytest.mark.parametrize("shape", [(1, 5, 6, 7), (5, 8, 8, 8), (3, 17, 21, 40), (0, 3, 3, 3)], ids=str)
def test_batches(function, shape):
    b, n, p, m = shape
    check(function, noise(b, n, m), noise(max(b, 1), m, p), noise(b, n, p))


def matrix_vector(A, x, y):
    for i in range(y.shape[0]):
        s = 0.0
        for k in range(x.shape[0]):
            s += A[i, k] * x[k]
        y[i] = s


def vector_matrix(A, x, y):
    for k in range(x.shape[0]):
        for j in range(y.shape[0]):
            y[j] += x[k] * A[k, j]


@pytest.mark.parametrize("shape", [(1, 1), (7, 300), (100, 33), (0, 4), (4, 0), (1000, 9)])
def test_matrix_and_vector(shape):
    n, m = shape
    check(matrix_vector, noise(n, m), noise(m), noise(n))
    check(vector_matrix, noise(n, m), noise(n), noise(m))


def convolution_1d(x, w, y):
    for i in range(y.shape[0]):
        for k in range(w.shape[0]):
            y[i] += x[i + k] * w[k]


def convolution_2d(x, w, y):
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            s = 0.0
            for r in range(w.shape[0]):
                for c in range(w.shape[1]):
                    s += x[i + r, j + c] * w[r, c]
            y[i, j] = s


def convolution_layer(x, w, y):
    for o in range(y.shape[0]):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                for c in range(x.shape[0]):
                    for r in range(w.shape[2]):
                        for s in range(w.shape[3]):
                            y[o, i, j] += w[o, c, r, s] * x[c, i + r, j + s]


@pytest.mark.parametrize("n", [1, 5, 64, 333])
def test_convolutions(n):
    check(convolution_1d, noise(n + 6), noise(7), noise(n))
    check(convolution_2d, noise(9 + 2, n + 4), noise(3, 5), noise(9, n))
    check(convolution_layer, noise(3, 6, n + 2), noise(8, 3, 3, 3), noise(8, 4, n))


# ---------------------------------------------------------------- other algebras


def min_plus(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] = min(C[i, j], A[i, k] + B[k, j])


def min_plus_by_if(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                d = A[i, k] + B[k, j]
                if d < C[i, j]:
                    C[i, j] = d


def min_plus_conditional(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                d = A[i, k] + B[k, j]
                best = d if d < best else best
            C[i, j] = best


def max_times(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                best = max(A[i, k] * B[k, j], best)
            C[i, j] = best


def max_plus(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            best = C[i, j]
            for k in range(A.shape[1]):
                if A[i, k] + B[k, j] > best:
                    best = A[i, k] + B[k, j]
            C[i, j] = best


SEMIRINGS = [min_plus, min_plus_by_if, min_plus_conditional, max_times, max_plus]


@pytest.mark.parametrize("function", SEMIRINGS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32"])
def test_semirings(function, dtype):
    for n, p, m in SHAPES:
        A, B, C = (noise(*shape, dtype=dtype) for shape in ((n, m), (m, p), (n, p)))
        if A.size > 3 and dtype.startswith("float"):
            A.flat[3] = np.nan
        check(function, A, B, C)


def reachable(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] |= A[i, k] & B[k, j]


def parity(A, B, C):
    for i in range(C.shape[0]):
        for k in range(A.shape[1]):
            for j in range(C.shape[1]):
                C[i, j] ^= A[i, k] & B[k, j]


@pytest.mark.parametrize("function", [reachable, parity])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64"])
def test_logic(function, dtype):
    for n, p, m in SHAPES:
        check(function, noise(n, m, dtype=dtype, low=0), noise(m, p, dtype=dtype, low=0), noise(n, p, dtype=dtype, low=0))


# ---------------------------------------------------------------- element types

DTYPES = ["float32", "float64", "complex64", "complex128", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
          "uint64"]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", [product, subtracted], ids=lambda f: f.__name__)
def test_element_types(dtype, function):
    low = 0 if dtype.startswith("u") else -40
    for n, p, m in SHAPES:
        with np.errstate(over="ignore"):
            check(function, *(noise(*s, dtype=dtype, low=low) for s in ((n, m), (m, p), (n, p))))


@pytest.mark.parametrize(
    "types", [("float32", "float32", "float64"), ("float64", "float64", "float32"), ("int8", "int8", "int32"),
              ("float64", "float32", "float64"), ("int32", "float64", "float64"), ("uint8", "int8", "int32"),
              ("float64", "complex128", "complex128"), ("int16", "int16", "int64")], ids=str
)  # fmt: skip
def test_mixed_element_types(types):
    for n, p, m in SHAPES:
        A, B, C = (noise(*s, dtype=t, low=0) for s, t in zip(((n, m), (m, p), (n, p)), types, strict=True))
        check(product, A, B, C)


def widened(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.float64(0.0)
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = s


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums_wider_than_the_target(shape):
    n, p, m = shape
    check(widened, noise(n, m, dtype="float32"), noise(m, p, dtype="float32"), noise(n, p, dtype="float32"))


# ---------------------------------------------------------------- what stays as it is


def floyd_warshall(d):
    for k in range(d.shape[0]):
        for i in range(d.shape[0]):
            for j in range(d.shape[0]):
                d[i, j] = min(d[i, j], d[i, k] + d[k, j])


def guarded_read(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                if k < B.shape[0]:
                    C[i, j] += A[i, k] * B[k, j]


def earlier_element(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            start = C[i, j]
            for k in range(A.shape[1]):
                C[i, j] += start * B[k, j]


def test_not_contractions():
    check(floyd_warshall, noise(17, 17), recognised=False)
    check(guarded_read, noise(5, 20), noise(11, 9), noise(5, 9), recognised=False)
    check(earlier_element, noise(5, 7), noise(7, 9), noise(5, 9), recognised=False)


# ---------------------------------------------------------------- errors keep their place


def test_an_operand_that_is_too_short_raises_after_the_same_stores():
    results = []
    for function in (product, rooftop.jit(fp_model="strict")(product)):
        C = noise(6, 7)
        with pytest.raises(IndexError):
            function(noise(6, 5), noise(4, 7), C)
        results.append(C)
    assert np.array_equal(*results)
