// Jacobi's relaxation of a square, between two arrays.
#include <stdint.h>

void jacobi_2d(int64_t steps, double A[restrict N][N], double B[restrict N][N]) {
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t i = 1; i < N - 1; i++) {
      for (int64_t j = 1; j < N - 1; j++) {
        B[i][j] = 0.2 * (A[i][j] + A[i][j - 1] + A[i][j + 1] + A[i - 1][j] + A[i + 1][j]);
      }
    }
    for (int64_t i = 1; i < N - 1; i++) {
      for (int64_t j = 1; j < N - 1; j++) {
        A[i][j] = 0.2 * (B[i][j] + B[i][j - 1] + B[i][j + 1] + B[i - 1][j] + B[i + 1][j]);
      }
    }
  }
}
