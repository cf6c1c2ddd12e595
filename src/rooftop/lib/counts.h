// How often numbers occur.
#pragma once

#include <cstdint>

#include "rooftop/lib/search.h"

namespace rooftop::lib {

struct Range {
  std::int64_t least = 0, largest = 0;
};
/// The smallest and the largest of n numbers; zeros where there are none.
Range range_of(const std::int64_t* numbers, std::int64_t n);

/// ++counts[numbers[i]] for all i. @pre numbers lie in [0, length)
void count_places(const std::int64_t* numbers, std::int64_t n, std::int64_t* counts, std::int64_t length);

/// sums[numbers[i]] += weights[i], in order.
void add_weights(const std::int64_t* numbers, const double* weights, std::int64_t n, double* sums);

enum class Monotony : std::uint8_t { Ascending, Descending, None };
/// Whether the elements of a vector never fall, or never rise; None where there is a NaN. @pre not complex; no order is
/// set
Monotony monotony_of(const SortedVector& vector);

}  // namespace rooftop::lib
