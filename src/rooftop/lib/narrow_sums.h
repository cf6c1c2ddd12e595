// Sums over the rows of a narrow matrix, such as the coordinates of many points.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// sums[j] += the element j of each of the rows in turn; strides are bytes, the sums lie side by side. False, with
/// nothing done, for other types than float32 and float64 and where the columns are too many for registers.
bool add_narrow_rows(array::DType type, char* sums, std::int64_t columns, const char* rows, std::int64_t column_stride,
                     std::int64_t row_stride, std::int64_t count);

}  // namespace rooftop::lib
