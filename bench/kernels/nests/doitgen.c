// The last axis of a three-dimensional array, transformed by a matrix in place.
#include <stdint.h>

void doitgen(double A[restrict R][Q][P], const double C[restrict P][P], double total[restrict P]) {
  for (int64_t r = 0; r < R; r++) {
    for (int64_t q = 0; q < Q; q++) {
      for (int64_t p = 0; p < P; p++) {
        total[p] = 0.0;
        for (int64_t s = 0; s < P; s++) {
          total[p] += A[r][q][s] * C[s][p];
        }
      }
      for (int64_t p = 0; p < P; p++) {
        A[r][q][p] = total[p];
      }
    }
  }
}
