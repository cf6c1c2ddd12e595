// Covariances of all pairs of columns.
#include <stdint.h>

void covariance(double data[restrict N][M], double mean[restrict M], double cov[restrict M][M]) {
  for (int64_t j = 0; j < M; j++) {
    mean[j] = 0.0;
    for (int64_t i = 0; i < N; i++) {
      mean[j] += data[i][j];
    }
    mean[j] /= N;
  }
  for (int64_t i = 0; i < N; i++) {
    for (int64_t j = 0; j < M; j++) {
      data[i][j] -= mean[j];
    }
  }
  for (int64_t i = 0; i < M; i++) {
    for (int64_t j = i; j < M; j++) {
      cov[i][j] = 0.0;
      for (int64_t k = 0; k < N; k++) {
        cov[i][j] += data[k][i] * data[k][j];
      }
      cov[i][j] /= N - 1;
      cov[j][i] = cov[i][j];
    }
  }
}
