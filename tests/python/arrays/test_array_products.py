"""Matrix products: values as NumPy's up to rounding, whatever the shapes and the layouts; errors and odd operands."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading

import numpy
import pytest
from agreement import agree

import rooftop

DTYPES = ["float64", "float32", "complex128", "complex64"]


def matrix(seed: int, shape: tuple[int, ...], dtype: str) -> numpy.ndarray:
    random = numpy.random.default_rng(seed)
    values = random.standard_normal(shape)
    if dtype.startswith("complex"):
        values = values + 1j * random.standard_normal(shape)
    return values.astype(dtype)


def hold_product(left: numpy.ndarray, right: numpy.ndarray) -> None:
    """`left @ right` is within the bound of a sum of products of what NumPy computes."""
    ours = rooftop.asarray(left) @ rooftop.asarray(right)
    theirs = left @ right
    assert isinstance(ours, rooftop.ndarray)
    assert (ours.dtype.name, ours.shape) == (theirs.dtype.name, theirs.shape)
    epsilon = numpy.finfo(left.dtype).eps
    bound = (2 * left.shape[-1] + 4) * epsilon * (abs(left) @ abs(right))
    assert (abs(numpy.asarray(ours) - theirs) <= bound).all(), (left.shape, left.strides, right.shape, right.strides)


@pytest.mark.parametrize("dtype", DTYPES)
def test_squares(dtype):
    step = 3 if dtype.startswith("complex") else 1
    for n in (*range(1, 71, step), 100, 127, 128, 200):
        hold_product(matrix(n, (n, n), dtype), matrix(n + 1, (n, n), dtype))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_squares_of_many_blocks(dtype):
    hold_product(matrix(1, (513, 513), dtype), matrix(2, (513, 513), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_rectangles(dtype):
    for m, k, n in itertools.product([1, 2, 7, 40, 129], [1, 5, 64, 300], [1, 3, 9, 33, 200]):
        hold_product(matrix(m, (m, k), dtype), matrix(n, (k, n), dtype))


def layouts(shape: tuple[int, int], dtype: str) -> dict[str, numpy.ndarray]:
    m, n = shape
    return {
        "rows": matrix(1, (m, n), dtype),
        "columns": matrix(2, (n, m), dtype).T,
        "steps": matrix(3, (2 * m, 3 * n), dtype)[::2, ::3],
        "backwards": matrix(4, (m, n), dtype)[::-1],
        "mirrored": matrix(5, (m, n), dtype)[:, ::-1],
        "part": matrix(6, (m, n + 3), dtype)[:, 2:-1],
        "broadcast": numpy.broadcast_to(matrix(7, (1, n), dtype), (m, n)),
        "unaligned": numpy.frombuffer(b"x" + matrix(8, (m, n), dtype).tobytes(), dtype, offset=1).reshape(m, n),
    }


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(3, 4, 5), (17, 33, 20), (70, 60, 90)])
def test_layouts(sizes, dtype):
    m, k, n = sizes
    for left in layouts((m, k), dtype).values():
        for right in layouts((k, n), dtype).values():
            hold_product(left, right)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 2, 5, 16, 50, 300])
def test_vectors(n, dtype):
    square = matrix(1, (n, n), dtype)
    for vector in (matrix(2, (n,), dtype), matrix(3, (2 * n,), dtype)[::-2], matrix(4, (1,), dtype).repeat(n)):
        for side in (square, square.T):
            hold_product(side, vector)
            hold_product(vector, side)
    hold_product(matrix(5, (n, 1), dtype), matrix(6, (1, n), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [0, 1, 7, 31, 32, 33, 1000, 8192, 8193])
def test_sums_of_products(n, dtype):
    left, right = matrix(1, (n,), dtype), matrix(2, (n,), dtype)
    ours = rooftop.asarray(left) @ rooftop.asarray(right)
    assert isinstance(ours, rooftop.generic) and ours.dtype.name == dtype
    assert abs(complex(ours) - left @ right) <= (2 * n + 4) * numpy.finfo(dtype).eps * (abs(left) @ abs(right))


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_elements(dtype):
    for m, k, n in itertools.product([0, 1, 40], repeat=3):
        agree(lambda np: np.ones((m, k), dtype) @ np.ones((k, n), dtype))
        agree(lambda np: [np.ones((m, k), dtype) @ np.ones(k, dtype), np.ones(k, dtype) @ np.ones((k, n), dtype)])


def test_spellings():
    agree(lambda np: [np.matmul(np.ones((20, 30)), np.ones((30, 9))), np.dot(np.ones((20, 30)), np.ones((30, 9)))])
    agree(lambda np: np.ones((20, 30)).dot(np.ones((30, 9))))


def test_what_is_left_to_numpy():
    agree(lambda np: np.ones((20, 30)) @ np.ones((20, 30)))
    agree(lambda np: np.ones((20, 30)) @ np.ones(20))
    agree(lambda np: np.ones((20, 30)) @ np.ones((30, 20), "f4"))
    agree(lambda np: np.ones((20, 30), int) @ np.ones((30, 20), int))
    agree(lambda np: np.ones((3, 20, 30)) @ np.ones((30, 20)))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [2, 13, 50])
def test_floating_point_errors(n, dtype):
    largest = float(numpy.finfo(dtype).max)
    agree(lambda np: np.full((n, n), largest, dtype) @ np.full((n, n), 2, dtype))
    agree(lambda np: np.full((n, n), np.nan, dtype) @ np.ones((n, n), dtype))
    # Infinities are not invalid, though the lanes beyond an edge multiply them by nothing: NumPy may warn.
    with rooftop.errstate(all="raise"):
        assert bool((rooftop.full((n, n), rooftop.inf, dtype) @ rooftop.ones((n, n), dtype) == rooftop.inf).all())

    def invalid(np):
        with np.errstate(invalid="raise"):
            return np.full((n, n), np.inf, dtype) @ np.zeros((n, n), dtype)

    agree(invalid)


def test_thread_counts_compute_the_same_bits():
    left, right = rooftop.asarray(matrix(1, (300, 200), "float64")), rooftop.asarray(matrix(2, (200, 350), "float64"))
    before, results = rooftop.get_num_threads(), []
    try:
        for threads in (1, 2, 5, 16):
            rooftop.set_num_threads(threads)
            results.append(numpy.asarray(left @ right).tobytes())
    finally:
        rooftop.set_num_threads(before)
    assert len(set(results)) == 1


def test_products_in_several_threads():
    left, right = matrix(1, (150, 150), "float64"), matrix(2, (150, 150), "float64")
    results = []

    def run():
        for _ in range(10):
            results.append(numpy.asarray(rooftop.asarray(left) @ rooftop.asarray(right)).tobytes())

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 40 and len(set(results)) == 1


LEVEL = """
import numpy, rooftop
for dtype in ("float64", "float32", "complex128", "complex64"):
    for m, k, n in ((5, 6, 7), (33, 70, 45), (90, 300, 1), (1, 50, 90), (130, 40, 100)):
        left, right = numpy.arange(m * k).reshape(m, k) % 7 - 3, numpy.arange(k * n).reshape(k, n) % 5 - 2
        left, right = left.astype(dtype), right.astype(dtype)
        for operands in ((left, right), (left[::-1], right[:, ::-1])):
            ours = numpy.asarray(rooftop.asarray(operands[0]) @ rooftop.asarray(operands[1]))
            assert numpy.array_equal(ours, operands[0] @ operands[1]), (dtype, m, k, n)
