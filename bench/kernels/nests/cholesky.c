// Cholesky's factor of a positive definite matrix, in place, column by column.
#include <math.h>
#include <stdint.h>

void cholesky(double A[restrict N][N]) {
  for (int64_t j = 0; j < N; j++) {
    for (int64_t k = 0; k < j; k++) {
      A[j][j] -= A[j][k] * A[j][k];
    }
    A[j][j] = sqrt(A[j][j]);
    for (int64_t i = j + 1; i < N; i++) {
      for (int64_t k = 0; k < j; k++) {
        A[i][j] -= A[i][k] * A[j][k];
      }
      A[i][j] = A[i][j] / A[j][j];
    }
  }
}
