// Medians and quantiles of vectors.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/dtype.h"
#include "rooftop/lib/quantile_places.h"

namespace rooftop::lib {

/// The mean of the middle element or elements, in the vector's precision. False where it is not finite though no
/// element is NaN: that may need a warning. The elements are put into another order.
/// @pre n > 0; the type is real and not a half
bool median(array::DType dtype, char* data, std::int64_t n, double& value);

/// The types of floats that steps on the way to a quantile are rounded to: F16, F32 or F64.
struct QuantilePrecision {
  array::DType differences = array::DType::F64;  ///< of neighbouring elements
  array::DType results = array::DType::F64;      ///< and of everything after that
};

/// values[k] = the number at places[k] of the sorted vector, in between on a straight line. False as above, and where
/// differences of integers leave their type. The elements are put into another order.
/// @pre n > 0; the type is an integer type, bool, F32 or F64
bool quantiles(array::DType dtype, QuantilePrecision precision, char* data, std::int64_t n,
               std::span<const QuantilePlace> places, double* values);

/// values[k] = the element at the low end of places[k] of the sorted vector; NaN, if there is one.
/// @pre as above; `values` is of the vector's type
void pick_quantiles(array::DType dtype, char* data, std::int64_t n, std::span<const QuantilePlace> places,
                    char* values);

}  // namespace rooftop::lib