def gapped(values, step):
    memory = numpy.full(values.shape[:-1] + (values.shape[-1] * step - step + 1,), numpy.nan, values.dtype)
    memory[..., ::step] = values
    return rooftop.asarray(memory)[..., ::step]
random = numpy.random.default_rng(1)
for dtype in ("float64", "float32"):
    for n in [*range(1, 140), 255, 256, 257, 1000, 5000]:
        a, b = random.random(n).astype(dtype), random.random(n).astype(dtype)
        dots = {float(rooftop.dot(gapped(a, i), gapped(b, j))) for i in (1, 2, 3) for j in (1, 2, 3)}
        assert len(dots) == 1 and abs(dots.pop() - float(a @ b)) < 1e-3, (dtype, n)
        rows = random.random((6, n)).astype(dtype)
        if n >= 48:
            sums = {numpy.asarray(gapped(rows, i) @ gapped(b, j)).tobytes() for i in (1, 2) for j in (1, 2, 3)}
            assert len(sums) == 1, (dtype, n)
        for step in (1, 2):
            assert numpy.allclose(numpy.asarray(gapped(rows, step) @ rooftop.asarray(b)), rows @ b, 1e-4), (dtype, n)
"""


@pytest.mark.parametrize("level", ["x86-64-v2", "x86-64-v3", "x86-64-v4"])
def test_levels(level):
    subprocess.run([sys.executable, "-c", LEVEL], check=True, env={**os.environ, "ROOFTOP_CPU": level})
