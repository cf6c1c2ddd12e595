// Converting elements from one type to another: integers wrap, floats round to nearest even, floats become integers by
// cutting off (some value when out of range), anything becomes bool as "!= 0", complex loses its imaginary part.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"
#include "rooftop/array/view.h"

namespace rooftop::array {

/// Converts n elements; strides in bytes, any sign or zero. The places may be equal, not partly overlap.
using CastLoop = void (*)(char* to, std::int64_t to_stride, const char* from, std::int64_t from_stride, std::int64_t n);

CastLoop cast_loop(DType from, DType to);

/// target[...] = source[...], converted. `source` has the target's lengths (strides of zero where it is broadcast);
/// they do not overlap in part.
void copy_elements(const View& target, const View& source);

}  // namespace rooftop::array
