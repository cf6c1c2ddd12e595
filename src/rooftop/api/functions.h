// Functions of whole arrays: choice, bounds, joining, matrix products.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
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

/// The product of matrices, vectors, or stacks of matrices in the leading axes, which are broadcast.
ROOFTOP_API Array matmul(const Array& a, const Array& b);

/// Sums of products over axes of both, the first named of `a` with the first of `b`, and so on; the result has the
/// others of a, then those of b. Throws ShapeError where lengths differ.
ROOFTOP_API Array tensordot(const Array& a, const Array& b, std::span<const int> axes_of_a,
                            std::span<const int> axes_of_b);
/// The same of the last `axes` axes of a and the first ones of b.
ROOFTOP_API Array tensordot(const Array& a, const Array& b, int axes = 2);

/// Sums of products over the axes that share a letter which the result lacks: `einsum("ij,jk->ik", {a, b})`. Without an
/// arrow the result has the letters that appear once, in alphabetical order; an ellipsis stands for axes that are
/// broadcast. A single array none of whose axes is summed gives a view. Throws ValueError for subscripts that say
/// nothing, ShapeError for lengths that differ.
ROOFTOP_API Array einsum(std::string_view subscripts, std::span<const Array> operands);
inline Array einsum(std::string_view subscripts, std::initializer_list<Array> operands) {
  return einsum(subscripts, std::span<const Array>(operands.begin(), operands.size()));
}

}  // namespace rooftop
