// Contractions whose target has many rows and few columns, matrix times vector first of all: lanes are rows, and each
// square of the operand is turned upright in registers.
//
//   for %i … step 16 {                               for %i … { for %k … { %y[%i] = %y[%i] + %A[%i, %k] * %x[%k] } }
//     accumulators of 16 rows
//     for %k … step 8 { 8 terms of 8 rows: 8 loads along the rows, turned to their transpose; 8 multiply-adds }
//
// Each element still takes its terms in order, which a vector along the terms could not do.
#pragma once

#include "rooftop/opt/contraction_tile.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// The nest over all rows and columns, or nothing where operands do not lie that way.
std::optional<ir::Block> upright_nest(const Contraction& contraction, const ContractionPlan& plan,
                                      const Machine& machine, const ir::Expr& step, const ir::Expr& pays);

/// Whether that is the better nest, for the lengths of this call.
ir::Expr is_upright(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine);

}  // namespace rooftop::opt
