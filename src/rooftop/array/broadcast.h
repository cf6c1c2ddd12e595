// The common shape of several operands, and views that repeat an operand along it.
#pragma once

#include <span>

#include "rooftop/array/view.h"

namespace rooftop::array {

/// Widens `shape` to hold `lengths` too: aligned at the last axis, lengths of one repeat. False when a pair of lengths
/// neither agree nor contain a one.
bool broadcast_shape(Extents& shape, std::span<const std::int64_t> lengths);

/// The view with the lengths given, strides of zero where it repeats. `storage` holds its lengths and strides.
/// @pre the view's lengths broadcast to `lengths`
View broadcast_view(const View& view, std::span<const std::int64_t> lengths, Extents& storage);

/// Whether the view's lengths broadcast to exactly `lengths`.
bool broadcasts_to(std::span<const std::int64_t> from, std::span<const std::int64_t> lengths);

}  // namespace rooftop::array
