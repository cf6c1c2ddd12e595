// The most pairs that a strand of RNA can form when none cross: dynamic programming over all stretches.
#include <stdint.h>

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

void nussinov(const int64_t strand[restrict N], int64_t table[restrict N][N]) {
  for (int64_t i = N - 1; i >= 0; i--) {
    for (int64_t j = i + 1; j < N; j++) {
      int64_t best = larger(table[i][j - 1], table[i + 1][j]);
      if (i < j - 1) {
        int64_t pair = strand[i] + strand[j] == 3 ? 1 : 0;
        best = larger(best, table[i + 1][j - 1] + pair);
      }
      for (int64_t k = i + 1; k < j; k++) {
        best = larger(best, table[i][k] + table[k + 1][j]);
      }
      table[i][j] = best;
    }
  }
}
