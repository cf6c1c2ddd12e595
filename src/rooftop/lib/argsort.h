// The places that sort a vector, wholly or in part: those of equal elements ascend. Order is that of sort.h.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/dtype.h"
#include "rooftop/array/view.h"

namespace rooftop::lib {

/// places[i] is where the element that belongs at i in ascending order lies.
/// @pre `data` and `places` do not overlap
void argsort_vector(array::DType dtype, const char* data, std::int64_t n, std::int64_t* places);

/// The same for `wanted` places; the others hold the rest, none larger before and none smaller behind each.
/// @pre wanted places ascend and lie in [0, n)
void argpartition_vector(array::DType dtype, const char* data, std::int64_t n, std::span<const std::int64_t> wanted,
                         std::int64_t* places);

/// The same for each row of a view, whose elements lie one after the other along its last axis; the rows of places
/// follow each other. @pre view.rank > 0
void argsort_rows(const array::View& view, std::int64_t* places);
void argpartition_rows(const array::View& view, std::span<const std::int64_t> wanted, std::int64_t* places);

}  // namespace rooftop::lib
