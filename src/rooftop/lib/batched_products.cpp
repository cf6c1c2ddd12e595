// One matrix of the stack after the other, or each by whoever is free where they are small.
#include "rooftop/lib/batched_products.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <type_traits>

#include "rooftop/base/errors.h"
#include "rooftop/lib/products.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/parallel_for.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

/// Multiplications from which threads are asked, and how many a thread takes at a time.
constexpr double kParallelWork = 400'000, kPieceWork = 100'000;

/// Columns of the result whose sums are in registers at a time.
constexpr std::int64_t kColumns = 8;

template <typename T>
T element(const char* at) {
  return *reinterpret_cast<const T*>(at);
}

/// Columns [first, first + Width) of a row: `a` is its first factor, `b` the first of these columns.
template <typename T, std::int64_t Width>
void multiply_row(char* c, const char* a, std::int64_t a_step, const char* b, const View& right) {
  const std::int64_t rows = right.shape[0], row_step = right.strides[0], step = right.strides[1];
  T sums[Width] = {};
  for (std::int64_t k = 0; k < rows; ++k, a += a_step, b += row_step) {
    const T factor = element<T>(a);
    for (std::int64_t j = 0; j < Width; ++j) {
      if constexpr (std::is_same_v<T, bool>) {
        sums[j] |= factor & element<T>(b + j * step);
      } else {
        using Wide = std::common_type_t<T, unsigned>;  // not int, which must not overflow
        sums[j] = static_cast<T>(sums[j] + Wide{factor} * element<T>(b + j * step));
      }
    }
  }
  std::copy_n(sums, Width, reinterpret_cast<T*>(c));
}

/// Unsigned, which wraps as NumPy's integers of both signs do.
template <typename T>
void multiply_exact(const View& c, const View& a, const View& b) {
  for (std::int64_t i = 0; i < c.shape[0]; ++i) {
    char* const row = c.data + i * c.strides[0];
    const char* const factors = a.data + i * a.strides[0];
    std::int64_t j = 0;
    for (; j + kColumns <= c.shape[1]; j += kColumns) {
      multiply_row<T, kColumns>(row + j * c.strides[1], factors, a.strides[1], b.data + j * b.strides[1], b);
    }
    for (; j < c.shape[1]; ++j) {
      multiply_row<T, 1>(row + j * c.strides[1], factors, a.strides[1], b.data + j * b.strides[1], b);
    }
  }
}

unsigned multiply_matrices(const View& c, const View& a, const View& b) {
  if (can_multiply(c.dtype)) return multiply(c, a, b);
  if (array::is_bool(c.dtype)) {
    multiply_exact<bool>(c, a, b);
    return 0;
  }
  switch (array::size_of(c.dtype)) {
    case 1:
      multiply_exact<std::uint8_t>(c, a, b);
      return 0;
    case 2:
      multiply_exact<std::uint16_t>(c, a, b);
      return 0;
    case 4:
      multiply_exact<std::uint32_t>(c, a, b);
      return 0;
    default:
      multiply_exact<std::uint64_t>(c, a, b);
      return 0;
  }
}

/// Matrices of a stack by their number, in pieces of rows where there are few of them.
struct Stack {
  const View& c;
  const View& a;
  const View& b;
  std::int64_t row_pieces;
  std::atomic<unsigned> errors{0};
  std::atomic<bool> is_out_of_memory{false};

  void run(std::int64_t number) {
    const std::int64_t piece = number % row_pieces, rows = c.shape[c.rank - 2];
    const std::int64_t begin = rows * piece / row_pieces, end = rows * (piece + 1) / row_pieces;
    View part[3];
    std::int64_t lengths[3][2];
    const View* const whole[] = {&c, &a, &b};
    for (int k = 0; k < 3; ++k) {
      const View& stack = *whole[k];
      const int axis = stack.rank - 2;
      std::copy_n(stack.shape + axis, 2, lengths[k]);
      part[k] = {stack.data + distance(stack, number / row_pieces), stack.dtype, 2, lengths[k], stack.strides + axis};
      if (k < 2) {
        part[k].data += begin * stack.strides[axis];
        lengths[k][0] = end - begin;
      }
    }
    const unsigned found = multiply_matrices(part[0], part[1], part[2]);
    if (found != 0) errors.fetch_or(found, std::memory_order_relaxed);
  }

 private:
  std::int64_t distance(const View& stack, std::int64_t number) const {
    std::int64_t bytes = 0;
    for (int axis = c.rank - 2; axis-- > 0;) {
      bytes += number % c.shape[axis] * stack.strides[axis];
      number /= c.shape[axis];
    }
    return bytes;
  }
};

std::int32_t run_stack(backend::KernelContext*, void* captures, std::int64_t begin, std::int64_t end) {
  auto& stack = *static_cast<Stack*>(captures);
  try {
    for (std::int64_t i = begin; i < end; ++i) stack.run(i);
  } catch (const std::bad_alloc&) {  // told by the thread that asked
    stack.is_out_of_memory = true;
  }
  return backend::kOk;
}

}  // namespace

bool can_multiply_stacks(DType dtype) {
  return can_multiply(dtype) || array::is_integer(dtype) || array::is_bool(dtype);
}

unsigned multiply_stacks(const View& c, const View& a, const View& b) {
  if (c.size() == 0) return 0;
  const std::int64_t rows = c.shape[c.rank - 2];
  const std::int64_t matrices = c.size() / (rows * c.shape[c.rank - 1]);
  const double work =
      static_cast<double>(rows) * static_cast<double>(c.shape[c.rank - 1]) * static_cast<double>(a.shape[a.rank - 1]);
  // `multiply` has threads of its own for a matrix that is worth it.
  const bool is_split = !can_multiply(c.dtype) && work > 2 * kPieceWork;
  Stack stack{c, a, b, is_split ? std::clamp<std::int64_t>(static_cast<std::int64_t>(work / kPieceWork), 1, rows) : 1};
  const std::int64_t pieces = matrices * stack.row_pieces;
  const bool is_parallel = pieces > 1 && work * static_cast<double>(matrices) > kParallelWork &&
                           (is_split || !can_multiply(c.dtype) || work <= kParallelWork);
  if (!is_parallel) {
    for (std::int64_t i = 0; i < pieces; ++i) stack.run(i);
  } else {
    const auto grain = static_cast<std::int64_t>(kPieceWork * static_cast<double>(stack.row_pieces) / work);
    backend::KernelContext context;
    runtime::enter(context);
    runtime::parallel_for(&context, run_stack, &stack, 0, pieces, std::max<std::int64_t>(grain, 1));
  }
  if (stack.is_out_of_memory) throw std::bad_alloc();
  return stack.errors.load(std::memory_order_relaxed);
}

}  // namespace rooftop::lib
