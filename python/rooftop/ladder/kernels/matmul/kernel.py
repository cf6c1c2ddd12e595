"""C = A B for square matrices of random numbers in [0, 1): the kernel that every tool has an answer to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy

from rooftop.ladder.kernel import Kernel, Rung

FAST = ("-O3", "-march=native")


def inputs(n: int, dtype: str, random: numpy.random.Generator) -> dict[str, numpy.ndarray]:
    """A and B, n x n."""
    kind = numpy.float32 if dtype == "float32" else numpy.float64
    return {name: random.random((n, n), dtype=kind) for name in ("A", "B")}


def reference(arrays: Mapping[str, numpy.ndarray], part: int) -> numpy.ndarray:
    """The first rows of A B, computed in float64 whatever the dtype."""
    return numpy.asarray(numpy.dot(arrays["A"][:part].astype("float64"), arrays["B"].astype("float64")))


def tolerance(n: int, dtype: str, expected: numpy.ndarray) -> numpy.ndarray:
    """The bound that holds for n products added in any order (Higham, Accuracy and Stability, section 3.5).

    |computed - exact| <= n u / (1 - n u) |A| |B|; nothing is negative, so that |A| |B| is the product itself. Twice
    the bound, because the reference is rounded too.
    """
    unit = float(numpy.finfo(dtype).eps) / 2
    return numpy.asarray(2 * n * unit / (1 - n * unit) * expected)


KERNEL = Kernel(
    name="matmul",
    title="C = A B",
    baseline="python-lists",
    slices=("row", "rows"),
    parts=lambda n: n,
    flops=lambda n, part: 2.0 * part * n * n,
    numbers=lambda n: 3 * n * n,
    inputs=inputs,
    reference=reference,
    tolerance=tolerance,
    folder=Path(__file__).parent,
    rungs=(
        Rung("python-lists", "Python, lists, ijk", "python", "python_lists.py", 1.2e7, bytes_per_number=40),
        Rung("python-array", "Python, array.array, ijk", "python", "python_array.py", 1.2e7),
        Rung("pypy", "PyPy, lists, ijk", "pypy", "python_lists.py", 1e8, bytes_per_number=16),
        Rung("java-ijk", "Java, ijk", "java", "Naive.java", 1e8),
        Rung("java-ikj", "Java, ikj", "java", "Interchanged.java", 1e9),
        Rung("numba", "Numba @njit, naive ijk", "numba", "numba_naive.py", 2e8),
        Rung("numba-parallel", "Numba, naive ijk, prange, fastmath", "numba", "numba_parallel.py", 2e8, parallel=True),
        Rung("c-o0", "C -O0, ijk", "c", "naive.c", 2e8, flags=("-O0",)),
        Rung("c-o3", "C -O3 -march=native, ijk", "c", "naive.c", 2e8, flags=FAST),
        Rung("c-ikj", "C -O3 -march=native, ikj", "c", "interchanged.c", 2e9, flags=FAST),
        Rung("c-openmp", "C, ikj, OpenMP", "c", "openmp.c", 2e9, parallel=True, flags=(*FAST, "-fopenmp")),
        Rung(
            "c-divide",
            "C, parallel divide and conquer",
            "c",
            "divide.c",
            1e10,
            parallel=True,
            flags=(*FAST, "-fopenmp"),
            grain=256,
        ),
        Rung(
            "c-blocked",
            "C, blocked, auto-vectorised, OpenMP",
            "c",
            "blocked.c",
            1e10,
            parallel=True,
            flags=(*FAST, "-fopenmp"),
            grain=64,
        ),
        Rung(
            "c-intrinsics",
            "C, packed, AVX intrinsics, OpenMP",
            "c",
            "intrinsics.c",
            3e10,
            parallel=True,
            flags=(*FAST, "-fopenmp"),
            grain=96,
        ),
        Rung("numpy", "NumPy, dot", "python", "numpy_dot.py", 2e10, parallel=True, grain=96),
        Rung(
            "blas",
            "OpenBLAS, cblas gemm from C",
            "c",
            "blas.c",
            2e10,
            parallel=True,
            flags=("-O2",),
            libraries=("-lopenblas",),
            needs="OpenBLAS with its development files (Debian: libopenblas-dev)",
            grain=96,
        ),
        Rung("rooftop", "rooftop @jit, naive ijk", "rooftop", "rooftop_naive.py", 5e8, parallel=True, grain=8),
    ),
)
