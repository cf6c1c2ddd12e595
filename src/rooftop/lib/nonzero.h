// Which elements are not zero: how many, and where.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// How many elements are not zero (NaN is not).
std::int64_t count_nonzero(const array::View& view);

/// Where the elements that are not zero lie, in row-major order: places[axis][i] is the index of the i-th along an
/// axis.
/// @pre the view is row-major, aligned and of rank 1 at least; `count` is count_nonzero(view), for which each of places
/// has room
void find_nonzero(const array::View& view, std::int64_t count, std::span<std::int64_t* const> places);

}  // namespace rooftop::lib
