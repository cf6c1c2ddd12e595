// Vectors block by block, matrices row by row, both dealt out to threads.
#include "rooftop/lib/vector_products.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/matrix_stack.h"
#include "rooftop/lib/parallel_errors.h"
#include "rooftop/lib/product_level.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Multiplications that are worth a thread's while.
constexpr std::int64_t kParallelWork = 16 * 1024;
/// Terms of a sum from which it is quicker alone than in the lanes of several.
constexpr std::int64_t kLeastTerms = 48;
/// Terms up to which looking at the sum is quicker than the processor's flags.
constexpr std::int64_t kFewTerms = 6;
/// Rows that are multiplied before their sums are written.
constexpr std::int64_t kRows = 64;

template <typename T>
void pack(const View& vector, std::int64_t begin, std::int64_t end, T* packed) {
  const std::int64_t stride = vector.strides[0];
  array::cast_loop(vector.dtype, vector.dtype)(reinterpret_cast<char*>(packed), std::int64_t{sizeof(T)},
                                               vector.data + begin * stride, stride, end - begin);
}

template <typename T>
bool is_dense(const View& vector) {
  return vector.shape[0] < 2 || vector.strides[0] == std::int64_t{sizeof(T)};
}

/// Elements from one to the next, if registers can be filled with them.
template <typename T>
int step_of(const View& vector) {
  if (is_dense<T>(vector)) return 1;
  return vector.strides[0] == 2 * std::int64_t{sizeof(T)} ? 2 : 0;
}

/// Terms of a factor in registers' reach: where they are, or packed.
template <typename T>
struct Factor {
  const T* terms;
  int step;

  Factor(const View& vector, std::int64_t begin, std::int64_t end, T* packed)
      : terms(packed), step(step_of<T>(vector)) {
    if (step > 0) {
      terms = reinterpret_cast<const T*>(vector.data) + begin * step;
    } else {
      pack(vector, begin, end, packed);
      step = 1;
    }
  }
};

template <typename T>
T sum_of_block(const View& a, const View& b, std::int64_t begin, std::int64_t end) {
  T packed[2][kDotBlock];  // NOLINT: written where it is needed
  const Factor<T> left(a, begin, end, packed[0]), right(b, begin, end, packed[1]);
  const auto dot = product_levels().of<T>().dot;
  return left.step < right.step ? dot(right.terms, right.step, left.terms, left.step, end - begin)
                                : dot(left.terms, left.step, right.terms, right.step, end - begin);
}

template <typename T>
unsigned sum_of_products(char* sum, const View& a, const View& b) {
  const std::int64_t n = a.shape[0], blocks = (n + kDotBlock - 1) / kDotBlock;
  T total = 0;
  unsigned errors = 0;
  if (blocks <= 1) {
    clear_hardware_errors();
    total = sum_of_block<T>(a, b, 0, n);
    errors = hardware_errors();
  } else {
    std::vector<T> sums(static_cast<std::size_t>(blocks));
    errors = parallel_errors(blocks, kParallelWork / kDotBlock, [&](std::int64_t begin, std::int64_t end) {
      clear_hardware_errors();
      for (std::int64_t k = begin; k < end; ++k) {
        sums[static_cast<std::size_t>(k)] = sum_of_block<T>(a, b, k * kDotBlock, std::min(n, (k + 1) * kDotBlock));
      }
      return hardware_errors();
    });
    clear_hardware_errors();
    total = sums[0];
    for (std::size_t k = 1; k < sums.size(); ++k) total += sums[k];
    errors |= hardware_errors();
  }
  std::memcpy(sum, &total, sizeof total);
  return errors & ~unsigned{kUnderflow};
}

/// A few terms, one after the other. False where the sum is not finite: then there may be errors to tell of.
template <typename T>
bool sum_few(char* sum, const View& a, const View& b) {
  const char *left = a.data, *right = b.data;
  T total = 0;
  for (std::int64_t i = 0; i < a.shape[0]; ++i, left += a.strides[0], right += b.strides[0]) {
    T x, y;
    std::memcpy(&x, left, sizeof x);
    std::memcpy(&y, right, sizeof y);
    total += x * y;
  }
  std::memcpy(sum, &total, sizeof total);
  return total - total == 0;
}

