// Chooses the CPU's level, packs columns that are no neighbours, and cuts long vectors into blocks.
#include "rooftop/lib/small_products.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/parallel_errors.h"
#include "rooftop/lib/product_lanes.h"
#include "rooftop/lib/product_level.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Bytes of an operand that stays in the first cache beside the other, and of one that is packed on the stack.
constexpr std::int64_t kMostBytes = 32 * 1024, kMostPacked = 8 * 1024;
/// Multiplications of one thread: from there on `multiply` asks for others.
constexpr double kMostWork = 400'000;
/// Elements of two vectors whose products become one number, and blocks of so many that are worth a thread's while.
template <typename T>
constexpr std::int64_t kBlock = kMostBytes / std::int64_t{sizeof(T)};
constexpr std::int64_t kParallelBlocks = 16;

// --- x86-64-v2: registers of 16 bytes, no masks, products rounded before they are added

template <typename T>
struct Lanes16 {
  using Element = T;
  using Mask = std::int64_t;  ///< how many lanes are on
  typedef T Vector __attribute__((vector_size(16)));
  static constexpr int kLanes = 16 / sizeof(T), kRows = 4;

  static Mask first(std::int64_t count) { return count; }
  static Vector load(const char* from, Mask mask) {
    Vector v = {};
    if (mask == kLanes) {
      std::memcpy(&v, from, sizeof v);
    } else {
      for (std::int64_t i = 0; i < mask; ++i) v[i] = element_at<T>(from + i * std::int64_t{sizeof(T)});
    }
    return v;
  }
  static void store(char* to, Vector v, Mask mask) { std::memcpy(to, &v, static_cast<std::size_t>(mask) * sizeof(T)); }
  static Vector add_product(Vector a, Vector b, Vector sum) { return sum + a * b; }
};

const ProductLevels kProductV2 = {product_level_of<Lanes16<double>>(), product_level_of<Lanes16<float>>()};

const ProductLevels& choose_level() {
  const std::string_view level = cpu_level();
  if (level == "x86-64-v4") return kProductV4;
  return level == "x86-64-v3" ? kProductV3 : kProductV2;
}

template <typename T>
const ProductLevel<T>& level() {
  static const ProductLevels& chosen = choose_level();
  if constexpr (sizeof(T) == sizeof(double)) {
    return chosen.f64;
  } else {
    return chosen.f32;
  }
}

bool has_dense_rows(const View& view) {
  return view.shape[1] < 2 || view.strides[1] == static_cast<std::int64_t>(array::size_of(view.dtype));
}

std::int64_t bytes_of(const View& view) {
  return view.shape[0] * view.shape[1] * static_cast<std::int64_t>(array::size_of(view.dtype));
}

template <typename T>
void multiply_in_rows(const View& c, const View& a, const View& b) {
  level<T>().multiply({a.data, a.strides[0], a.strides[1], b.data, b.strides[0], c.data, c.strides[0], c.shape[0],
                       a.shape[1], c.shape[1]});
}

/// Two vectors, block by block.
template <typename T>
struct Vectors {
  const View& a;
  const View& b;

  T sum(std::int64_t begin, std::int64_t end) const {
    T packed[2][kBlock<T>];  // NOLINT: written where it is needed
    return level<T>().dot(dense(a, begin, end, packed[0]), dense(b, begin, end, packed[1]), end - begin);
  }

 private:
  static const T* dense(const View& view, std::int64_t begin, std::int64_t end, T* packed) {
    const char* from = view.data + begin * view.strides[0];
    if (view.strides[0] == std::int64_t{sizeof(T)}) return reinterpret_cast<const T*>(from);
    for (std::int64_t i = 0; i < end - begin; ++i, from += view.strides[0]) packed[i] = element_at<T>(from);
    return packed;
  }
};

/// A row of `a`, or a column of `b`.
View row_of(const View& a) { return {a.data, a.dtype, 1, a.shape + 1, a.strides + 1}; }
View column_of(const View& b) { return {b.data, b.dtype, 1, b.shape, b.strides}; }
bool is_one_number(const View& c) { return c.shape[0] == 1 && c.shape[1] == 1; }

template <typename T>
void multiply_typed(const View& c, const View& a, const View& b) {
  if (is_one_number(c)) {
    const View left = row_of(a), right = column_of(b);
    *reinterpret_cast<T*>(c.data) = Vectors<T>{left, right}.sum(0, a.shape[1]);
    return;
  }
  if (has_dense_rows(b)) return multiply_in_rows<T>(c, a, b);
  alignas(64) T packed[kMostPacked / sizeof(T)];
  T* to = packed;
  for (std::int64_t i = 0; i < b.shape[0]; ++i) {
    const char* from = b.data + i * b.strides[0];
    for (std::int64_t j = 0; j < b.shape[1]; ++j, from += b.strides[1]) *to++ = element_at<T>(from);
  }
  const std::int64_t strides[] = {b.shape[1] * std::int64_t{sizeof(T)}, sizeof(T)};
  multiply_in_rows<T>(c, a, {reinterpret_cast<char*>(packed), b.dtype, 2, b.shape, strides});
}

template <typename T>
unsigned sum_of_products(char* sum, const View& a, const View& b) {
  const Vectors<T> vectors{a, b};
  const std::int64_t n = a.shape[0], blocks = (n + kBlock<T> - 1) / kBlock<T>;
  const auto add_blocks = [&](std::int64_t first, std::int64_t last, T* sums) {
    clear_hardware_errors();
    for (std::int64_t k = first; k < last; ++k) sums[k] = vectors.sum(k * kBlock<T>, std::min(n, (k + 1) * kBlock<T>));
    return hardware_errors();
  };
  T total = 0;
  unsigned errors = 0;
  if (blocks <= 1) {
    errors = add_blocks(0, blocks, &total);
  } else {
    std::vector<T> sums(static_cast<std::size_t>(blocks));
    errors = parallel_errors(blocks, kParallelBlocks, [&](std::int64_t first, std::int64_t last) {
      return add_blocks(first, last, sums.data());
    });
    clear_hardware_errors();
    for (const T part : sums) total += part;
    errors |= hardware_errors();
  }
  std::memcpy(sum, &total, sizeof total);
  return errors & ~unsigned{kUnderflow};
}

}  // namespace

bool is_small_product(const View& c, const View& a, const View& b) {
  if (c.dtype != DType::F64 && c.dtype != DType::F32) return false;
  const std::int64_t bytes = bytes_of(b);
  const double work =
      static_cast<double>(a.shape[1]) * static_cast<double>(c.shape[0]) * static_cast<double>(c.shape[1]);
  return work <= kMostWork && bytes <= kMostBytes && bytes_of(a) <= kMostBytes &&
         (bytes <= kMostPacked || has_dense_rows(b));
}

void multiply_small(const View& c, const View& a, const View& b) {
  c.dtype == DType::F64 ? multiply_typed<double>(c, a, b) : multiply_typed<float>(c, a, b);
}

unsigned dot(char* sum, const View& a, const View& b) {
  return a.dtype == DType::F64 ? sum_of_products<double>(sum, a, b) : sum_of_products<float>(sum, a, b);
}

}  // namespace rooftop::lib
