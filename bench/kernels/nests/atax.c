// The transpose of a matrix times the matrix times a vector.
#include <stdint.h>

void atax(const double A[restrict N][M], const double x[restrict M], double y[restrict M]) {
  for (int64_t j = 0; j < M; j++) {
    y[j] = 0.0;
  }
  for (int64_t i = 0; i < N; i++) {
    double dot = 0.0;
    for (int64_t j = 0; j < M; j++) {
      dot += A[i][j] * x[j];
    }
    for (int64_t j = 0; j < M; j++) {
      y[j] += A[i][j] * dot;
    }
  }
}
