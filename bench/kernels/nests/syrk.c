// A symmetric update: the lower half of C = beta C + alpha A Aᵀ.
#include <stdint.h>

void syrk(double alpha, double beta, double C[restrict N][N], const double A[restrict N][M]) {
  for (int64_t i = 0; i < N; i++) {
    for (int64_t j = 0; j <= i; j++) {
      C[i][j] *= beta;
    }
    for (int64_t k = 0; k < M; k++) {
      for (int64_t j = 0; j <= i; j++) {
        C[i][j] += alpha * A[i][k] * A[j][k];
      }
    }
  }
}
