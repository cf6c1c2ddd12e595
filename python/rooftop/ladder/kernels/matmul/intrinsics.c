/* By hand, as BLAS libraries do it: panels of A and B packed in the order of their use, and a register tile written
   with AVX-512 or AVX2 intrinsics that keeps its part of C in registers for the whole inner dimension of a panel. */
#include <immintrin.h>
#include <omp.h>

#include "matmul.h"

/* The tile is kTileRows x (kTileVectors vectors): 24 of 32 registers hold C with AVX-512, 12 of 16 with AVX2. */
#if defined(__AVX512F__)
enum { kVectorBytes = 64, kTileRows = 8, kTileVectors = 3 };
#ifdef RUNG_FLOAT32
typedef __m512 vector;
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define SPREAD _mm512_set1_ps
#define ADD _mm512_add_ps
#define MULTIPLY_ADD _mm512_fmadd_ps
#else
typedef __m512d vector;
#define LOAD _mm512_loadu_pd
#define STORE _mm512_storeu_pd
#define SPREAD _mm512_set1_pd
#define ADD _mm512_add_pd
#define MULTIPLY_ADD _mm512_fmadd_pd
#endif
#elif defined(__AVX2__) && defined(__FMA__)
enum { kVectorBytes = 32, kTileRows = 4, kTileVectors = 3 };
#ifdef RUNG_FLOAT32
typedef __m256 vector;
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define SPREAD _mm256_set1_ps
#define ADD _mm256_add_ps
#define MULTIPLY_ADD _mm256_fmadd_ps
#else
typedef __m256d vector;
#define LOAD _mm256_loadu_pd
#define STORE _mm256_storeu_pd
#define SPREAD _mm256_set1_pd
#define ADD _mm256_add_pd
#define MULTIPLY_ADD _mm256_fmadd_pd
#endif
#else
#error "this CPU has neither AVX-512 nor AVX2 with FMA"
#endif

enum {
  kLanes = kVectorBytes / sizeof(real),
  kTileColumns = kTileVectors * kLanes,
  kInner = 256,                 /* depth of a panel */
  kRows = 12 * kTileRows,       /* of A packed at a time by each thread: stays in its L2 cache */
  kColumns = 96 * kTileColumns, /* of B packed at a time by all threads: stays in the L3 cache */
};

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* C += a b for one whole tile, a packed kTileRows numbers for each k, b packed kTileColumns for each k. */
static inline void multiply_tile(const real* a, const real* b, real* C, int64_t inner, int64_t stride) {
  vector sum[kTileRows][kTileVectors];
#pragma GCC unroll 8
  for (int row = 0; row < kTileRows; ++row)
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) sum[row][v] = SPREAD(0);
  for (int row = 0; row < kTileRows; ++row)
    for (int v = 0; v < kTileVectors; ++v) _mm_prefetch((const char*)(C + row * stride + v * kLanes), _MM_HINT_T0);
  for (int64_t k = 0; k < inner; ++k, a += kTileRows, b += kTileColumns) {
    vector right[kTileVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) right[v] = LOAD(b + v * kLanes);
#pragma GCC unroll 8
    for (int row = 0; row < kTileRows; ++row) {
      const vector left = SPREAD(a[row]);
#pragma GCC unroll 3
      for (int v = 0; v < kTileVectors; ++v) sum[row][v] = MULTIPLY_ADD(left, right[v], sum[row][v]);
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kTileRows; ++row)
#pragma GCC unroll 3
    for (int v = 0; v < kTileVectors; ++v) {
      real* c = C + row * stride + v * kLanes;
      STORE(c, ADD(LOAD(c), sum[row][v]));
    }
}

/* A tile that C's last rows or columns cut: the same kernel on a copy, then the part that exists. */
static void multiply_edge(const real* a, const real* b, real* C, int64_t inner, int64_t stride, int64_t rows,
                          int64_t columns) {
  real tile[kTileRows * kTileColumns] = {0};
  multiply_tile(a, b, tile, inner, kTileColumns);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t j = 0; j < columns; ++j) C[row * stride + j] += tile[row * kTileColumns + j];
}

/* kTileRows rows of A, missing ones as zeros, so that a tile reads them one column after the other. */
static void pack_rows(const real* A, real* packed, int64_t rows, int64_t inner, int64_t stride) {
  for (int64_t k = 0; k < inner; ++k)
    for (int64_t row = 0; row < kTileRows; ++row) packed[k * kTileRows + row] = row < rows ? A[row * stride + k] : 0;
}

/* kTileColumns columns of B, missing ones as zeros. */
static void pack_columns(const real* B, real* packed, int64_t columns, int64_t inner, int64_t stride) {
  for (int64_t k = 0; k < inner; ++k) {
    memcpy(packed + k * kTileColumns, B + k * stride, sizeof(real) * (size_t)columns);
    memset(packed + k * kTileColumns + columns, 0, sizeof(real) * (size_t)(kTileColumns - columns));
  }
}

static void multiply_panels(const real* a, const real* b, real* C, int64_t rows, int64_t columns, int64_t inner,
                            int64_t stride) {
  for (int64_t j = 0; j < columns; j += kTileColumns)
    for (int64_t i = 0; i < rows; i += kTileRows) {
      const real *left = a + i * inner, *right = b + j * inner;
      real* tile = C + i * stride + j;
      if (i + kTileRows <= rows && j + kTileColumns <= columns)
        multiply_tile(left, right, tile, inner, stride);
      else
        multiply_edge(left, right, tile, inner, stride, smaller(kTileRows, rows - i),
                      smaller(kTileColumns, columns - j));
    }
}

static void matmul(const real* A, const real* B, real* C, int64_t rows, int64_t n, int threads) {
  static real* scratch = NULL; /* kept between calls: fresh pages cost more than a small product */
  if (!scratch) scratch = rung_allocate(kInner * (kColumns + (int64_t)threads * kRows));
  real* b = scratch;
#pragma omp parallel num_threads(threads)
  {
    real* a = scratch + kInner * (kColumns + (int64_t)omp_get_thread_num() * kRows);
    for (int64_t j = 0; j < n; j += kColumns)
      for (int64_t k = 0; k < n; k += kInner) {
        const int64_t columns = smaller(kColumns, n - j), inner = smaller(kInner, n - k);
#pragma omp for
        for (int64_t t = 0; t < columns; t += kTileColumns)
          pack_columns(B + k * n + j + t, b + t * inner, smaller(kTileColumns, columns - t), inner, n);
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < rows; i += kRows) {
          const int64_t block = smaller(kRows, rows - i);
          for (int64_t t = 0; t < block; t += kTileRows)
            pack_rows(A + (i + t) * n + k, a + t * inner, smaller(kTileRows, block - t), inner, n);
          multiply_panels(a, b, C + i * n + j, block, columns, inner, n);
        }
      }
  }
}

RUNG_MAIN
