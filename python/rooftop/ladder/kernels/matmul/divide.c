/* Parallel divide and conquer: halve the longest side until a block fits in cache. Halves of the rows or columns of C
   are OpenMP tasks; halves of the inner dimension add to the same C, so they go one after the other. */
#include "matmul.h"

enum { kBase = 128 };

/* Restrict: the blocks of A, B and C come from three allocations. Without it the compiler reloads C for each k. */
static void multiply_block(const real* restrict A, const real* restrict B, real* restrict C, int64_t rows,
                           int64_t inner, int64_t columns, int64_t stride) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < inner; ++k) {
      const real a = A[i * stride + k];
      for (int64_t j = 0; j < columns; ++j) C[i * stride + j] += a * B[k * stride + j];
    }
}

/* The first part of a side that is cut in two: whole base blocks. */
static int64_t half(int64_t length) { return (length / 2 + kBase - 1) / kBase * kBase; }

static void divide(const real* A, const real* B, real* C, int64_t rows, int64_t inner, int64_t columns,
                   int64_t stride) {
  if (rows <= kBase && inner <= kBase && columns <= kBase) {
    multiply_block(A, B, C, rows, inner, columns, stride);
  } else if (rows >= inner && rows >= columns) {
    const int64_t cut = half(rows);
#pragma omp task
    divide(A, B, C, cut, inner, columns, stride);
    divide(A + cut * stride, B, C + cut * stride, rows - cut, inner, columns, stride);
#pragma omp taskwait
  } else if (columns >= inner) {
    const int64_t cut = half(columns);
#pragma omp task
    divide(A, B, C, rows, inner, cut, stride);
    divide(A, B + cut, C + cut, rows, inner, columns - cut, stride);
#pragma omp taskwait
  } else {
    const int64_t cut = half(inner);
    divide(A, B, C, rows, cut, columns, stride);
    divide(A + cut, B + cut * stride, C, rows, inner - cut, columns, stride);
  }
}

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
#pragma omp parallel num_threads(threads)
#pragma omp single
  divide(A, B, C, rows, n, n, n);
}

RUNG_MAIN
