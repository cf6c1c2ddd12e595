"""Matmul as the Python tutorial would write it: lists of lists of floats. PyPy runs this same text."""

from array import array

import rung


def matmul(A, B, C):
    n, m, p = len(A), len(B), len(B[0])
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i][j] += A[i][k] * B[k][j]


def rows_of(numbers, columns):
    return [list(numbers[start : start + columns]) for start in range(0, len(numbers), columns)]


def main():
    run = rung.arguments()
    n, rows = run.n, run.part
    A, B = rows_of(run.read("A", rows * n), n), rows_of(run.read("B", n * n), n)
    C = [[0.0] * n for _ in range(rows)]
    small = [[1.0] * 32 for _ in range(32)]
    matmul(small, small, [[0.0] * 32 for _ in range(32)])  # a tracing compiler sees the loops before the clock does
    kind = "d" if run.dtype == "float64" else "f"
    run.measure(lambda: matmul(A, B, C), lambda: array(kind, [number for row in C for number in row]))


main()
