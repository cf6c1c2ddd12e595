// One matrix of the stack after the other, or each by whoever is free where they are small.
#include "rooftop/lib/batched_products.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

#include "rooftop/array/broadcast.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/parallel_errors.h"
#include "rooftop/lib/product_level.h"
#include "rooftop/lib/products.h"
#include "rooftop/lib/small_products.h"
#include "rooftop/lib/vector_products.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Multiplications from which threads are asked, and how many a thread takes at a time.
constexpr double kParallelWork = 400'000, kPieceWork = 100'000;
/// As many of dots, whose factors are used once and come from memory.
constexpr double kPieceOfDots = 16'384;

template <typename T>
T element(const char* at) {
  return *reinterpret_cast<const T*>(at);
}

/// Width columns of a row, their sums in registers: `a` is the row's first factor, `b` the first of the columns.
/// Integers are unsigned here, which wraps as NumPy's of both signs do.
template <typename T, std::int64_t Width>
void multiply_row(char* c, const char* a, std::int64_t a_step, const char* b, const View& right) {
  using Wide = std::common_type_t<T, unsigned>;  // not int, which must not overflow
  const std::int64_t rows = right.shape[0], row_step = right.strides[0], step = right.strides[1];
  T sums[Width] = {};
  for (std::int64_t k = 0; k < rows; ++k, a += a_step, b += row_step) {
    const auto factor = static_cast<Wide>(element<T>(a));
    for (std::int64_t j = 0; j < Width; ++j) sums[j] = static_cast<T>(sums[j] + factor * element<T>(b + j * step));
  }
  std::copy_n(sums, Width, reinterpret_cast<T*>(c));
}

template <typename T>
void multiply_plainly(const View& c, const View& a, const View& b) {
  const std::int64_t columns = c.shape[1];
  for (std::int64_t i = 0; i < c.shape[0]; ++i) {
    char* const row = c.data + i * c.strides[0];
    const char* const factors = a.data + i * a.strides[0];
    const auto multiply_columns = [&]<std::int64_t Width>(std::integral_constant<std::int64_t, Width>, std::int64_t j) {
      multiply_row<T, Width>(row + j * c.strides[1], factors, a.strides[1], b.data + j * b.strides[1], b);
    };
    std::int64_t j = 0;
    for (; j + 8 <= columns; j += 8) multiply_columns(std::integral_constant<std::int64_t, 8>(), j);
    for (; j + 4 <= columns; j += 4) multiply_columns(std::integral_constant<std::int64_t, 4>(), j);
    for (; j < columns; ++j) multiply_columns(std::integral_constant<std::int64_t, 1>(), j);
  }
}

/// Rows of `b` as bits: 64 columns are one "or".
void multiply_bits(const View& c, const View& a, const View& b) {
  const std::int64_t columns = c.shape[1], words = (columns + 63) / 64;
  std::vector<std::uint64_t> bits(static_cast<std::size_t>((b.shape[0] + 1) * words));
  for (std::int64_t k = 0; k < b.shape[0]; ++k) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::uint64_t bit = b.data[k * b.strides[0] + j * b.strides[1]] != 0;
      bits[static_cast<std::size_t>(k * words + j / 64)] |= bit << (j % 64);
    }
  }
  std::uint64_t* const sums = bits.data() + b.shape[0] * words;
  for (std::int64_t i = 0; i < c.shape[0]; ++i) {
    std::fill_n(sums, words, 0);
    for (std::int64_t k = 0; k < b.shape[0]; ++k) {
      const std::uint64_t all = a.data[i * a.strides[0] + k * a.strides[1]] != 0 ? ~std::uint64_t{0} : 0;
      const std::uint64_t* const row = bits.data() + k * words;
      for (std::int64_t word = 0; word < words; ++word) sums[word] |= row[word] & all;
    }
    char* const out = c.data + i * c.strides[0];
    for (std::int64_t j = 0; j < columns; ++j) out[j] = static_cast<char>(sums[j / 64] >> (j % 64) & 1);
  }
}

unsigned multiply_matrices(const View& c, const View& a, const View& b) {
  switch (c.dtype) {
    case DType::F64:
    case DType::F32:
    case DType::C64:
    case DType::C128:
      return multiply(c, a, b);
    case DType::Bool:
      multiply_bits(c, a, b);
      return 0;
    case DType::I8:
    case DType::U8:
      multiply_plainly<std::uint8_t>(c, a, b);
      return 0;
    case DType::I16:
    case DType::U16:
      multiply_plainly<std::uint16_t>(c, a, b);
      return 0;
    case DType::I32:
    case DType::U32:
      multiply_plainly<std::uint32_t>(c, a, b);
      return 0;
    case DType::I64:
    case DType::U64:
      multiply_plainly<std::uint64_t>(c, a, b);
      return 0;
    case DType::F16:
    case DType::BF16:
      break;
  }
  ROOFTOP_UNREACHABLE("halves are multiplied as float32");
}

