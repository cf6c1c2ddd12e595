// Groups of equal elements in sorted vectors, and which elements are in a set. 0.0 and -0.0 are equal.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"
#include "rooftop/lib/search.h"

namespace rooftop::lib {

/// Where groups of equal elements begin in ascending order: writes the places in the order (not in memory), and the
/// vector's size behind the last; returns how many groups there are. NaNs are one group where `equal_nan` is set, else
/// each is one. @pre `begins` has room for size + 1
std::int64_t find_groups(const SortedVector& sorted, bool equal_nan, std::int64_t* begins);

/// Moves the first of each such group to the front of a sorted vector; returns how many there are.
std::int64_t drop_repeats(array::DType dtype, char* data, std::int64_t n, bool equal_nan);

/// found[i] = whether values[i] is in the vector (where `inverted`: is not). NaN is in none.
/// @pre as search_sorted
void find_members(const SortedVector& sorted, const char* values, std::int64_t count, bool inverted, bool* found);

}  // namespace rooftop::lib
