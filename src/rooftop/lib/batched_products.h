// Products of stacks of matrices, of every type that has one kernel or another.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Whether `multiply_stacks` takes the type: floats and complex numbers of `multiply`, integers and bool.
bool can_multiply_stacks(array::DType dtype);

/// c[..., i, j] = sum over k of a[..., i, k] * b[..., k, j]; integers wrap, of bools "or" is the sum. Returns
/// FloatError bits.
/// @pre all are of one type and have the same lengths on the axes before the last two (strides of zero where they
/// repeat), aligned; `c` is row-major and overlaps neither. Throws std::bad_alloc.
unsigned multiply_stacks(const array::View& c, const array::View& a, const array::View& b);

}  // namespace rooftop::lib
