// Words for a variable through which each round of a loop waits for the one before it.
#pragma once

#include <string>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Why the loop's rounds keep their order because of `var`, which its body assigns and something outside declares, and
/// what the user can do about it.
std::string carried_value(const ir::Var& var, const ir::Block& body, const Machine& machine);

}  // namespace rooftop::opt
