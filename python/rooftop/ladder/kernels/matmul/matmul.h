/* The C rungs of matmul: each defines matmul(), C += A B for the first `rows` rows of A and C; B is n x n; row-major.
   RUNG_MAIN reads the inputs, times the calls and writes the first call's result. */
#pragma once
#include "rung.h"

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads);

#define RUNG_MAIN                                                                          \
  int main(int count, char** arguments) {                                                  \
    const struct rung rung = rung_arguments(count, arguments);                             \
    const int64_t rows = rung.part, n = rung.n;                                            \
    const real* A = rung_read(&rung, "A", rows * n);                                       \
    const real* B = rung_read(&rung, "B", n * n);                                          \
    real* C = rung_allocate(rows * n);                                                     \
    for (int64_t sample = 0; sample < rung.repeats; ++sample) {                            \
      const int64_t calls = sample == 0 ? 1 : rung.calls;                                  \
      const double start = rung_seconds();                                                 \
      for (int64_t call = 0; call < calls; ++call) matmul(A, B, C, rows, n, rung.threads); \
      rung_report((rung_seconds() - start) / (double)calls);                               \
      if (sample == 0) rung_write(&rung, C, rows* n);                                      \
    }                                                                                      \
    return 0;                                                                              \
  }
