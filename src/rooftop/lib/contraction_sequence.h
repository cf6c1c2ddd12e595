// Contractions of many operands, step by step.
#pragma once

#include <vector>

#include "rooftop/lib/contraction_path.h"
#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

/// As `contract`, of any number of operands, in the order of a path; a step of more than two finds its own. `lengths`
/// is by label.
/// @pre the path's steps name places that there are, and leave one operand
unsigned contract_by_path(const std::vector<const Labelled*>& operands, const std::int64_t* lengths,
                          const std::vector<ContractionStep>& path, const Labelled& out);

/// The same in an order that is found. Where results of steps would be much larger than operands and output, a part of
/// the terms is added up after the other.
/// @pre at least two operands
unsigned contract_all(const std::vector<const Labelled*>& operands, const std::int64_t* lengths, const Labelled& out);

}  // namespace rooftop::lib
