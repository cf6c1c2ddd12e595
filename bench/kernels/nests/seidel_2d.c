// Gauss-Seidel's relaxation: nine points, in place, each element after its neighbours.
#include <stdint.h>

void seidel_2d(int64_t steps, double A[restrict N][N]) {
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t i = 1; i < N - 1; i++) {
      for (int64_t j = 1; j < N - 1; j++) {
        double above = A[i - 1][j - 1] + A[i - 1][j] + A[i - 1][j + 1];
        double beside = A[i][j - 1] + A[i][j] + A[i][j + 1];
        double below = A[i + 1][j - 1] + A[i + 1][j] + A[i + 1][j + 1];
        A[i][j] = (above + beside + below) / 9.0;
      }
    }
  }
}
