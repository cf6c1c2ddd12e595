// Simplification of one expression: constant folding, the rules of simplify_rules, and what patterns cannot say (casts,
// lanes, lengths and elements of views).
#pragma once

#include "rooftop/ir/expr.h"

namespace rooftop::opt {

/// An expression of the same value, for every value of its variables; `e` itself when nothing is simpler. The arguments
/// of `e` are taken to be simplified already.
ir::Expr simplify_node(const ir::Expr& e);

/// The same for a whole expression, arguments first.
ir::Expr simplify_expression(const ir::Expr& e);

}  // namespace rooftop::opt
