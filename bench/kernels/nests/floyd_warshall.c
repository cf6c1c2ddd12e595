// Shortest ways between all pairs of nodes.
#include <stdint.h>

void floyd_warshall(double D[restrict N][N]) {
  for (int64_t k = 0; k < N; k++) {
    for (int64_t i = 0; i < N; i++) {
      for (int64_t j = 0; j < N; j++) {
        double way = D[i][k] + D[k][j];
        D[i][j] = way < D[i][j] ? way : D[i][j];
      }
    }
  }
}
