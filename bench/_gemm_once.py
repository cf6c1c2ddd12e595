"""One process of ./dev bench gemm: the cases of one section, with as many threads as the environment says.

Usage: python _gemm_once.py SECTION ROUNDS SIZE; SIZE is full or quick. Prints one JSON object: the rows, and what was
skipped. Each round measures every contender once, one after the other. On one thread a ratio is the median over the
rounds of the ratios within a round. On several it is that of the best rounds: hosts of virtual machines run two of our
processors on one core for a while, which halves whoever is measured then.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import itertools
import json
import operator
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import _gemm_kernels as kernels
import _quiet
import numpy as np

import rooftop

SLICE = 0.01  # seconds that a contender runs in one round, at least
# What a single thread does counts alone; of several, the time until the last one is done.
THREADS = int(os.environ["ROOFTOP_NUM_THREADS"])
clock = thread_time if THREADS == 1 else perf_counter
Row = dict[str, Any]
Contenders = dict[str, Callable[[], Any]]


class Blas:
    """`C += A @ B` of row-major matrices through cblas, called without NumPy's overhead."""

    ROW_MAJOR, PLAIN = 101, 111

    def __init__(self, name: str, library: ctypes.CDLL, pattern: str, integer: type) -> None:
        self.name = name
        self._functions = {}
        for dtype, letter, real in (("float64", "d", ctypes.c_double), ("float32", "s", ctypes.c_float)):
            function = getattr(library, pattern.format(letter + "gemm"))
            function.argtypes = [ctypes.c_int] * 3 + [integer] * 3
            function.argtypes += [real, ctypes.c_void_p, integer, ctypes.c_void_p, integer]
            function.argtypes += [real, ctypes.c_void_p, integer]
            function.restype = None
            self._functions[dtype] = function

    def gemm(self, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Callable[[], None]:
        """A call with all arguments converted already."""
        function = self._functions[str(c.dtype)]
        (m, k), n = a.shape, b.shape[1]
        pointers = [ctypes.c_void_p(x.ctypes.data) for x in (a, b, c)]
        arguments = (self.ROW_MAJOR, self.PLAIN, self.PLAIN, m, n, k, 1.0, pointers[0], max(1, k))
        arguments += (pointers[1], max(1, n), 1.0, pointers[2], max(1, n))

        def call(_alive: tuple[np.ndarray, ...] = (a, b, c)) -> None:
            function(*arguments)

        return call


PEERS = (("OpenBLAS", "openblas"), ("MKL", "mkl_rt"), ("BLIS", "blis"))


def libraries() -> Iterator[Blas]:
    """Those that this machine has."""
    bundled = sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas64_*.so"))
    if bundled:
        yield Blas("OpenBLAS of NumPy", ctypes.CDLL(str(bundled[0])), "scipy_cblas_{}64_", ctypes.c_int64)
    for name, file in PEERS:
        path = ctypes.util.find_library(file)
        if not path:
            continue
        try:
            yield Blas(name, ctypes.CDLL(path), "cblas_{}", ctypes.c_int)
        except (OSError, AttributeError):
            continue


def absent() -> dict[str, str]:
    """Peers that this machine does not have."""
    found = {blas.name for blas in libraries()}
    return {name: f"no lib{file} on this machine" for name, file in PEERS if name not in found}


def settle_and_warm_up(run: Callable[[], Any]) -> None:
    if THREADS > 1:
        _quiet.settle()
        _quiet.warm_up(run)
    else:
        run()


def compare(contenders: Contenders, rounds: int) -> dict[str, list[float]]:
    """Seconds of one call, for each contender and round."""
    calls = {}
    for name, run in contenders.items():
        settle_and_warm_up(run)
        start = perf_counter()
        run()
        calls[name] = max(1, min(100_000, int(SLICE / max(perf_counter() - start, 1e-9))))
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for index in range(rounds):
        order = list(contenders) if index % 2 == 0 else list(contenders)[::-1]
        for name in order:
            run, repeats = contenders[name], calls[name]
            settle_and_warm_up(run)
            start = clock()
            for _ in range(repeats):
                run()
            times[name].append((clock() - start) / repeats)
    return times


def row(case: str, dtype: str, operations: float, contenders: Contenders, rounds: int) -> Row:
    """The first contender is ours; `ratio` compares with the best of the others."""
    times = compare(contenders, rounds)
    ours, *others = contenders
    if THREADS > 1:
        seconds = {name: min(values) for name, values in times.items()}
        ratios = {name: seconds[name] / seconds[ours] for name in others}
    else:
        seconds = {name: median(values) for name, values in times.items()}
        ratios = {name: median(t / o for t, o in zip(times[name], times[ours], strict=True)) for name in others}
    best = min(ratios, key=ratios.__getitem__)
    return {
        "case": case,
        "dtype": dtype,
        "seconds": seconds,
        "rate": operations / seconds[ours] / 1e9,
        "best rate": operations / seconds[best] / 1e9,
        "best": best,
        "ratio": ratios[best],
        "ratios": ratios,
    }


def noise(dtype: str, *shape: int) -> np.ndarray:
    random = np.random.default_rng(sum(shape))
    real = random.uniform(-1, 1, shape)
    return (real + 1j * random.uniform(-1, 1, shape) if dtype.startswith("complex") else real).astype(dtype)


def verify(got: np.ndarray, expected: np.ndarray, terms: int) -> None:
    tolerance = 8 * np.finfo(got.dtype).eps * max(1, terms)
    largest = max(1.0, float(np.abs(expected).max(initial=0)))
    if not np.allclose(got, expected, rtol=tolerance, atol=tolerance * largest):
        raise SystemExit(f"wrong result: {np.abs(got - expected).max()} off after {terms} terms")


def product_row(case: str, dtype: str, shape: tuple[int, int, int], rounds: int) -> Row:
    m, n, k = shape
    a, b, c = noise(dtype, m, k), noise(dtype, k, n), np.zeros((m, n), dtype)
    kernels.matmul(a, b, c)
    verify(c, a @ b, k)
    contenders: Contenders = {"rooftop": lambda: kernels.matmul(a, b, c)}
    for blas in libraries():
        contenders[blas.name] = blas.gemm(a, b, np.zeros_like(c))
    return row(case, dtype, 2.0 * m * n * k, contenders, rounds)


def square(rounds: int, quick: bool) -> Iterator[Row]:
    sizes = (128, 256, 1000) if quick else (128, 200, 256, 384, 512, 768, 1000, 1024, 1500, 2048, 4096)
    for dtype in ("float64", "float32"):
        for n in sizes:
            yield product_row(str(n), dtype, (n, n, n), 3 if n > 2000 else rounds)


def skinny(rounds: int, quick: bool) -> Iterator[Row]:
    sides = (1, 17, 1000) if quick else (1, 3, 17, 100, 1000, 10000)
    largest = 1e8 if quick else 1e9
    for dtype, m, n, k in itertools.product(("float64", "float32"), sides, sides, sides):
        work = float(m) * n * k
        if 1e4 <= work <= largest and max(m * k, k * n, m * n) <= 2e7:
            few = work >= 1e7 or THREADS > 1  # best rounds need fewer, and warming up takes long
            yield product_row(f"{m} x {n} x {k}", dtype, (m, n, k), min(rounds, 3) if few else rounds)


# Up to this side a call should be so many times as fast as NumPy's.
SMALL_AIMS = ((16, 8.0), (32, 2.0), (128, 1.2))


def small_row(dtype: str, n: int, rounds: int) -> Row:
    a, b, c = noise(dtype, n, n), noise(dtype, n, n), np.zeros((n, n), dtype)
    matmul = kernels.matmul
    matmul(a, b, c)
    verify(c, a @ b, n)
    # Not lambdas: theirs is a Python call more for both.
    contenders: Contenders = {"rooftop": partial(matmul, a, b, c), "NumPy a @ b": partial(operator.matmul, a, b)}
    aim = next(aim for most, aim in SMALL_AIMS if n <= most)
    return row(str(n), dtype, 2.0 * n**3, contenders, rounds) | {"aim": aim}


def small(rounds: int, quick: bool) -> Iterator[Row]:
    for dtype in ("float64", "float32"):
        for n in (4, 16) if quick else (4, 6, 8, 10, 12, 16, 24, 32, 48, 64, 100, 128):
            yield small_row(dtype, n, rounds)


def array_row(dtype: str, n: int, rounds: int) -> Row:
    a, b = noise(dtype, n, n), noise(dtype, n, n)
    x, y = rooftop.asarray(a), rooftop.asarray(b)
    verify(np.asarray(x @ y), a @ b, n)
    contenders: Contenders = {"rooftop": partial(operator.matmul, x, y), "NumPy a @ b": partial(operator.matmul, a, b)}
    is_complex = dtype.startswith("complex")
    aim = None if is_complex else next((aim for most, aim in SMALL_AIMS if n <= most), None)
    return row(str(n), dtype, (8.0 if is_complex else 2.0) * n**3, contenders, rounds) | {"aim": aim}


def arrays(rounds: int, quick: bool) -> Iterator[Row]:
    for dtype in ("float64", "float32", "complex128", "complex64"):
        for n in (4, 16, 64) if quick else (4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 100, 128, 256, 512, 1000):
            yield array_row(dtype, n, rounds)


def batch_row(dtype: str, n: int, rounds: int) -> Row:
    count = 2**21 // n**3 + 8
    a, b, c = noise(dtype, count, n, n), noise(dtype, count, n, n), np.zeros((count, n, n), dtype)
    kernels.batched(a, b, c)
    verify(c, a @ b, n)
    contenders: Contenders = {
        "rooftop": lambda: kernels.batched(a, b, c),
        "NumPy a @ b": lambda: np.matmul(a, b, out=c),
    }
    return row(f"{count} of {n}", dtype, 2.0 * count * n**3, contenders, rounds)


def batch(rounds: int, quick: bool) -> Iterator[Row]:
    for dtype in ("float64", "float32"):
        for n in (8, 32) if quick else (8, 16, 32, 64):
            yield batch_row(dtype, n, rounds)


def form_rows(dtype: str, n: int, rounds: int) -> Iterator[Row]:
    a, b, c, bias = noise(dtype, n, n), noise(dtype, n, n), np.zeros((n, n), dtype), noise(dtype, n)
    d = np.zeros_like(c)

    def layer() -> None:
        np.maximum(np.add(np.matmul(a, b, out=d), bias, out=d), 0, out=d)

    cases: dict[str, tuple[Callable, Callable, float]] = {
        "A.T @ B": (lambda: kernels.matmul_left_transposed(a, b, c), lambda: np.matmul(a.T, b, out=d), 2),
        "A @ B.T": (lambda: kernels.matmul_right_transposed(a, b, c), lambda: np.matmul(a, b.T, out=d), 2),
        "relu(A @ B + bias)": (lambda: kernels.dense_layer(a, b, bias, c), layer, 2),
        "A @ A.T, a triangle": (lambda: kernels.syrk(a, c), lambda: np.matmul(a, a.T, out=d), 1),
    }
    for name, (ours, theirs, work) in cases.items():
        c[:] = 0
        ours()
        theirs()
        triangle = name.endswith("triangle")
        verify(np.tril(c) if triangle else c, np.tril(d) if triangle else d, n)
        yield row(f"{name}, {n}", dtype, work * n**3, {"rooftop": ours, "NumPy": theirs}, rounds)


def forms(rounds: int, quick: bool) -> Iterator[Row]:
    for dtype in ("float64", "float32"):
        for n in (300,) if quick else (256, 1000):
            yield from form_rows(dtype, n, rounds)


def conv(rounds: int, quick: bool) -> Iterator[Row]:
    shapes = ((16, 16, 30, 3),) if quick else ((3, 32, 64, 3), (32, 32, 56, 3), (64, 64, 28, 3), (16, 32, 60, 5))
    for dtype in ("float64", "float32"):
        for channels, outputs, side, width in shapes:
            image = noise(dtype, channels, side + width - 1, side + width - 1)
            weights = noise(dtype, outputs, channels, width, width)
            out = np.zeros((outputs, side, side), dtype)

            def by_blas(image=image, weights=weights, width=width) -> np.ndarray:
                return weights.reshape(len(weights), -1) @ kernels.im2col(image, width, width)

            kernels.convolution(image, weights, out)
            verify(out.reshape(outputs, -1), by_blas(), channels * width * width)
            contenders: Contenders = {
                "rooftop": lambda image=image, weights=weights, out=out: kernels.convolution(image, weights, out),
                "im2col + BLAS": by_blas,
            }
            name = f"{outputs} x {channels} x {width}x{width}, {side}x{side}"
            yield row(name, dtype, 2.0 * out.size * channels * width * width, contenders, rounds)


def semiring(rounds: int, quick: bool) -> Iterator[Row]:
    for dtype in ("float64", "float32"):
        for n in (200,) if quick else (256, 1000):
            a, b, c = noise(dtype, n, n), noise(dtype, n, n), np.full((n, n), np.inf, dtype)
            kernels.min_plus(a, b, c)
            verify(c[0], (a[0, :, None] + b).min(axis=0), 1)
            # As many operations on numbers in registers, by as many elements as the threads share between them.
            x = noise(dtype, 4096)
            length = max(1, n**3 // x.size)
            contenders: Contenders = {
                "rooftop": lambda a=a, b=b, c=c: kernels.min_plus(a, b, c),
                "its ceiling": lambda x=x, length=length: kernels.min_plus_ceiling(x, length),
            }
            yield row(str(n), dtype, 2.0 * n**3, contenders, rounds)


def converted_rows(n: int, rounds: int) -> Iterator[Row]:
    """Products with operands of other types, beside our own of float32 and, where it does not take long, NumPy's."""
    random = np.random.default_rng(n)
    single = [noise("float32", n, n) for _ in range(2)]
    target = np.zeros((n, n), np.float32)
    cases: list[tuple[str, str, Callable]] = [
        ("int8", "int8", kernels.matmul_int32),
        ("uint8", "int8", kernels.matmul_int32),
        ("int16", "int16", kernels.matmul_int32),
        ("float16", "float16", kernels.matmul_float32),
    ]
    for left, right, function in cases:
        pair = []
        for dtype in (left, right):
            whole = random.integers(0 if dtype[0] == "u" else -128, 128, (n, n))
            pair.append((whole / 64 if dtype == "float16" else whole).astype(dtype))
        a, b = pair
        c = np.zeros((n, n), "float32" if left == "float16" else "int32")
        function(a, b, c)
        few = slice(0, max(1, 10**7 // n**2))
        verify_exact(c[few], a[few].astype(c.dtype) @ b.astype(c.dtype), left == "float16", n)
        contenders: Contenders = {
            "rooftop": lambda a=a, b=b, c=c, function=function: function(a, b, c),
            "rooftop float32": lambda: kernels.matmul_float32(*single, target),
        }
        if n <= 256:
            x, y = a.astype(c.dtype), b.astype(c.dtype)
            contenders["NumPy converted"] = lambda x=x, y=y: x @ y
        name = left if left == right else f"{left}, {right}"
        yield row(f"{n}, {name}", str(c.dtype), 2.0 * n**3, contenders, rounds)


def verify_exact(got: np.ndarray, expected: np.ndarray, rounds: bool, terms: int) -> None:
    if rounds:
        verify(got, expected, terms)
    elif not np.array_equal(got, expected):
        raise SystemExit("wrong result of integers")


def converted(rounds: int, quick: bool) -> Iterator[Row]:
    for n in (128,) if quick else (128, 256, 512, 1000, 2048):
        yield from converted_rows(n, max(3, rounds // 3) if n > 1000 else rounds)


def warm_up() -> None:
    """All libraries have started their threads after this."""
    a, b, c = (noise("float64", 1000, 1000) for _ in range(3))
    for run in (partial(kernels.matmul, a, b, c), *(blas.gemm(a, b, c) for blas in libraries())):
        run()


SECTIONS = {
    "square": square,
    "small": small,
    "arrays": arrays,
    "batch": batch,
    "skinny": skinny,
    "forms": forms,
    "conv": conv,
    "converted": converted,
    "semiring": semiring,
}

if __name__ == "__main__":
    section, count, size = sys.argv[1:]
    np.seterr(all="ignore")
    if THREADS > 1:
        warm_up()
        _quiet.spread_threads()
    rows = list(SECTIONS[section](int(count), size == "quick"))
    print(json.dumps({"rows": rows, "skipped": absent()}))
