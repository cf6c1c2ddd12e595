#include "rooftop/lib/long_sum.h"

#include <cstring>
#include <vector>

#include "rooftop/lib/chain.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;

constexpr std::int64_t kLeaf = 16'384;  ///< elements that a thread sums at once

/// A part of the row that is one sum of NumPy's tree.
struct Leaf {
  std::int64_t first;
  std::int64_t size;
};

void find_leaves(DType dtype, std::int64_t first, std::int64_t n, std::vector<Leaf>& leaves) {
  if (n <= kLeaf) {
    leaves.push_back({first, n});
    return;
  }
  const std::int64_t half = pairwise_half(dtype, n);
  find_leaves(dtype, first, half, leaves);
  find_leaves(dtype, first + half, n - half, leaves);
}

/// Puts the leaves' values together as the tree does.
void join_leaves(const Chain& add, std::int64_t n, const char*& next, char* value) {
  const auto item = static_cast<std::int64_t>(array::size_of(add.dtype()));
  if (n <= kLeaf) {
    std::memcpy(value, next, static_cast<std::size_t>(item));
    next += item;
    return;
  }
  const std::int64_t half = pairwise_half(add.dtype(), n);
  alignas(16) char right[16];
  join_leaves(add, half, next, value);
  join_leaves(add, n - half, next, right);
  add.apply({value, 0}, {right, 0}, {value, 0}, 1);
}

}  // namespace

unsigned sum_long_row(DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value) {
  std::vector<Leaf> leaves;
  find_leaves(dtype, 0, n, leaves);
  const auto item = static_cast<std::int64_t>(array::size_of(dtype));
  std::vector<char> values(leaves.size() * static_cast<std::size_t>(item));
  unsigned errors =
      parallel_errors(static_cast<std::int64_t>(leaves.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        clear_hardware_errors();
        for (std::int64_t i = begin; i < end; ++i) {
          const Leaf& leaf = leaves[static_cast<std::size_t>(i)];
          pairwise_sum(dtype, data + leaf.first * stride, stride, leaf.size, values.data() + i * item);
        }
        return hardware_errors();
      });
  const char* next = values.data();
  clear_hardware_errors();
  join_leaves(Chain(ops::Ufunc::add, ops::loop_for(ops::Ufunc::add, dtype)), n, next, value);
  return errors | hardware_errors();
}

}  // namespace rooftop::lib
