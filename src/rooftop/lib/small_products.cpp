// Operands as the registers' loops want them: columns that are no neighbours are packed.
#include "rooftop/lib/small_products.h"

#include <cstring>

#include "rooftop/lib/product_level.h"
#include "rooftop/lib/vector_products.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Bytes of an operand that stays in cache beside the other, and of one that is packed on the stack.
constexpr std::int64_t kMostBytes = 128 * 1024, kMostPacked = 8 * 1024;

bool has_dense_rows(const View& view) {
  return view.shape[1] < 2 || view.strides[1] == static_cast<std::int64_t>(array::size_of(view.dtype));
}

std::int64_t bytes_of(const View& view) {
  return view.shape[0] * view.shape[1] * static_cast<std::int64_t>(array::size_of(view.dtype));
}

template <typename T>
void multiply_rows(const ProductLevel<T>& level, const View& c, const View& a, const View& b) {
  level.multiply({a.data, a.strides[0], a.strides[1], b.data, b.strides[0], c.data, c.strides[0], c.shape[0],
                  a.shape[1], c.shape[1]});
}

template <typename T>
void multiply_typed(const ProductLevel<T>& level, const View& c, const View& a, const View& b) {
  if (has_dense_rows(b)) return multiply_rows(level, c, a, b);
  alignas(64) T packed[kMostPacked / sizeof(T)];
  char* to = reinterpret_cast<char*>(packed);
  for (std::int64_t i = 0; i < b.shape[0]; ++i) {
    const char* from = b.data + i * b.strides[0];
    for (std::int64_t j = 0; j < b.shape[1]; ++j, from += b.strides[1], to += sizeof(T)) {
      std::memcpy(to, from, sizeof(T));
    }
  }
  const std::int64_t strides[] = {b.shape[1] * std::int64_t{sizeof(T)}, sizeof(T)};
  multiply_rows(level, c, a, {reinterpret_cast<char*>(packed), b.dtype, 2, b.shape, strides});
}

}  // namespace

bool is_small_product(const View& c, const View& a, const View& b) {
  if (c.dtype != DType::F64 && c.dtype != DType::F32) return false;
  const std::int64_t bytes = bytes_of(b);
  return bytes <= kMostBytes && bytes_of(a) <= kMostBytes && (bytes <= kMostPacked || has_dense_rows(b));
}

void multiply_small(const View& c, const View& a, const View& b) {
  if (is_dot(c)) return multiply_dot(c, a, b);
  c.dtype == DType::F64 ? multiply_typed(product_levels().f64, c, a, b) : multiply_typed(product_levels().f32, c, a, b);
}

}  // namespace rooftop::lib
