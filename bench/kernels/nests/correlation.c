// Correlations of all pairs of columns.
#include <math.h>
#include <stdint.h>

void correlation(double data[restrict N][M], double mean[restrict M], double deviation[restrict M],
                 double corr[restrict M][M]) {
  for (int64_t j = 0; j < M; j++) {
    mean[j] = 0.0;
    for (int64_t i = 0; i < N; i++) {
      mean[j] += data[i][j];
    }
    mean[j] /= N;
  }
  for (int64_t j = 0; j < M; j++) {
    deviation[j] = 0.0;
    for (int64_t i = 0; i < N; i++) {
      deviation[j] += (data[i][j] - mean[j]) * (data[i][j] - mean[j]);
    }
    deviation[j] = sqrt(deviation[j] / N);
    if (deviation[j] <= 0.1) {
      deviation[j] = 1.0;
    }
  }
  for (int64_t i = 0; i < N; i++) {
    for (int64_t j = 0; j < M; j++) {
      data[i][j] = (data[i][j] - mean[j]) / (sqrt(N) * deviation[j]);
    }
  }
  for (int64_t i = 0; i < M; i++) {
    corr[i][i] = 1.0;
    for (int64_t j = i + 1; j < M; j++) {
      corr[i][j] = 0.0;
      for (int64_t k = 0; k < N; k++) {
        corr[i][j] += data[k][i] * data[k][j];
      }
      corr[j][i] = corr[i][j];
    }
  }
}
