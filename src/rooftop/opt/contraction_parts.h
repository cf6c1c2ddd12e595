// Small expressions and blocks that the parts of a contraction's schedule are written with.
#pragma once

#include <utility>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/contraction_limits.h"

namespace rooftop::opt {

inline ir::Expr integer(std::int64_t value) { return ir::int_constant(value); }
inline ir::Expr smaller(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::min, {a, b}); }
inline ir::Expr larger(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::max, {a, b}); }
inline ir::Expr less(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::lt, {a, b}); }
inline ir::Expr equal(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::eq, {a, b}); }
inline ir::Expr both(const ir::Expr& a, const ir::Expr& b) {
  return !a ? b : !b ? a : ir::operation(ir::Op::bit_and, {a, b});
}
inline ir::Expr either(const ir::Expr& a, const ir::Expr& b) {
  return !a ? b : !b ? a : ir::operation(ir::Op::bit_or, {a, b});
}
inline ir::Expr choose(const ir::Expr& c, const ir::Expr& a, const ir::Expr& b) {
  return ir::operation(ir::Op::select, {c, a, b});
}
/// Rounds of the loop.
inline ir::Expr count(const ContractionLoop& l) { return minus(l.end, l.begin); }
/// ceil(a / b) for a positive constant b and an a that is not near the ends of 64 bits.
inline ir::Expr pieces(const ir::Expr& a, std::int64_t b) {
  return ir::operation(ir::Op::floordiv, {plus(a, b - 1), integer(b)});
}

inline void append(ir::Block& block, ir::Block more) {
  for (ir::Stmt& s : more) block.push_back(std::move(s));
}

/// Appends a let and returns its variable; constants and variables need none.
inline ir::Expr let_in(ir::Block& block, const std::string& name, const ir::Expr& value) {
  if (value.is_constant() || value.is(ir::ExprKind::Variable)) return value;
  const ir::Var var = ir::make_var(name, value.type());
  block.push_back(ir::let(var, value));
  return ir::variable(var);
}

}  // namespace rooftop::opt