View row_of(const View& a) { return {a.data, a.dtype, 1, a.shape + 1, a.strides + 1}; }
View column_of(const View& b) { return {b.data, b.dtype, 1, b.shape, b.strides}; }

template <typename T>
void write_dot(const View& c, const View& a, const View& b) {
  const std::int64_t n = a.shape[0];
  T sum = sum_of_block<T>(a, b, 0, std::min(n, kDotBlock));
  for (std::int64_t i = kDotBlock; i < n; i += kDotBlock) sum += sum_of_block<T>(a, b, i, std::min(n, i + kDotBlock));
  std::memcpy(c.data, &sum, sizeof sum);
}

/// results[i] = the sum of rows[i][p] * vector[p].
struct RowsAndVector {
  View rows;  ///< of one row: the terms of a sum are neighbours, or every second element
  std::int64_t count, row_stride;
  View vector;
  char* results;
  std::int64_t result_stride;

  RowsAndVector(const View& c, const View& a, const View& b) {
    const bool is_column = c.shape[1] == 1;
    rows = is_column ? row_of(a) : column_of(b);
    vector = is_column ? column_of(b) : row_of(a);
    count = is_column ? c.shape[0] : c.shape[1];
    row_stride = is_column ? a.strides[0] : b.strides[1];
    results = c.data;
    result_stride = is_column ? c.strides[0] : c.strides[1];
  }
};

template <typename T>
unsigned multiply_rows(const RowsAndVector& product) {
  const std::int64_t terms = product.vector.shape[0];
  const bool is_packed = !is_dense<T>(product.vector);
  const Workspace<T> packed(is_packed ? terms : 0);
  if (is_packed) pack(product.vector, 0, terms, packed.data());
  const T* const vector = is_packed ? packed.data() : reinterpret_cast<const T*>(product.vector.data);
  const int step = step_of<T>(product.rows);
  const std::int64_t grain = std::max<std::int64_t>(kParallelWork / terms, 1);
  return parallel_errors(product.count, grain, [&](std::int64_t begin, std::int64_t end) {
    clear_hardware_errors();
    T sums[kRows];  // NOLINT: written before they are read
    for (std::int64_t i = begin; i < end; i += kRows) {
      const std::int64_t rows = std::min(kRows, end - i);
      product_levels().of<T>().sum_rows(product.rows.data + i * product.row_stride, product.row_stride, step, rows,
                                        vector, terms, sums);
      char* to = product.results + i * product.result_stride;
      for (std::int64_t k = 0; k < rows; ++k, to += product.result_stride) std::memcpy(to, sums + k, sizeof(T));
    }
    return hardware_errors() & ~unsigned{kUnderflow};
  });
}

}  // namespace

unsigned dot(char* sum, const View& a, const View& b) {
  if (a.shape[0] <= kFewTerms && (a.dtype == DType::F64 ? sum_few<double>(sum, a, b) : sum_few<float>(sum, a, b))) {
    return 0;
  }
  return a.dtype == DType::F64 ? sum_of_products<double>(sum, a, b) : sum_of_products<float>(sum, a, b);
}

void multiply_dot(const View& c, const View& a, const View& b) {
  c.dtype == DType::F64 ? write_dot<double>(c, row_of(a), column_of(b)) : write_dot<float>(c, row_of(a), column_of(b));
}

bool is_row_of_dots(const View& c, const View& a, const View& b) {
  if (c.dtype != DType::F64 && c.dtype != DType::F32) return false;
  if (is_dot(c)) return true;
  if (a.shape[1] < kLeastTerms) return false;
  const auto item_size = static_cast<std::int64_t>(array::size_of(c.dtype));
  const auto fits = [item_size](std::int64_t stride) { return stride == item_size || stride == 2 * item_size; };
  return (c.shape[1] == 1 && fits(a.strides[1])) || (c.shape[0] == 1 && fits(b.strides[0]));
}

unsigned multiply_vector(const View& c, const View& a, const View& b) {
  if (is_dot(c)) return dot(c.data, row_of(a), column_of(b));
  const RowsAndVector product(c, a, b);
  return c.dtype == DType::F64 ? multiply_rows<double>(product) : multiply_rows<float>(product);
}

}  // namespace rooftop::lib
