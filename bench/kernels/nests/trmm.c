// A triangular matrix with ones on its diagonal, transposed, times a matrix, in place.
#include <stdint.h>

void trmm(double alpha, const double A[restrict N][N], double B[restrict N][M]) {
  for (int64_t i = 0; i < N; i++) {
    for (int64_t j = 0; j < M; j++) {
      for (int64_t k = i + 1; k < N; k++) {
        B[i][j] += A[k][i] * B[k][j];
      }
      B[i][j] = alpha * B[i][j];
    }
  }
}
