// Einstein's sums of any number of operands.
#pragma once

#include <optional>
#include <span>

#include "rooftop/lib/contraction_path.h"

namespace rooftop::lib {

/// A single operand none of whose labels is summed: its elements under the result's axes, a view. `storage` holds the
/// lengths and strides.
std::optional<array::View> einsum_view(const array::AxisLabels& labels, std::span<const array::View> operands,
                                       array::Extents& storage);

/// The result's lengths; strides are left unset.
void set_einsum_shape(const array::AxisLabels& labels, array::Extents& shape);

/// The lengths, and strides of a new result whose axes lie in memory as the operands' do: NumPy's order 'K'.
/// @pre its bytes can be counted
void set_einsum_layout(const array::AxisLabels& labels, std::span<const array::View> operands, std::size_t item_size,
                       array::Extents& layout);

/// out = the sum of the products of the operands' elements, which are converted to the output's type first; halves are
/// summed as float32, of bools "or" is the sum. Without a path one is found. Returns FloatError bits.
/// @pre `labels` has no fault; the output has the result's lengths and overlaps no operand; a path's steps name places
/// that there are, and leave one operand. Throws std::bad_alloc.
unsigned einsum(const array::AxisLabels& labels, std::span<const array::View> operands, const array::View& out,
                const std::vector<ContractionStep>* path = nullptr);

/// See optimal_path. @pre as `einsum`, at least two operands and at most kMostOptimal
std::vector<ContractionStep> optimal_einsum_path(const array::AxisLabels& labels,
                                                 std::span<const array::View> operands);

}  // namespace rooftop::lib
