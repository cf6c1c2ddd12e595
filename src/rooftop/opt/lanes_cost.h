// What a round costs by itself and as one of several lanes: rough cycles, to choose between the two.
#pragma once

#include "rooftop/opt/divergence.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Whether lanes for which an earlier check fails must not get to the statement: what it evaluates could trap or leave
/// an array.
bool needs_checked_lanes(const ir::Stmt& s);

/// Whether the node must not be evaluated when nobody asks for it.
bool may_fail(const ir::Expr& node);

/// The statement's own expressions, once.
double own_cost(const ir::Stmt& s);

struct RoundCost {
  double alone = 0;  ///< one round by itself
  double lanes = 0;  ///< all lanes of a strip
};

/// Of one round of the loop, for that many lanes.
RoundCost round_cost(const ir::Stmt& loop, const Divergence& divergence, int lanes, const Machine& machine);

}  // namespace rooftop::opt
