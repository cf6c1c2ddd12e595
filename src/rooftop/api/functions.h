// Functions of whole arrays: choice, bounds, joining, matrix products.
#pragma once

#include <span>
#include <vector>

#include "rooftop/api/operand.h"

namespace rooftop {

/// Elements of `x` where `condition` is true (not zero), else of `y`; all three are broadcast.
ROOFTOP_API Array where(const Array& condition, const Operand& x, const Operand& y);

/// The elements, but at least `low` and at most `high`.
ROOFTOP_API Array clip(const Array& array, const Operand& low, const Operand& high);

/// The arrays one after the other along an axis. Throws ShapeError where other lengths differ.
ROOFTOP_API Array concatenate(std::span<const Array> arrays, int axis = 0);
inline Array concatenate(std::initializer_list<Array> arrays, int axis = 0) {
  return concatenate(std::span<const Array>(arrays.begin(), arrays.size()), axis);
}
/// The arrays, all of one shape, side by side along a new axis.
ROOFTOP_API Array stack(std::span<const Array> arrays, int axis = 0);
inline Array stack(std::initializer_list<Array> arrays, int axis = 0) {
  return stack(std::span<const Array>(arrays.begin(), arrays.size()), axis);
}

/// Rows (elements of a vector) by their places, an array of integers of any shape. Throws IndexError.
ROOFTOP_API Array take(const Array& array, const Array& places);
/// The elements where `mask`, bool and of the same shape, is true, in row-major order.
ROOFTOP_API Array compress(const Array& array, const Array& mask);

/// The product of matrices, vectors, or stacks of matrices in the leading axes, which are broadcast. Floats and complex
/// numbers only: convert integers.
ROOFTOP_API Array matmul(const Array& a, const Array& b);

}  // namespace rooftop
