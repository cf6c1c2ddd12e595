/* The triple loop with its inner two loops exchanged (ikj), so that the innermost one walks along rows. */
#include "matmul.h"

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
  (void)threads;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < n; ++k)
      for (int64_t j = 0; j < n; ++j) C[i * n + j] += A[i * n + k] * B[k * n + j];
}

RUNG_MAIN
