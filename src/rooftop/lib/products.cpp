// Chooses a product's kernel by level, type and layout, and deals out blocks of the result to threads.
#include "rooftop/lib/products.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>

#include "rooftop/array/cast.h"
#include "rooftop/backend/abi.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernel_levels.h"
#include "rooftop/lib/small_products.h"
#include "rooftop/lib/vector_products.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/parallel_for.h"
#include "rooftop/runtime/symbols.h"

using rooftop::backend::KernelContext;

#define ROOFTOP_HIDDEN __attribute__((visibility("hidden")))

// What the kernels call by name: memory for panels.
extern "C" ROOFTOP_HIDDEN void* rooftop_alloc(KernelContext* context, std::int64_t bytes) {
  return rooftop::runtime::runtime_symbols().alloc(context, bytes);
}
extern "C" ROOFTOP_HIDDEN void rooftop_free(KernelContext* context, void* block, std::int64_t bytes) {
  rooftop::runtime::runtime_symbols().free(context, block, bytes);
}

#define ROOFTOP_PRODUCT_NAME(level, type, layout) rooftop_##level##_matmul_##type##_##layout
#define ROOFTOP_DECLARE_PRODUCT(level, type, layout)                                \
  extern "C" ROOFTOP_HIDDEN std::int32_t ROOFTOP_PRODUCT_NAME(level, type, layout)( \
      KernelContext*, const std::int64_t*, std::int64_t*);
#define ROOFTOP_DECLARE_LEVEL(level)            \
  ROOFTOP_DECLARE_PRODUCT(level, f64, rows)     \
  ROOFTOP_DECLARE_PRODUCT(level, f64, strided)  \
  ROOFTOP_DECLARE_PRODUCT(level, f32, rows)     \
  ROOFTOP_DECLARE_PRODUCT(level, f32, strided)  \
  ROOFTOP_DECLARE_PRODUCT(level, c128, rows)    \
  ROOFTOP_DECLARE_PRODUCT(level, c128, strided) \
  ROOFTOP_DECLARE_PRODUCT(level, c64, rows)     \
  ROOFTOP_DECLARE_PRODUCT(level, c64, strided)
ROOFTOP_DECLARE_LEVEL(v2)
ROOFTOP_DECLARE_LEVEL(v3)
ROOFTOP_DECLARE_LEVEL(v4)

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Multiplications from which threads are asked, and how much of the result a thread takes at least: less is packing.
constexpr double kParallelWork = 400'000;
constexpr std::int64_t kLeastRows = 24, kLeastColumns = 64;
/// Columns of a thread that are enough panels for any number of them.
constexpr std::int64_t kWideColumns = 192;
/// Elements where threads' parts meet: whole cache lines, so that no two write one; of wide parts whole panels.
constexpr std::int64_t kLine = 16, kPanel = 48;

struct ProductSet {
  backend::Entry rows;     ///< neighbours in a row of an operand are neighbours in memory
  backend::Entry strided;  ///< any strides
};

#define ROOFTOP_PRODUCT_SET(level, type) \
  { ROOFTOP_PRODUCT_NAME(level, type, rows), ROOFTOP_PRODUCT_NAME(level, type, strided) }
#define ROOFTOP_LEVEL_SETS(level)                                                                       \
  {                                                                                                     \
    ROOFTOP_PRODUCT_SET(level, f64), ROOFTOP_PRODUCT_SET(level, f32), ROOFTOP_PRODUCT_SET(level, c128), \
        ROOFTOP_PRODUCT_SET(level, c64)                                                                 \
  }
constexpr ProductSet kSets[][4] = {ROOFTOP_LEVEL_SETS(v2), ROOFTOP_LEVEL_SETS(v3), ROOFTOP_LEVEL_SETS(v4)};

std::optional<std::size_t> place_of(DType dtype) {
  switch (dtype) {
    case DType::F64:
      return 0;
    case DType::F32:
      return 1;
    case DType::C128:
      return 2;
    case DType::C64:
      return 3;
    default:
      return std::nullopt;
  }
}

const ProductSet& products(DType dtype) {
  static const auto level = static_cast<std::size_t>(
      std::find(kLevels.begin(), kLevels.end(), std::string_view(cpu_level())) - kLevels.begin());
  return kSets[level][*place_of(dtype)];
}

bool has_dense_rows(const View& view) {
  return view.shape[1] < 2 || view.strides[1] == static_cast<std::int64_t>(array::size_of(view.dtype));
}

