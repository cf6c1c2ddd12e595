// Products of float64 and float32 with a vector: sums of products along dense memory, in registers of the machine's
// level. Sums are cut into blocks of a fixed length: the same bits however many threads there are, and whatever the
// strides of a vector.
#pragma once

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// Terms that become one number: longer sums are cut into blocks.
inline constexpr std::int64_t kDotBlock = 4096;

/// Writes the sum of a[i] * b[i]. Returns FloatError bits.
/// @pre rank 1, float64 or float32, one length, aligned; `sum` is one element of their type. Throws std::bad_alloc.
unsigned dot(char* sum, const array::View& a, const array::View& b);

/// Whether a product has one element.
inline bool is_dot(const array::View& c) { return c.shape[0] == 1 && c.shape[1] == 1; }

/// As `multiply_small`, of a row and a column.
void multiply_dot(const array::View& c, const array::View& a, const array::View& b);

/// Whether `multiply_vector` takes c = a · b: b is one column (or a one row), and the terms of a sum are neighbours in
/// the matrix.
bool is_row_of_dots(const array::View& c, const array::View& a, const array::View& b);

/// As `multiply`. Returns FloatError bits. @pre is_row_of_dots
unsigned multiply_vector(const array::View& c, const array::View& a, const array::View& b);

}  // namespace rooftop::lib
