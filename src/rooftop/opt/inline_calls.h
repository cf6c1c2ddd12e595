// Calls replaced by the called functions' bodies, for loops that look at all that happens in a round.
#pragma once

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// The block with its calls of functions of the module written out, as far as they are small, not recursive, and leave
/// from no loop of their own. An exception raised by the result has not passed through the call: only for code that
/// leaves raising to another version, or functions that raise nothing.
ir::Block with_calls_inlined(const ir::Block& block, const ir::Module& module);

}  // namespace rooftop::opt