/// Matrices of a stack by their number, in pieces of rows where there are few of them.
struct Stack {
  const View& c;
  const View& a;
  const View& b;
  std::int64_t row_pieces = 1;
  bool is_quick = false;  ///< one product is too little for threads

  /// Returns FloatError bits.
  unsigned run(std::int64_t begin, std::int64_t end) const {
    if (begin < end && is_quick && is_small()) {
      if (are_dots()) return c.dtype == DType::F64 ? run_dots<double>(begin, end) : run_dots<float>(begin, end);
      return run_small(begin, end);
    }
    unsigned found = 0;
    each(begin, end, [&found](const View& out, const View& left, const View& right) {
      found |= multiply_matrices(out, left, right);
    });
    return found;
  }

 private:
  bool is_small() const { return is_small_product(Walk(c, 0).matrix, Walk(a, 0).matrix, Walk(b, 0).matrix); }

  /// Whether each product is one number, of vectors that are dense.
  bool are_dots() const {
    const auto item_size = static_cast<std::int64_t>(array::size_of(c.dtype));
    return c.shape[c.rank - 2] == 1 && c.shape[c.rank - 1] == 1 && a.strides[a.rank - 1] == item_size &&
           b.strides[b.rank - 2] == item_size && a.shape[a.rank - 1] <= kDotBlock;
  }

  // Nothing but the walk stands between two of them.
  template <typename T>
  unsigned run_dots(std::int64_t begin, std::int64_t end) const {
    const auto dot = product_levels().of<T>().dot;
    const std::int64_t terms = a.shape[a.rank - 1];
    Walk to(c, begin), left(a, begin), right(b, begin);
    clear_hardware_errors();
    for (std::int64_t number = begin; number < end; ++number) {
      const auto at = [](const Walk& walk) { return reinterpret_cast<T*>(walk.matrix.data); };
      *at(to) = dot(at(left), 1, at(right), 1, terms);
      for (Walk* each : {&to, &left, &right}) each->advance();
    }
    return hardware_errors() & ~unsigned{kUnderflow};
  }

  // The processor is asked once for all: that takes as long as a product.
  unsigned run_small(std::int64_t begin, std::int64_t end) const {
    clear_hardware_errors();
    each(begin, end, multiply_small);
    const unsigned flagged = hardware_errors() & ~unsigned{kUnderflow};
    unsigned found = flagged & ~unsigned{kInvalid};
    if (found != flagged) {
      each(begin, end, [&](const View& out, const View&, const View&) { found |= product_errors(flagged, out); });
    }
    return found;
  }

  /// Calls multiply(c, a, b) with the matrices of the pieces [begin, end).
  template <typename Multiply>
  void each(std::int64_t begin, std::int64_t end, const Multiply& multiply) const {
    Walk walk[3] = {Walk(c, begin / row_pieces), Walk(a, begin / row_pieces), Walk(b, begin / row_pieces)};
    for (std::int64_t number = begin; number < end; ++number) {
      const std::int64_t piece = number % row_pieces, rows = c.shape[c.rank - 2];
      const std::int64_t first = rows * piece / row_pieces;
      const std::int64_t count = rows * (piece + 1) / row_pieces - first;
      multiply(walk[0].rows(first, count), walk[1].rows(first, count), walk[2].matrix);
      if (piece + 1 < row_pieces) continue;
      for (Walk& each : walk) each.advance();
    }
  }

  /// One operand's matrices, one after the other.
  struct Walk {
    Walk(const View& whole, std::int64_t number) : stack(whole) {
      const int axis = stack.rank - 2;
      matrix = {stack.data, stack.dtype, 2, stack.shape + axis, stack.strides + axis};
      for (int k = axis; k-- > 0;) {
        index[k] = number % stack.shape[k];
        matrix.data += index[k] * stack.strides[k];
        number /= stack.shape[k];
      }
    }
    void advance() {
      for (int k = stack.rank - 2; k-- > 0;) {
        matrix.data += stack.strides[k];
        if (++index[k] < stack.shape[k]) return;
        matrix.data -= stack.strides[k] * stack.shape[k];
        index[k] = 0;
      }
    }
    View rows(std::int64_t first, std::int64_t count) {
      lengths[0] = count, lengths[1] = matrix.shape[1];
      return {matrix.data + first * matrix.strides[0], matrix.dtype, 2, lengths, matrix.strides};
    }