// One call, cut into a grid of blocks of the result.
struct Product {
  const View& c;
  const View& a;
  const View& b;
  backend::Entry entry;
  std::int64_t row_blocks = 1, column_blocks = 1;
  std::atomic<unsigned> errors{0};

  std::int32_t run(KernelContext* context, std::int64_t block) {
    const std::int64_t row = block / column_blocks, column = block % column_blocks;
    const std::int64_t i = edge(c.shape[0], row, row_blocks), j = edge(c.shape[1], column, column_blocks);
    const std::int64_t m = edge(c.shape[0], row + 1, row_blocks) - i;
    const std::int64_t n = edge(c.shape[1], column + 1, column_blocks) - j;
    return compute(context, i, m, j, n);
  }

  /// Rows [i, i + m) of columns [j, j + n).
  std::int32_t compute(KernelContext* context, std::int64_t i, std::int64_t m, std::int64_t j, std::int64_t n) const {
    const std::int64_t shapes[3][2] = {{m, a.shape[1]}, {b.shape[0], n}, {m, n}};
    const View left{place(a, i, 0), a.dtype, 2, shapes[0], a.strides};
    const View right{place(b, 0, j), b.dtype, 2, shapes[1], b.strides};
    const View block{place(c, i, j), c.dtype, 2, shapes[2], c.strides};
    if (is_small_product(block, left, right)) {
      multiply_small(block, left, right);
      return backend::kOk;
    }
    const std::int64_t slots[] = {address(left),  m,          a.shape[1], a.strides[0], a.strides[1],
                                  address(right), b.shape[0], n,          b.strides[0], b.strides[1],
                                  address(block), m,          n,          c.strides[0], c.strides[1]};
    std::int64_t results[1];
    return entry(context, slots, results);
  }

 private:
  static std::int64_t edge(std::int64_t length, std::int64_t block, std::int64_t blocks) {
    if (block == blocks) return length;
    const std::int64_t unit = length / blocks >= kWideColumns ? kPanel : kLine;
    return blocks == 1 ? 0 : length * block / blocks / unit * unit;
  }
  static char* place(const View& view, std::int64_t i, std::int64_t j) {
    return view.data + i * view.strides[0] + j * view.strides[1];
  }
  static std::int64_t address(const View& view) { return reinterpret_cast<std::int64_t>(view.data); }
};

template <typename Block>
std::int32_t run_each(Product& product, std::int64_t begin, std::int64_t end, Block run) {
  clear_hardware_errors();
  std::int32_t status = backend::kOk;
  for (std::int64_t block = begin; block < end && status == backend::kOk; ++block) status = run(block);
  const unsigned errors = hardware_errors();
  if (errors != 0) product.errors.fetch_or(errors, std::memory_order_relaxed);
  return status;
}

std::int32_t run_blocks(KernelContext* context, void* captures, std::int64_t begin, std::int64_t end) {
  auto& product = *static_cast<Product*>(captures);
  return run_each(product, begin, end, [&](std::int64_t block) { return product.run(context, block); });
}

// --- A matrix and its own transpose: what lies above the diagonal is what lies below

/// Rows of the result from which that is worth it.
constexpr std::int64_t kLeastSymmetric = 256;

/// Rows of a strip. Every strip packs what it multiplies: few are better, but as many as two threads need to finish at
/// about the same time.
std::int64_t strip_of(const View& c) { return std::clamp<std::int64_t>(c.shape[0] / 64 * 16, 96, 512); }

bool is_symmetric(const View& a, const View& b) {
  return a.data == b.data && a.shape[0] == b.shape[1] && a.shape[1] == b.shape[0] && a.strides[0] == b.strides[1] &&
         a.strides[1] == b.strides[0];
}

/// A strip up to the diagonal and a little beyond, then its mirror image. The longest ones first.
std::int32_t run_strips(KernelContext* context, void* captures, std::int64_t begin, std::int64_t end) {
  auto& product = *static_cast<Product*>(captures);
  const View& c = product.c;
  const std::int64_t strip = strip_of(c);
  return run_each(product, begin, end, [&](std::int64_t block) {
    const std::int64_t i = (product.row_blocks - 1 - block) * strip;
    const std::int64_t rows = std::min(strip, c.shape[0] - i);
    const std::int32_t status = product.compute(context, i, rows, 0, i + rows);
    if (status == backend::kOk) {
      const std::int64_t lengths[] = {i, rows}, turned[] = {c.strides[1], c.strides[0]};
      array::copy_elements({c.data + i * c.strides[1], c.dtype, 2, lengths, c.strides},
                           {c.data + i * c.strides[0], c.dtype, 2, lengths, turned});
    }
    return status;
  });
}

