// The order in which a new array's axes lie in memory, where it follows other arrays': NumPy's order 'K'.
#pragma once

#include <span>

#include "rooftop/array/view.h"

namespace rooftop::array {

/// Dense strides in the order of the view's: axes by falling strides, equal ones as they stand. The lengths are those
/// of the view.
Extents layout_like(const View& view, std::size_t item_size);

/// Dense strides for the result of a universal function or of einsum: all inputs are asked for the order of each pair
/// of axes; where they are of two minds the later axis runs faster.
/// @pre the inputs' lengths broadcast to `lengths`; at most kMaxTerms of them
Extents layout_of_result(std::span<const View> inputs, std::span<const std::int64_t> lengths, std::size_t item_size);

/// Sets the strides of a view of the same elements with the lengths of `wanted`; false where there is none.
/// @pre as many elements, and at least one
bool strides_of_reshaped(const View& view, Extents& wanted);

}  // namespace rooftop::array
