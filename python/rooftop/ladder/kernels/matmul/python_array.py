"""Matmul over array.array: the standard library's flat arrays of machine numbers, subscripts worked out by hand."""

from array import array

import rung


def matmul(A, B, C, n, m, p):
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i * p + j] += A[i * m + k] * B[k * p + j]


def main():
    run = rung.arguments()
    n, rows = run.n, run.part
    A, B = run.read("A", rows * n), run.read("B", n * n)
    C = array(A.typecode, bytes(A.itemsize * rows * n))
    run.measure(lambda: matmul(A, B, C, rows, n, n), lambda: C)


main()
