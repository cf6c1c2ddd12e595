// An array with a border around it.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// How many indices come before and after those of an axis.
struct PadWidth {
  std::int64_t before = 0, after = 0;
};

/// What the border repeats.
enum class PadMode : std::uint8_t {
  Edge,       ///< a a [a b c] c c
  Reflect,    ///< c b [a b c] b a
  Symmetric,  ///< b a [a b c] c b
  Wrap,       ///< b c [a b c] a b
};

/// out = the source in the midst of a border that stays as it is.
/// @pre `out` has the type of `source`, overlaps it nowhere, and is longer by `widths` along each axis; none is
/// negative
void copy_inside(const array::View& out, const array::View& source, std::span<const PadWidth> widths);

/// Fills the border with a value before and one after each axis; of axes that meet in a corner the last one counts.
/// @pre `values` are two elements of the type of `out` for each axis
void pad_with_values(const array::View& out, std::span<const PadWidth> widths, const char* values);

/// Fills the border from what it surrounds. @pre an axis that grows has elements inside
void pad_from_inside(const array::View& out, std::span<const PadWidth> widths, PadMode mode);

}  // namespace rooftop::lib
