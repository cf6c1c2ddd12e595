/* Blocked for the caches and written so that a C compiler vectorises it: B in panels copied to one place, four rows of
   C and four of B at a time, so that each number loaded serves four multiply-adds. Rows of C go to OpenMP threads. */
#include <omp.h>

#include "matmul.h"

enum { kRows = 64, kInner = 128, kColumns = 256 };

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* Copies a block of B to `panel` with rows kColumns apart; missing rows and columns are zeros. */
static void pack(const real* B, real* panel, int64_t inner, int64_t columns, int64_t n) {
  memset(panel, 0, sizeof(real) * kInner * kColumns);
  for (int64_t k = 0; k < inner; ++k) memcpy(panel + k * kColumns, B + k * n, sizeof(real) * (size_t)columns);
}

/* C's four rows += (4 x 4 of A) * (four rows of the panel). */
static inline void update(const real (*restrict a)[4], const real* restrict b, real* restrict c0, real* restrict c1,
                          real* restrict c2, real* restrict c3, int64_t columns) {
  const real* restrict b0 = b, * restrict b1 = b + kColumns, * restrict b2 = b + 2 * kColumns, * restrict b3 = b + 3 * kColumns;
  for (int64_t j = 0; j < columns; ++j) {
    c0[j] += a[0][0] * b0[j] + a[0][1] * b1[j] + a[0][2] * b2[j] + a[0][3] * b3[j];
    c1[j] += a[1][0] * b0[j] + a[1][1] * b1[j] + a[1][2] * b2[j] + a[1][3] * b3[j];
    c2[j] += a[2][0] * b0[j] + a[2][1] * b1[j] + a[2][2] * b2[j] + a[2][3] * b3[j];
    c3[j] += a[3][0] * b0[j] + a[3][1] * b1[j] + a[3][2] * b2[j] + a[3][3] * b3[j];
  }
}

/* Fewer than four rows of C are left: the missing ones write to `spare`. */
static void multiply_block(const real* A, const real* panel, real* C, real* spare, int64_t rows, int64_t inner,
                           int64_t columns, int64_t n) {
  for (int64_t i = 0; i < rows; i += 4) {
    real* c[4];
    for (int64_t r = 0; r < 4; ++r) c[r] = i + r < rows ? C + (i + r) * n : spare + r * kColumns;
    for (int64_t k = 0; k < inner; k += 4) {
      real a[4][4];
      for (int64_t r = 0; r < 4; ++r)
        for (int64_t q = 0; q < 4; ++q) a[r][q] = i + r < rows && k + q < inner ? A[(i + r) * n + k + q] : 0;
      update((const real(*)[4])a, panel + k * kColumns, c[0], c[1], c[2], c[3], columns);
    }
  }
}

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
  enum { kScratch = (kInner + 4) * kColumns };
  static real* scratch = NULL; /* kept between calls: fresh pages cost more than a small product */
  if (!scratch) scratch = rung_allocate((int64_t)threads * kScratch);
#pragma omp parallel num_threads(threads)
  {
    real* panel = scratch + (int64_t)omp_get_thread_num() * kScratch;
    real* spare = panel + kInner * kColumns;
#pragma omp for
    for (int64_t i = 0; i < rows; i += kRows)
      for (int64_t j = 0; j < n; j += kColumns)
        for (int64_t k = 0; k < n; k += kInner) {
          const int64_t inner = smaller(kInner, n - k), columns = smaller(kColumns, n - j);
          pack(B + k * n + j, panel, inner, columns, n);
          multiply_block(A + i * n + k, panel, C + i * n + j, spare, smaller(kRows, rows - i), inner, columns, n);
        }
  }
}

RUNG_MAIN
