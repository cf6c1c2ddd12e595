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

/// Lets elements of the plan's one panel and one sliver hold several terms where the step is a sum of products of
/// narrow integers in 32 bits: four of 8 bits where the machine has an instruction for it, or two of up to 16.
void share_elements(const Contraction& contraction, const Machine& machine, ContractionPlan& plan);

/// The step with names for what is packed in another form than it lies in memory.
struct NamedStep {
  ir::Expr step;
  std::vector<ir::Var> panels, slivers;  ///< by plan; null where the step has the load
};
NamedStep named_step(const Contraction& contraction, const ContractionPlan& plan);

/// One element of `values`, the factors of as many terms: the last of them is on top.
ir::Expr packed_element(const std::vector<ir::Expr>& values);
/// The same with each of them shifted, see the plan.
ir::Expr shifted_element(const ir::Expr& element);
/// What makes a row's sums right, from the sums of `element`, a vector of those of a sliver's row, in the lanes of
/// `sums`.
ir::Expr row_sums(const ContractionPlan& plan, const ir::Expr& sums, const ir::Expr& element);
ir::Expr row_correction(const ContractionPlan& plan, const ir::Expr& sums);

}  // namespace rooftop::opt
