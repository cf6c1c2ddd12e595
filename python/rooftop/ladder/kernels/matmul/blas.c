/* The library itself: cblas_dgemm or cblas_sgemm of OpenBLAS, with the kernels that it picks for this CPU. */
#include "matmul.h"

enum { kRowMajor = 101, kNoTranspose = 111 };
void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double* a,
                 int lda, const double* b, int ldb, double beta, double* c, int ldc);
void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a, int lda,
                 const float* b, int ldb, float beta, float* c, int ldc);
const char* openblas_get_corename(void);
void openblas_set_num_threads(int threads);

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
  static int announced = 0;
  if (!announced) printf("note OpenBLAS with its %s kernels\n", openblas_get_corename());
  announced = 1;
  const int m = (int)rows, side = (int)n;
  openblas_set_num_threads(threads);
#ifdef RUNG_FLOAT32
  cblas_sgemm(kRowMajor, kNoTranspose, kNoTranspose, m, side, side, 1, A, side, B, side, 1, C, side);
#else
  cblas_dgemm(kRowMajor, kNoTranspose, kNoTranspose, m, side, side, 1, A, side, B, side, 1, C, side);
#endif
}

RUNG_MAIN
