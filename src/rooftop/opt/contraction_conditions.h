// Tests before a contraction that show what the program's text does not: that elements have an address each, and that
// what is read is not written.
#pragma once

#include "rooftop/opt/contraction.h"

namespace rooftop::opt {

/// Tests that must hold before the elements may be computed in another order; empty when none is needed. Evaluated
/// only where each loop has a round.
std::vector<ir::Expr> conditions_of(const Contraction& contraction);

/// That in some dimension all subscripts of a load of the target's array lie on one side of all those written; unset
/// when no dimension can tell.
ir::Expr part_is_apart(const Contraction& contraction, const ir::Expr& load);

}  // namespace rooftop::opt
