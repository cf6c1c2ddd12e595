// What the step of a contraction reads, and the form in which packing keeps it: converted already, so that the tiles
// compute with one type, or several narrow integers in one element, whose products one instruction adds.
#pragma once

#include <vector>

#include "rooftop/opt/contraction_plan.h"

namespace rooftop::opt {

/// The step's distinct operands: loads, and in place of a load its conversion where the step reads it no other way.
std::vector<ir::Expr> operands_of(const ir::Expr& step);

/// The load that an operand converts, or that it is.
const ir::Expr& load_in(const ir::Expr& operand);

/// How many terms of the plan's one panel and one sliver an element can hold: two for sums of products of 8- and
/// 16-bit integers in 32 bits, else one.
int terms_per_element(const Contraction& contraction, const ContractionPlan& plan);

/// The step with names for what is packed in another form than it lies in memory.
struct NamedStep {
  ir::Expr step;
  std::vector<ir::Var> panels, slivers;  ///< by plan; null where the step has the load
};
NamedStep named_step(const Contraction& contraction, const ContractionPlan& plan);

/// One element of `values`, the factors of as many terms: the last of them is on top.
ir::Expr packed_element(const std::vector<ir::Expr>& values);

}  // namespace rooftop::opt
