// Quantiles of vectors whose elements count as much as their weights say.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// values[k] = the first element in ascending order whose weight, and those before it, make up quantiles[k] of all
/// weights; NaN, if there is one. False where the weights' sum is zero or not finite.
/// @pre n > 0; the type is an integer type, bool, F32 or F64, which `values` is of, too; no weight is negative
bool weighted_quantiles(array::DType dtype, const char* data, const double* weights, std::int64_t n,
                        std::span<const double> quantiles, char* values);

}  // namespace rooftop::lib
