// What the products in registers of one CPU level consist of; see small_products.h and vector_products.h for the
// functions to call.
#pragma once

#include <cstdint>

namespace rooftop::lib {

/// c (m x n) = a (m x k) · b (k x n). Strides are bytes; neighbours in a row of b and c are neighbours in memory.
template <typename T>
struct SmallProduct {
  const char* a;
  std::int64_t a_row, a_step;
  const char* b;
  std::int64_t b_row;
  char* c;
  std::int64_t c_row;
  std::int64_t m, k, n;
};

template <typename T>
struct ProductLevel {
  void (*multiply)(const SmallProduct<T>& product);
  /// The sum of a[i * a_step] * b[i * b_step], in lanes and registers of which there are so many at each level: the
  /// same bits for all steps. A step is 1 or 2, a's not less than b's.
  T (*dot)(const T* a, int a_step, const T* b, int b_step, std::int64_t n);
  /// sums[i] = the sum of rows[i][p * step] * vector[p], p < n; the same bits however many rows there are. The stride
  /// is bytes, the step 1 or 2.
  void (*sum_rows)(const char* rows, std::int64_t row_stride, int step, std::int64_t count, const T* vector,
                   std::int64_t n, T* sums);
};

struct ProductLevels {
  ProductLevel<double> f64;
  ProductLevel<float> f32;

  template <typename T>
  const ProductLevel<T>& of() const;
};

template <>
[[gnu::always_inline]] inline const ProductLevel<double>& ProductLevels::of() const {
  return f64;
}
template <>
[[gnu::always_inline]] inline const ProductLevel<float>& ProductLevels::of() const {
  return f32;
}

extern const ProductLevels kProductV3;
extern const ProductLevels kProductV4;

/// Those of this machine, or of the level that ROOFTOP_CPU names.
const ProductLevels& product_levels();

}  // namespace rooftop::lib
