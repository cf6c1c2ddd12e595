"""The naive triple loop under numba.njit with all that Numba offers for it: prange over rows, parallel, fastmath."""

import rung

try:
    import numba
except ImportError:
    rung.skip("numba is not installed; `rooftop ladder --peers` makes an environment for it")
import arrays


@numba.njit(parallel=True, fastmath=True)
def matmul(A, B, C):
    n, m, p = A.shape[0], A.shape[1], B.shape[1]
    for i in numba.prange(n):
        for j in range(p):
            for k in range(m):
                C[i, j] += A[i, k] * B[k, j]


rung.say("note", "Numba " + numba.__version__)
arrays.climb(matmul)
