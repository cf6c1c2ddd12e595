// Gauss's elimination: L and U in place, without pivots.
#include <stdint.h>

void lu(double A[restrict N][N]) {
  for (int64_t k = 0; k < N; k++) {
    for (int64_t i = k + 1; i < N; i++) {
      A[i][k] = A[i][k] / A[k][k];
      for (int64_t j = k + 1; j < N; j++) {
        A[i][j] = A[i][j] - A[i][k] * A[k][j];
      }
    }
  }
}
