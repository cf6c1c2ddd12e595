// Electric and magnetic fields in a plane, by finite differences in time.
#include <stdint.h>

void fdtd_2d(int64_t steps, double ex[restrict N][M], double ey[restrict N][M], double hz[restrict N][M],
             const double source[restrict STEPS]) {
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t j = 0; j < M; j++) {
      ey[0][j] = source[step];
    }
    for (int64_t i = 1; i < N; i++) {
      for (int64_t j = 0; j < M; j++) {
        ey[i][j] = ey[i][j] - 0.5 * (hz[i][j] - hz[i - 1][j]);
      }
    }
    for (int64_t i = 0; i < N; i++) {
      for (int64_t j = 1; j < M; j++) {
        ex[i][j] = ex[i][j] - 0.5 * (hz[i][j] - hz[i][j - 1]);
      }
    }
    for (int64_t i = 0; i < N - 1; i++) {
      for (int64_t j = 0; j < M - 1; j++) {
        hz[i][j] = hz[i][j] - 0.7 * (ex[i][j + 1] - ex[i][j] + ey[i + 1][j] - ey[i][j]);
      }
    }
  }
}
