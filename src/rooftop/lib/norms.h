// The Euclidean length of an array, from BLAS's dot products, as NumPy computes it. There must be a LAPACK.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The sum of the squares of n numbers, `stride` bytes apart: float64, or float32 for floats of that size.
struct SquareSum {
  double value = 0;
  unsigned errors = 0;  ///< FloatError
};

/// @pre `part` is F64 or F32, stride is a positive multiple of its size
SquareSum sum_of_squares(array::DType part, const char* data, std::int64_t stride, std::int64_t n);

/// Whether the elements lie one after the other without gaps, in whatever order of axes, none backwards.
bool is_dense(const array::View& view);

}  // namespace rooftop::lib