/// Whether a column's transpose, v · aᵀ, is quicker: its terms are those of whole rows.
bool is_wide_turned(const View& c, const View& a) {
  const auto item_size = static_cast<std::int64_t>(array::size_of(c.dtype));
  return c.shape[0] > 1 && a.strides[0] == item_size && a.strides[1] != item_size && c.strides[0] == item_size;
}

unsigned multiply_turned(const View& c, const View& a, const View& b) {
  const std::int64_t shapes[3][2] = {{1, c.shape[0]}, {1, b.shape[0]}, {a.shape[1], a.shape[0]}};
  // A row has a stride that no other row would overlap with: kernels ask.
  const std::int64_t strides[3][2] = {{c.shape[0] * c.strides[0], c.strides[0]},
                                      {b.shape[0] * b.strides[0], b.strides[0]},
                                      {a.strides[1], a.strides[0]}};
  return multiply({c.data, c.dtype, 2, shapes[0], strides[0]}, {b.data, b.dtype, 2, shapes[1], strides[1]},
                  {a.data, a.dtype, 2, shapes[2], strides[2]});
}

template <typename T>
bool has_nan(const View& c) {
  const std::int64_t parts = c.shape[1] * static_cast<std::int64_t>(array::size_of(c.dtype) / sizeof(T));
  for (std::int64_t i = 0; i < c.shape[0]; ++i) {
    const T* row = reinterpret_cast<const T*>(c.data + i * c.strides[0]);
    if (std::any_of(row, row + parts, [](T x) { return std::isnan(x); })) return true;
  }
  return false;
}

}  // namespace

bool can_multiply(DType dtype) { return place_of(dtype).has_value(); }

unsigned product_errors(unsigned flagged, const View& c) {
  unsigned errors = flagged & ~unsigned{kUnderflow};
  const bool single = array::part_of(c.dtype) == DType::F32;
  if ((errors & kInvalid) != 0 && !(single ? has_nan<float>(c) : has_nan<double>(c))) errors &= ~unsigned{kInvalid};
  return errors;
}

unsigned multiply(const View& c, const View& a, const View& b) {
  if (is_row_of_dots(c, a, b)) return multiply_vector(c, a, b);
  if (c.shape[1] == 1 && is_wide_turned(c, a)) return multiply_turned(c, a, b);
  const std::int64_t m = c.shape[0], n = c.shape[1];
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(a.shape[1]);
  if (work <= kParallelWork && is_small_product(c, a, b)) {
    clear_hardware_errors();
    multiply_small(c, a, b);
    return product_errors(hardware_errors(), c);
  }
  const ProductSet& set = products(c.dtype);
  Product product{.c = c, .a = a, .b = b, .entry = has_dense_rows(a) && has_dense_rows(b) ? set.rows : set.strided};
  KernelContext context;
  runtime::enter(context);
  const bool is_mirrored = m >= kLeastSymmetric && is_symmetric(a, b);
  if (is_mirrored) {
    product.row_blocks = (m + strip_of(c) - 1) / strip_of(c);
  } else if (work > kParallelWork) {
    const std::int64_t threads = runtime::num_threads();
    // Each part packs its columns of the second operand: parts of columns pack them once, where rows are no more.
    if (m < 2 * n) product.column_blocks = std::clamp<std::int64_t>(n / kWideColumns, 1, threads);
    product.row_blocks = std::clamp<std::int64_t>(m / kLeastRows, 1, threads / product.column_blocks);
    if (product.column_blocks == 1) {
      product.column_blocks = std::clamp<std::int64_t>(n / kLeastColumns, 1, threads / product.row_blocks);
    }
  }
  const std::int64_t blocks = product.row_blocks * product.column_blocks;
  const auto body = is_mirrored ? run_strips : run_blocks;
  const std::int32_t status =
      blocks == 1 ? body(&context, &product, 0, 1) : runtime::parallel_for(&context, body, &product, 0, blocks, 1);
  if (status != backend::kOk) throw std::bad_alloc();  // nothing else fails
  return product_errors(product.errors.load(std::memory_order_relaxed), c);
}

}  // namespace rooftop::lib
