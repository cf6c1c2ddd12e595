"""What the rungs over NumPy arrays share: matmul's inputs as arrays, and a small product that sets off a compiler."""

import rung

try:
    import numpy
except ImportError:
    rung.skip("numpy is not installed")


def matrices(run):
    """A (the leading rows), B and a zeroed C."""
    n, rows = run.n, run.part
    A = numpy.fromfile(run.path("A"), run.dtype, rows * n).reshape(rows, n)
    B = numpy.fromfile(run.path("B"), run.dtype, n * n).reshape(n, n)
    return A, B, numpy.zeros((rows, n), run.dtype)


def climb(compiled_matmul):
    """Compile `matmul(A, B, C)` for the run's arrays on a small product, then time it."""
    run = rung.arguments()
    A, B, C = matrices(run)
    C.fill(0)  # touches the pages: fresh ones would be the clock's first
    small = [numpy.ones((4, 4), run.dtype) for _ in range(3)]
    rung.compiled(lambda: compiled_matmul(*small))
    run.measure(lambda: compiled_matmul(A, B, C), lambda: C)
