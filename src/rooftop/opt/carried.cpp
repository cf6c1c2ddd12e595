// What all assignments to the variable have in common says what it is for.
#include "rooftop/opt/carried.h"

#include <algorithm>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::Op;

/// Whether the value is the variable with something added to it (multiplied by something), with the body's lets looked
/// through.
bool accumulates(const Expr& value, const ir::Var& var, std::initializer_list<Op> ops, const ir::Block& body) {
  if (value.is(ir::ExprKind::Operation) && std::find(ops.begin(), ops.end(), value.op()) != ops.end()) {
    return std::any_of(value.args().begin(), value.args().end(), [&](const Expr& a) {
      return (a.is(ir::ExprKind::Variable) && a.var() == var) || accumulates(a, var, ops, body);
    });
  }
  if (!value.is(ir::ExprKind::Variable)) return false;
  bool found = false;
  ir::for_each_statement(body, [&](const ir::Stmt& s) {
    if (s.is(ir::StmtKind::Let) && s->var == value.var()) found |= accumulates(s->exprs[0], var, ops, body);
  });
  return found;
}

}  // namespace

std::string carried_value(const ir::Var& var, const ir::Block& body, const Machine& machine) {
  bool sums = true, multiplies = true;
  ir::for_each_statement(body, [&](const ir::Stmt& s) {
    if (!s.is(ir::StmtKind::Assign) || s->var != var) return;
    sums = sums && accumulates(s->exprs[0], var, {Op::add, Op::sub, Op::fma}, body);
    multiplies = multiplies && accumulates(s->exprs[0], var, {Op::mul, Op::div}, body);
  });
  const std::string name = "'" + var->name + "'";
  const bool rounds = array::is_float(var->type.dtype()) || array::is_complex(var->type.dtype());
  if (rounds && (sums || multiplies)) {
    const std::string kind = sums ? "sum" : "product";
    const std::string terms = sums ? "terms are added" : "factors are multiplied";
    return name + " is a " + kind + " of floats: in another order it would round differently, so its " + terms +
           " one after the other; several " + kind +
           "s, each of a part, would not wait for each other (a vector holds " +
           std::to_string(machine.lanes(var->type.dtype())) + " of them)";
  }
  return "each round starts from the value of " + name + " that the round before it left";
}

}  // namespace rooftop::opt
