// Groups of equal rows of a matrix.
#pragma once

#include <cstdint>
#include <vector>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// The rows in ascending order, the first elements counting most; equal rows stay in their order.
struct RowGroups {
  std::vector<std::int64_t> order;   ///< the place of each row in the matrix
  std::vector<std::int64_t> begins;  ///< where a group of equal rows begins in the order, and the number of rows last
};

/// 0.0 and -0.0 are equal; a row with a NaN is equal to none, and sorts as if NaN were the largest number.
/// @pre two axes, row-major and aligned, not complex
RowGroups group_rows(const array::View& matrix);

}  // namespace rooftop::lib
