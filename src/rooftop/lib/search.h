// Places in sorted vectors.
#pragma once

#include <cstdint>

#include "rooftop/array/dtype.h"

namespace rooftop::lib {

/// A sorted vector, and how to read it.
struct SortedVector {
  array::DType dtype;
  const char* data;
  std::int64_t size;
  const std::int64_t* order = nullptr;  ///< where its elements lie, in ascending order; null: as they are
};

/// places[i] is where values[i] would be put into the vector: before the elements equal to it, or behind them where
/// `behind` is set. @pre values are of the vector's type, which is not complex; the order's places are inside
void search_sorted(const SortedVector& sorted, const char* values, std::int64_t count, bool behind,
                   std::int64_t* places);

}  // namespace rooftop::lib
