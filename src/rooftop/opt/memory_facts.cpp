// Facts about arrays, gathered while walking down a function.
#include "rooftop/opt/memory_facts.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/view_bases.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;
using ir::VarNode;

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

void MemoryFacts::learn_view(const ir::Var& var, const Expr& value) {
  const ir::Var base = ViewBases::variable_of(value);
  if (!base || mutable_.contains(base.get())) return;
  bases_[var.get()] = base.get();
  if (value.is(ExprKind::Variable)) {
    if (has_distinct_elements(base)) distinct_.insert(var.get());
    return;
  }
  // A view keeps elements apart that walks along its base's dimensions, each once and with a step other than 0.
  const ir::ViewParts parts = ir::view_parts(value);
  if (!parts.base.is(ExprKind::Variable) || !has_distinct_elements(base)) return;
  for (std::size_t d = 0; d < parts.steps.size(); ++d) {
    if (parts.from[d] < 0 || !parts.steps[d].is_constant() || parts.steps[d].constant().integer == 0) return;
    if (std::count(parts.from.begin(), parts.from.end(), parts.from[d]) > 1) return;
  }
  distinct_.insert(var.get());
}

void MemoryFacts::share(const Expr& array) {
  if (const ir::Var var = ViewBases::variable_of(array)) fresh_.erase(base_of(var.get()));
}

void MemoryFacts::forget_assigned(const ir::Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Declare:
    case StmtKind::Assign:
      if (!s->var->type.is_array()) return;
      mutable_.insert(s->var.get());
      distinct_.erase(s->var.get());
      std::erase_if(disjoint_,
                    [&](const auto& pair) { return pair.first == s->var.get() || pair.second == s->var.get(); });
      return share(s->exprs[0]);
    case StmtKind::Call:
      // Results may be views of arguments.
      if (std::none_of(s->results.begin(), s->results.end(), [](const ir::Var& v) { return v->type.is_array(); }))
        return;
      for (const Expr& e : s->exprs) {
        if (e.type().is_array()) share(e);
      }
      return;
    default:
      return;
  }
}

void MemoryFacts::learn(const ir::Stmt& s) {
  integers_.learn(s);
  forget_assigned(s);
  ir::for_each_block(s, [&](const ir::Block& b) {
    ir::for_each_statement(b, [&](const ir::Stmt& inner) { forget_assigned(inner); });
  });
  switch (s.kind()) {
    case StmtKind::Assume:
      return learn_condition(s->condition());
    case StmtKind::Allocate:
      fresh_.insert(s->var.get());
      return;
    case StmtKind::Create:
      fresh_.insert(s->results[0].get());
      return;
    case StmtKind::Let:
      if (s->var->type.is_array()) learn_view(s->var, s->exprs[0]);
      return;
    default:
      return;
  }
}

const VarNode* MemoryFacts::base_of(const VarNode* array) const {
  for (auto found = bases_.find(array); found != bases_.end(); found = bases_.find(array)) array = found->second;
  return array;
}

bool MemoryFacts::disjoint(const ir::Var& a, const ir::Var& b) const {
  const VarNode* const base_a = base_of(a.get());
  const VarNode* const base_b = base_of(b.get());
  if (disjoint_.contains({a.get(), b.get()})) return true;
  if (base_a == base_b) return false;
  // Views lie inside of their bases.
  return fresh_.contains(base_a) || fresh_.contains(base_b) || disjoint_.contains({base_a, base_b}) ||
         disjoint_.contains({a.get(), base_b}) || disjoint_.contains({base_a, b.get()});
}

bool MemoryFacts::has_distinct_elements(const ir::Var& array) const {
  const ir::Type& type = array->type;
  if (type.layout() == ir::Layout::C) return true;
  // One dimension of elements side by side.
  if (type.layout() == ir::Layout::Inner && type.rank() == 1) return true;
  return distinct_.contains(array.get());
}

}  // namespace rooftop::opt
