// Sparse matrix times vector, rows compressed (CSR).
#include <stdint.h>

void spmv(int64_t n, const double* restrict values, const int64_t* restrict columns, const int64_t* restrict starts,
          const double* restrict x, double* restrict y) {
  for (int64_t i = 0; i < n; i++) {
    double total = 0.0;
    for (int64_t k = starts[i]; k < starts[i + 1]; k++) {
      total += values[k] * x[columns[k]];
    }
    y[i] = total;
  }
}
