// A matrix times a vector and its transpose times another, in one pass over the matrix.
#include <stdint.h>

void bicg(const double A[restrict N][M], double s[restrict M], double q[restrict N], const double p[restrict M],
          const double r[restrict N]) {
  for (int64_t j = 0; j < M; j++) {
    s[j] = 0.0;
  }
  for (int64_t i = 0; i < N; i++) {
    q[i] = 0.0;
    for (int64_t j = 0; j < M; j++) {
      s[j] = s[j] + r[i] * A[i][j];
      q[i] = q[i] + A[i][j] * p[j];
    }
  }
}