    const View& stack;
    View matrix;
    std::int64_t lengths[2];
    std::int64_t index[array::kMaxRank];
  };
};

/// The operand with the stack's lengths before its two axes; a vector is a row on the left, a column on the right.
View stacked(const View& view, const array::Extents& stack, bool is_left, array::Extents& storage) {
  const int own = view.rank > 2 ? view.rank - 2 : 0;
  array::broadcast_view({view.data, view.dtype, own, view.shape, view.strides}, stack.lengths(), storage);
  if (view.rank == 1 && is_left) storage.push(1, view.shape[0] * view.strides[0]);
  for (int axis = own; axis < view.rank; ++axis) storage.push(view.shape[axis], view.strides[axis]);
  if (view.rank == 1 && !is_left) storage.push(1, static_cast<std::int64_t>(array::size_of(view.dtype)));
  return storage.view(view.dtype, view.data);
}

}  // namespace

MatmulLengths::MatmulLengths(const View& left, const View& right) {
  const std::int64_t* const columns = right.shape + (right.rank == 1 ? 0 : right.rank - 2);
  are_terms_equal = left.shape[left.rank - 1] == columns[0];
  broadcasts = true;
  for (const View* view : {&left, &right}) {
    broadcasts &=
        array::broadcast_shape(stack, view->lengths().first(static_cast<std::size_t>(std::max(view->rank - 2, 0))));
  }
  for (int axis = 0; axis < stack.rank; ++axis) result.push(stack.shape[axis], 0);
  if (left.rank > 1) result.push(left.shape[left.rank - 2], 0);
  if (right.rank > 1) result.push(columns[1], 0);
}

unsigned matmul(const View& left, const View& right, const MatmulLengths& lengths, const View& out) {
  if (left.rank == 2 && right.rank == 2) {
    return can_multiply(out.dtype) ? multiply(out, left, right) : multiply_stacks(out, left, right);
  }
  array::Extents storage[3];
  const View a = stacked(left, lengths.stack, true, storage[0]);
  const View b = stacked(right, lengths.stack, false, storage[1]);
  array::Extents& c = storage[2];
  for (int axis = 0; axis < lengths.stack.rank; ++axis) c.push(lengths.stack.shape[axis], 0);
  c.push(a.shape[a.rank - 2], 0);
  c.push(b.shape[b.rank - 1], 0);
  c.set_row_major(array::size_of(out.dtype));
  const View result = c.view(out.dtype, out.data);
  return c.rank == 2 && can_multiply(out.dtype) ? multiply(result, a, b) : multiply_stacks(result, a, b);
}

bool can_multiply_stacks(DType dtype) {
  return can_multiply(dtype) || array::is_integer(dtype) || array::is_bool(dtype);
}

unsigned multiply_stacks(const View& c, const View& a, const View& b) {
  if (c.size() == 0) return 0;
  const std::int64_t rows = c.shape[c.rank - 2];
  const std::int64_t matrices = c.size() / (rows * c.shape[c.rank - 1]);
  const double work =
      static_cast<double>(rows) * static_cast<double>(c.shape[c.rank - 1]) * static_cast<double>(a.shape[a.rank - 1]);
  // `multiply` has threads of its own for a matrix that is worth it; bits are all packed before the first row.
  const bool is_split = array::is_integer(c.dtype) && work > 2 * kPieceWork;
  const Stack stack{c, a, b,
                    is_split ? std::clamp<std::int64_t>(static_cast<std::int64_t>(work / kPieceWork), 1, rows) : 1,
                    work <= kParallelWork};
  const double piece_work = rows == 1 && c.shape[c.rank - 1] == 1 ? kPieceOfDots : kPieceWork;
  const std::int64_t pieces = matrices * stack.row_pieces;
  const bool is_parallel = pieces > 1 && work * static_cast<double>(matrices) > 4 * piece_work &&
                           (is_split || !can_multiply(c.dtype) || work <= kParallelWork);
  if (!is_parallel) return stack.run(0, pieces);
  const auto grain = static_cast<std::int64_t>(piece_work * static_cast<double>(stack.row_pieces) / work);
  return parallel_errors(pieces, std::max<std::int64_t>(grain, 1),
                         [&stack](std::int64_t begin, std::int64_t end) { return stack.run(begin, end); });
}

}  // namespace rooftop::lib
