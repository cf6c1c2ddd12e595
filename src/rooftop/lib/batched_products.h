// Products of stacks of matrices, of every type that has one kernel or another.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Whether `multiply_stacks` takes the type: floats and complex numbers of `multiply`, integers and bool.
bool can_multiply_stacks(array::DType dtype);

/// c[..., i, j] = sum over k of a[..., i, k] * b[..., k, j]; integers wrap, of bools "or" is the sum. Returns
/// FloatError bits.
/// @pre all are of one type and have the same lengths on the axes before the last two (strides of zero where they
/// repeat), aligned; neighbours in a row of `c` are neighbours in memory, and it overlaps neither. Throws
/// std::bad_alloc.
unsigned multiply_stacks(const array::View& c, const array::View& a, const array::View& b);

/// What the lengths of two operands of matmul make, vectors among them.
struct MatmulLengths {
  bool are_terms_equal = false;  ///< the last axis of the left operand is as long as the right one's before the last
  bool broadcasts = false;       ///< and so are the stacks
  array::Extents stack;          ///< lengths of the axes before the last two, of both
  array::Extents result;         ///< lengths of the result

  /// @pre both have an axis
  MatmulLengths(const array::View& left, const array::View& right);
};

/// out = left @ right: a vector on the left is a row, one on the right a column, and the result lacks that axis.
/// @pre lengths that fit; besides as multiply_stacks, `out` row-major
unsigned matmul(const array::View& left, const array::View& right, const MatmulLengths& lengths,
                const array::View& out);

}  // namespace rooftop::lib
