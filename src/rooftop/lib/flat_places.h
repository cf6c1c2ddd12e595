// Places counted through a whole array, as indices of its axes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::lib {

/// indices[axis][i] = the index of places[i] along an axis of an array of these lengths; the last axis runs fastest, or
/// the first one. Returns a place that is outside, after which the indices are of no meaning.
/// @pre the product of all lengths is an int64
std::optional<std::int64_t> unravel(std::span<const std::int64_t> places, std::span<const std::int64_t> shape,
                                    bool first_runs_fastest, std::int64_t* const* indices);

/// sums[i] += places[i] * step, element by element. False where a place is outside [0, length): the sums are of no
/// meaning then.
/// @pre both are of aligned int64, `places` has the lengths of `sums` (strides of zero where it is broadcast)
bool add_indices(const array::View& sums, const array::View& places, std::int64_t length, std::int64_t step);

}  // namespace rooftop::lib
