// The sum of one long row on all cores.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// As pairwise_sum, whose tree is the same whoever adds its leaves. Returns FloatError bits.
unsigned sum_long_row(array::DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value);

}  // namespace rooftop::lib
