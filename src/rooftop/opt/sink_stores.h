// Stores of a round gathered at its end, so that nothing is written before everything that can raise has passed.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// The loop with the stores to one element, spread over branches, made once at the end of each round: where the round
/// does not read the array afterwards. The same values are stored; only a round that raises stores less.
ir::Stmt with_stores_at_the_end(const ir::Stmt& loop);

}  // namespace rooftop::opt
