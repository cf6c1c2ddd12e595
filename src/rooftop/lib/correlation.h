// Sliding products of two vectors: what correlate and convolve are made of.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// Whether there is code for elements of the type.
bool can_correlate(array::DType dtype);

/// out[k] = the sum of a[k - left + j] * v[j] over those j for which both are there, 0 <= k < count, added in the order
/// of j: the same bits on every machine. All vectors are dense and of one type; the output is apart from the inputs.
/// @pre can_correlate(dtype), 0 < v_size <= a_size, 0 <= left < v_size
void correlate(array::DType dtype, const char* a, std::int64_t a_size, const char* v, std::int64_t v_size,
               std::int64_t left, char* out, std::int64_t count);

}  // namespace rooftop::lib
