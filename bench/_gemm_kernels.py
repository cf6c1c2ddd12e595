"""Plain loops of `./dev bench gemm`, as a beginner writes them, and what their results are compared with."""

from __future__ import annotations

import _kernels
import numpy as np

import rooftop

matmul = rooftop.jit(_kernels.matmul)


@rooftop.jit
def matmul_left_transposed(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[0]):
                C[i, j] += A[k, i] * B[k, j]


@rooftop.jit
def matmul_right_transposed(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[j, k]


@rooftop.jit
def dense_layer(A, B, bias, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = bias[j]
            for k in range(A.shape[1]):
                s += A[i, k] * B[k, j]
            C[i, j] = max(s, 0.0)


@rooftop.jit
def matmul_int32(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.int32(0)
            for k in range(A.shape[1]):
                s += np.int32(A[i, k]) * np.int32(B[k, j])
            C[i, j] = s


@rooftop.jit
def matmul_float32(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            s = np.float32(0)
            for k in range(A.shape[1]):
                s += np.float32(A[i, k]) * np.float32(B[k, j])
            C[i, j] = s


@rooftop.jit
def syrk(A, C):
    for i in range(A.shape[0]):
        for j in range(i + 1):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * A[j, k]


@rooftop.jit
def batched(A, B, C):
    for b in range(C.shape[0]):
        for i in range(C.shape[1]):
            for j in range(C.shape[2]):
                for k in range(A.shape[2]):
                    C[b, i, j] += A[b, i, k] * B[b, k, j]


@rooftop.jit
def convolution(image, weights, out):
    for o in range(out.shape[0]):
        for y in range(out.shape[1]):
            for x in range(out.shape[2]):
                for c in range(image.shape[0]):
                    for r in range(weights.shape[2]):
                        for s in range(weights.shape[3]):
                            out[o, y, x] += weights[o, c, r, s] * image[c, y + r, x + s]


@rooftop.jit
def min_plus(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] = min(C[i, j], A[i, k] + B[k, j])


@rooftop.jit
def min_plus_ceiling(x, rounds):
    """Sixteen chains of vectors that live in registers: what adding and comparing costs without memory."""
    for j in range(x.shape[0]):
        s = x[j]
        for _ in range(rounds):
            s = min(s, s + 1.0)
        x[j] = s


def im2col(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Columns of patches, (channels * height * width, out_y * out_x): what a convolution by BLAS copies first."""
    patches = np.lib.stride_tricks.sliding_window_view(image, (height, width), axis=(1, 2))
    channels, rows, columns = patches.shape[:3]
    return np.ascontiguousarray(patches.transpose(0, 3, 4, 1, 2)).reshape(channels * height * width, rows * columns)
