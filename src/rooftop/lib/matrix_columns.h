// A matrix into the order that LAPACK knows, column after column, and back.
#pragma once

#include <cstdint>

namespace rooftop::lib {

/// Where a matrix lies: strides in bytes.
struct MatrixPlace {
  std::int64_t rows, columns, row_stride, column_stride;
};

/// to[j * leading + i] = the element (i, j) at `from`, for float64 and complex128. @pre leading >= rows
template <typename T>
void read_columns(const MatrixPlace& place, const char* from, T* to, std::int64_t leading);
/// The element (i, j) at `to` = from[j * leading + i]
template <typename T>
void write_columns(const MatrixPlace& place, char* to, const T* from, std::int64_t leading);

}  // namespace rooftop::lib
