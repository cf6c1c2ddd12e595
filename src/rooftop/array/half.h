// The two-byte floats in terms of the others: float16 (IEEE binary16) and bfloat16 (the high half of a float32).
// Rounded once, to nearest even, with subnormals; a NaN stays one.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::array {

/// The bits of the half nearest to the value. The type is one of the halves.
std::uint16_t half_bits(double value, DType half);

/// The value of a half, which every float32 type holds exactly.
float half_value(std::uint16_t bits, DType half);

}  // namespace rooftop::array
