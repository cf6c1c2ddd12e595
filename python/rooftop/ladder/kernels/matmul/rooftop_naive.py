"""The naive triple loop under rooftop.jit."""

import rung

try:
    import rooftop

    rooftop.jit  # noqa: B018
except (ImportError, AttributeError) as error:
    rung.skip(f"rooftop.jit cannot be imported: {error}")
import arrays


@rooftop.jit
def matmul(A, B, C):
    n, m, p = A.shape[0], A.shape[1], B.shape[1]
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i, j] += A[i, k] * B[k, j]


try:
    arrays.climb(matmul)
except ImportError as error:  # the compiler is loaded by the first compilation
    rung.skip(f"rooftop.jit cannot be imported: {error}")
