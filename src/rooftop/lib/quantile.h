// Medians and quantiles of vectors.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// The mean of the middle element or elements, in the vector's precision. False where it is not finite though no
/// element is NaN: that may need a warning. The elements are put into another order.
/// @pre n > 0; the type is real and not a half
bool median(array::DType dtype, char* data, std::int64_t n, double& value);

/// values[k] = the number at place quantiles[k] * (n - 1) of the sorted vector, in between on a straight line. False as
/// above, and where differences of integers leave their type. The elements are put into another order.
/// @pre n > 0; 0 <= quantiles[k] <= 1; the type is an integer type, bool or F64
bool quantiles(array::DType dtype, char* data, std::int64_t n, std::span<const double> quantiles, double* values);

}  // namespace rooftop::lib
