// A lower triangular system, solved from the top.
#include <stdint.h>

void trisolv(const double L[restrict N][N], double x[restrict N], const double b[restrict N]) {
  for (int64_t i = 0; i < N; i++) {
    x[i] = b[i];
    for (int64_t j = 0; j < i; j++) {
      x[i] -= L[i][j] * x[j];
    }
    x[i] = x[i] / L[i][i];
  }
}
