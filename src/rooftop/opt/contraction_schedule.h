// The nest that follows from a contraction's plan.
#pragma once

#include "rooftop/opt/contraction_plan.h"

namespace rooftop::opt {

/// The scheduled nest, with `original` for extents that are too small for it.
ir::Stmt schedule_contraction(const Contraction& contraction, const ContractionPlan& plan, const Machine& machine,
                              ir::FloatModel model, const ir::Stmt& original);

}  // namespace rooftop::opt
