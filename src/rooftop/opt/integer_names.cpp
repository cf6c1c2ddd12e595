// A let of something that may change says nothing of the let's meaning later.
#include "rooftop/opt/integer_names.h"

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;

void IntegerNames::learn(const ir::Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Declare:
      mutable_.insert(s->var.get());
      return;
    case StmtKind::For:
      values_.erase(s->var.get());
      loops_[s->var.get()] = s;
      return;
    case StmtKind::Let: {
      if (s->var->type != ir::kI64) return;
      if (is_fixed(s->exprs[0])) {
        values_[s->var.get()] = s->exprs[0];
      } else {
        values_.erase(s->var.get());
      }
      return;
    }
    case StmtKind::Assume:
      return learn_condition(s->condition());
    default:
      return;
  }
}

void IntegerNames::learn_condition(const Expr& condition) {
  if (condition.is_op(ir::Op::bit_and)) {
    learn_condition(condition.arg(0));
    learn_condition(condition.arg(1));
    return;
  }
  const bool compares = condition.is_op(ir::Op::lt) || condition.is_op(ir::Op::le) || condition.is_op(ir::Op::gt) ||
                        condition.is_op(ir::Op::ge);
  if (compares && condition.arg(0).type() == ir::kI64 && is_fixed(condition)) comparisons_.push_back(condition);
}

bool IntegerNames::is_fixed(const Expr& e) const {
  bool fixed = true;
  ir::for_each_node(
      e, [&](const Expr& n) { fixed &= !n.is(ExprKind::Load) && !(n.is(ExprKind::Variable) && is_mutable(n.var())); });
  return fixed;
}

const ir::StmtNode* IntegerNames::loop_of(const ir::Var& var) const {
  const auto found = loops_.find(var.get());
  return found == loops_.end() ? nullptr : found->second.get();
}

const Expr* IntegerNames::value_of(const ir::Var& var) const {
  const auto found = values_.find(var.get());
  return found == values_.end() ? nullptr : &found->second;
}

}  // namespace rooftop::opt
