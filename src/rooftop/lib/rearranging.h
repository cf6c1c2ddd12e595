// Elements at other places: rolled, repeated, and triangles of matrices.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out[i] = source[i - shift] along each axis, cyclically; as many shifts as there are axes.
/// @pre `out` has the lengths and the type of `source` and overlaps it nowhere
void roll(const array::View& out, const array::View& source, std::span<const std::int64_t> shifts);

/// How often each index of an axis is repeated: its own count, or one for all.
struct Counts {
  const std::int64_t* each;  ///< null where one count is for all
  std::int64_t all = 0;

  std::int64_t of(std::int64_t index) const { return each == nullptr ? all : each[index]; }
};

/// out = each index of the axis so many times.
/// @pre both are row-major and of one type; `out` is as long as the counts add up to; none is negative
void repeat(const array::View& out, const array::View& source, int axis, const Counts& counts);

/// out[..., i, j] = source[..., i, j] where j - i <= diagonal (`is_lower`) or j - i >= diagonal; zero elsewhere.
/// @pre two axes at least; `out` has the lengths and the type of `source` and overlaps it nowhere
void copy_triangle(const array::View& out, const array::View& source, bool is_lower, std::int64_t diagonal);

}  // namespace rooftop::lib
