// One walk over the loop's body gathers the facts.
#include "rooftop/opt/motion_loop.h"

#include <algorithm>

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

LoopFacts::LoopFacts(const Stmt& loop, const MemoryFacts& memory, const ViewBases& bases)
    : memory_(memory), bases_(bases), changing_(ir::bound_variables(loop->body)) {
  if (loop->var) changing_.insert(loop->var.get());
  const ir::VarSet assigned = ir::assigned_variables(loop->body);
  changing_.insert(assigned.begin(), assigned.end());
  std::unordered_set<const ir::ExprNode*> seen;
  const auto collect_loads = [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Load) && seen.insert(n.get()).second) loads_.push_back(n);
    });
  };
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    if (s.is(StmtKind::Store)) stores_.push_back(s);
    inner_loops_ |= s.is(StmtKind::For) || s.is(StmtKind::While);
    calls_ |= s.is_opaque();
    abandoned_ |= s.is_opaque() || s.is(StmtKind::Check) || s.is(StmtKind::Raise) || s.is(StmtKind::Return) ||
                  s.is(StmtKind::Poll);
    ir::for_each_expr(s, collect_loads);
  });
}

bool LoopFacts::may_overlap(const ir::Var& a, const ir::Var& b) const {
  if (a == b || bases_.base_of(a) == bases_.base_of(b)) return true;
  return !memory_.disjoint(a, b);
}

bool LoopFacts::load_is_invariant(const Expr& load) const {
  const ir::Var array = ViewBases::variable_of(load.array());
  if (calls_ || !array) return false;
  return std::none_of(stores_.begin(), stores_.end(), [&](const Stmt& s) {
    const ir::Var written = ViewBases::variable_of(s->array);
    return !written || may_overlap(array, written);
  });
}

bool LoopFacts::is_invariant(const Expr& e) {
  if (const auto found = invariant_.find(e.get()); found != invariant_.end()) return found->second.second;
  bool fixed = !e.is(ExprKind::Variable) || !changing_.contains(e.var().get());
  for (const Expr& a : e.args()) fixed = fixed && is_invariant(a);
  fixed = fixed && (!e.is(ExprKind::Load) || load_is_invariant(e));
  invariant_.emplace(e.get(), std::pair(e, fixed));
  return fixed;
}

bool may_jump(const Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Break:
    case StmtKind::Continue:
    case StmtKind::Return:
    case StmtKind::Raise:
    case StmtKind::Check:
    case StmtKind::Call:
    case StmtKind::Create:
    case StmtKind::Retain:
    case StmtKind::Release:
    case StmtKind::Poll:
    case StmtKind::While:  // may never end
      return true;
    default:
      break;
  }
  bool found = false;
  ir::for_each_block(s, [&](const ir::Block& b) { found = found || std::any_of(b.begin(), b.end(), may_jump); });
  return found;
}

bool is_total(const Expr& operation) {
  switch (operation.op()) {
    case Op::quo:
    case Op::rem:
    case Op::floordiv:
    case Op::floormod: {
      const Expr divisor = operation.arg(1);
      return divisor.is_constant() && divisor.constant().integer != 0 && divisor.constant().integer != -1;
    }
    case Op::shl:
    case Op::shr: {
      const Expr count = operation.arg(1);
      const auto bits = static_cast<std::int64_t>(8 * array::size_of(operation.dtype()));
      return count.is_constant() && count.constant().integer >= 0 && count.constant().integer < bits;
    }
    default:
      return true;
  }
}

bool is_speculatable(const Expr& e) {
  bool safe = true;
  ir::for_each_node(e, [&](const Expr& n) {
    if (n.is(ExprKind::Load) || n.is(ExprKind::Lookup)) safe = false;
    if (n.is(ExprKind::Operation)) safe = safe && is_total(n);
  });
  return safe;
}

}  // namespace rooftop::opt
