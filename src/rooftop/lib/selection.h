// Choosing between arrays by a mask, and the place of an extreme element.
#pragma once

#include <cstdint>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// out = mask ? a : b, element by element. All have the lengths of `out` (strides of zero where they are broadcast).
/// @pre `mask` is bool; `a` and `b` are of the type of `out`, which overlaps none of them in part
void select(const array::View& out, const array::View& mask, const array::View& a, const array::View& b);
/// The same of n elements that lie one after the other in all.
void select_row(array::DType dtype, char* out, const char* mask, const char* a, const char* b, std::int64_t n);

/// The place of the first element in row-major order that is equal to the array's largest (smallest) one; of the first
/// NaN where there is one.
/// @pre the array is dense, has elements, and is not complex
std::int64_t find_extreme(const array::View& view, bool largest);

/// The same along one axis; `places` has an element for each place of the others, in row-major order.
/// @pre elements are aligned and not complex, the axis has some
void find_extremes(const array::View& view, int axis, bool largest, std::int64_t* places);

}  // namespace rooftop::lib
