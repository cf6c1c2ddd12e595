// In which order several operands are contracted.
#pragma once

#include <span>
#include <vector>

#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

/// The places of the operands of one step in the list of those that are left; its result goes to the list's end.
using ContractionStep = std::vector<int>;

/// How many elements there are with these labels, as a float: products may be larger than what an integer holds.
double element_count(LabelSet labels, const std::int64_t* lengths);

/// Pairs, at each step those that lessen the number of elements most, of these the cheapest; pairs that share no label
/// last. `lengths` is by label.
/// @pre at least two operands
std::vector<ContractionStep> greedy_path(std::span<const LabelSet> operands, LabelSet result,
                                         const std::int64_t* lengths);

/// Operands up to which the best path is looked for: the time triples with each.
constexpr int kMostOptimal = 12;

/// The pairs with the fewest multiplications and additions in all.
/// @pre at least two operands, at most kMostOptimal
std::vector<ContractionStep> optimal_path(std::span<const LabelSet> operands, LabelSet result,
                                          const std::int64_t* lengths);

/// The labels that a step's result has: those that the result or an operand that is left needs.
LabelSet labels_after(std::span<const LabelSet> operands, const ContractionStep& step, LabelSet result);

}  // namespace rooftop::lib
