// Facts about arrays, gathered while walking down a function.
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;

void MemoryFacts::learn_condition(const Expr& condition) {
  if (condition.is_op(ir::Op::bit_and)) {
    learn_condition(condition.arg(0));
    learn_condition(condition.arg(1));
  } else if (condition.is(ExprKind::Disjoint)) {
    const Expr &a = condition.arg(0), &b = condition.arg(1);
    if (!a.is(ExprKind::Variable) || !b.is(ExprKind::Variable)) return;
    disjoint_.emplace(a.var().get(), b.var().get());
    disjoint_.emplace(b.var().get(), a.var().get());
  }
}

void MemoryFacts::learn(const ir::Stmt& s) {
  switch (s.kind()) {
    case ir::StmtKind::Assume: learn_condition(s->condition()); return;
    case ir::StmtKind::Allocate: fresh_.insert(s->var.get()); return;
    case ir::StmtKind::Let: {
      // A view with a step other than 0 in each dimension keeps elements apart.
      const Expr& value = s->exprs[0];
      if (!value.is(ExprKind::View)) return;
      const ir::ViewParts parts = ir::view_parts(value);
      if (!parts.base.is(ExprKind::Variable) || !has_distinct_elements(parts.base.var())) return;
      for (std::size_t d = 0; d < parts.steps.size(); ++d) {
        if (parts.from[d] < 0 || !parts.steps[d].is_constant() || parts.steps[d].constant().integer == 0) return;
      }
      distinct_.insert(s->var.get());
      return;
    }
    default: return;
  }
}

bool MemoryFacts::disjoint(const ir::Var& a, const ir::Var& b) const {
  return fresh_.contains(a.get()) || fresh_.contains(b.get()) || disjoint_.contains({a.get(), b.get()});
}

bool MemoryFacts::has_distinct_elements(const ir::Var& array) const {
  const ir::Type& type = array->type;
  if (type.layout() == ir::Layout::C) return true;
  // One dimension of elements side by side.
  if (type.layout() == ir::Layout::Inner && type.rank() == 1) return true;
  return distinct_.contains(array.get());
}

}  // namespace rooftop::opt
