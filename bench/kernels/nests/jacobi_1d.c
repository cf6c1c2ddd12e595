// Jacobi's relaxation of a line, between two arrays.
#include <stdint.h>

void jacobi_1d(int64_t steps, double A[restrict N], double B[restrict N]) {
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t i = 1; i < N - 1; i++) {
      B[i] = 0.33333 * (A[i - 1] + A[i] + A[i + 1]);
    }
    for (int64_t i = 1; i < N - 1; i++) {
      A[i] = 0.33333 * (B[i - 1] + B[i] + B[i + 1]);
    }
  }
}
