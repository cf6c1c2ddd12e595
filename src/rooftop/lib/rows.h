// The rows of an array along its last axis, one by one and on all cores.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rooftop/array/view.h"
#include "rooftop/lib/parallel.h"

namespace rooftop::lib {

/// How many rows a view has: the product of all lengths but the last. @pre view.rank > 0
inline std::int64_t row_count(const array::View& view) {
  std::int64_t rows = 1;
  for (int axis = 0; axis + 1 < view.rank; ++axis) rows *= view.shape[axis];
  return rows;
}

/// Calls body(row, address) for the rows [begin, end) of a view, counted in row-major order.
template <typename Body>
void walk_rows(const array::View& view, std::int64_t begin, std::int64_t end, const Body& body) {
  std::int64_t index[array::kMaxRank];
  char* at = view.data;
  std::int64_t rest = begin;
  for (int axis = view.rank - 2; axis >= 0; --axis) {
    index[axis] = rest % view.shape[axis];
    at += index[axis] * view.strides[axis];
    rest /= view.shape[axis];
  }
  for (std::int64_t row = begin; row < end; ++row) {
    body(row, at);
    for (int axis = view.rank - 2; axis >= 0; --axis) {
      at += view.strides[axis];
      if (++index[axis] < view.shape[axis]) break;
      at -= view.strides[axis] * view.shape[axis];
      index[axis] = 0;
    }
  }
}

/// Calls body(row, address) for all rows of a view, on all cores where that pays. `work` is what an element costs, in
/// nanoseconds.
template <typename Body>
void for_rows(const array::View& view, std::int64_t work, const Body& body) {
  constexpr std::int64_t kWorthwhile = 20'000;
  const std::int64_t length = std::max<std::int64_t>(view.shape[view.rank - 1], 1);
  const std::int64_t grain = std::max<std::int64_t>(1, kWorthwhile / (length * work));
  for_ranges(row_count(view), grain, [&](std::int64_t begin, std::int64_t end) { walk_rows(view, begin, end, body); });
}

}  // namespace rooftop::lib
