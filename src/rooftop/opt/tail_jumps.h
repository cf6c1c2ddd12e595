// Blocks without early ways out: what follows a branch that jumps moves into the branch that does not.
//
//   if %c { …; continue }         if %c { … } else {
//   rest                     →      rest
//                                 }
#pragma once

#include <functional>
#include <optional>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// The block with every jump of the kind (Continue or Break of the loop whose body this is, or Return) replaced by what
/// `at_jump` makes of it, and nothing after it. Nothing where a jump stands in a loop of the block, for a Return, or
/// where too much would have to be copied.
std::optional<ir::Block> without_jumps(const ir::Block& block, ir::StmtKind kind,
                                       const std::function<ir::Block(const ir::Stmt&)>& at_jump);

}  // namespace rooftop::opt
