// Names for values that a pass computes once and uses several times.
#pragma once

#include <string>

#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

/// Appends a let to the block and returns its variable; constants and variables need none.
inline ir::Expr let_in(ir::Block& block, const std::string& name, const ir::Expr& value, SourceLocation at = {}) {
  if (value.is_constant() || value.is(ir::ExprKind::Variable)) return value;
  const ir::Var var = ir::make_var(name, value.type());
  block.push_back(ir::let(var, value, std::move(at)));
  return ir::variable(var);
}

}  // namespace rooftop::opt
