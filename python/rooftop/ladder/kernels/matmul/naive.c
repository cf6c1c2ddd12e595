/* The textbook triple loop, ijk, as anyone writes it first. */
#include "matmul.h"

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
  (void)threads;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < n; ++j)
      for (int64_t k = 0; k < n; ++k) C[i * n + j] += A[i * n + k] * B[k * n + j];
}

RUNG_MAIN
