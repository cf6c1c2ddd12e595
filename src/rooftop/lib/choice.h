// Elements from one of several arrays, as a number says.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// What becomes of a place outside of an axis.
enum class OutsideMode : std::uint8_t {
  Raise,
  Wrap,  ///< counts on from the other end
  Clip,  ///< becomes the nearest one
};

/// Brings n places into [0, length). False where one is outside and may not be. @pre length > 0
bool bring_inside(std::int64_t* places, std::int64_t n, std::int64_t length, OutsideMode mode);

/// out = choices[places], element by element.
/// @pre all have the lengths of `out` (strides of zero where they are broadcast); `places` are int64 in [0,
/// choices.size()); choices are of the type of `out`, which is row-major and overlaps nothing
void choose(const array::View& out, const array::View& places, std::span<const array::View> choices);

}  // namespace rooftop::lib
