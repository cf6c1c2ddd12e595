// Sums of floats in NumPy's order: eight running sums over up to 128 elements, blocks in pairs above that, halves of a
// multiple of eight. The result is NumPy's bit by bit, on every machine.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// value = the sum of n elements, `stride` bytes apart, of a float or complex type; float16 and bfloat16 are added in
/// float32 and rounded once.
void pairwise_sum(array::DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value);

/// value = value + the sum of n elements, rounded once: what NumPy does for each row that it adds to a result.
void pairwise_add(array::DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value);

/// values += 0: NumPy's sums begin with zero, so that those of negative zeros are not negative.
void add_zero(array::DType dtype, char* values, std::int64_t n);

/// Where the elements of a longer sum are halved: the left half's size, for sums of more than `pairwise_block(dtype)`.
std::int64_t pairwise_half(array::DType dtype, std::int64_t n);
std::int64_t pairwise_block(array::DType dtype);

}  // namespace rooftop::lib
