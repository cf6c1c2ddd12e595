// Copies of statements with variables of their own, for a block that comes to stand where its variables would be
// visible twice: an inlined body, a nested block spliced into its parent.
#pragma once

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {

/// The block with every variable that it binds replaced by a new one of the same name and type. `substitution` maps the
/// block's free variables on the way in and gets the new ones added.
ir::Block with_fresh_variables(const ir::Block& block, ir::Substitution& substitution);

inline ir::Block with_fresh_variables(const ir::Block& block) {
  ir::Substitution none;
  return with_fresh_variables(block, none);
}

/// Appends a nested block's statements to its parent's, for a branch that is always taken or a loop of one iteration.
/// Assumptions stay behind: they may hold only to the end of the inner block.
void splice(const ir::Block& inner, ir::Block& out);

}  // namespace rooftop::opt
