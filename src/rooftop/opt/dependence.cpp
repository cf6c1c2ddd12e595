// Tests on affine subscripts. Two accesses of one array conflict unless a dimension keeps them apart.
#include "rooftop/opt/dependence.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;

namespace {

class Collector {
 public:
  explicit Collector(std::string& why_not) : why_not_(why_not) {}

  bool block(const ir::Block& statements) {
    for (const ir::Stmt& s : statements) {
      ++order_;
      bool good = true;
      ir::for_each_expr(s, [&](const Expr& e) { good = good && expression(e); });
      if (!good) return false;
      if (s.is(StmtKind::Let) && !s->var->type.is_array()) lets_.set(s->var, lets_.rewrite(s->exprs[0]));
      if (s.is(StmtKind::Store)) {
        ++order_;
        if (!s->array.is(ExprKind::Variable)) return no();
        std::vector<Expr> indices;
        for (const Expr& i : s->exprs) indices.push_back(lets_.rewrite(i));
        found.push_back({s->array.var(), std::move(indices), true, order_});
      }
      ir::for_each_block(s, [&](const ir::Block& b) { good = good && block(b); });
      if (!good) return false;
    }
    return true;
  }

  std::vector<ArrayAccess> found;

 private:
  bool no() {
    why_not_ = "an array is an expression, not a variable";
    return false;
  }

  bool expression(const Expr& e) {
    bool good = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Load)) return;
      if (!n.array().is(ExprKind::Variable)) {
        good = no();
        return;
      }
      std::vector<Expr> indices;
      for (const Expr& i : n.indices()) indices.push_back(lets_.rewrite(i));
      found.push_back({n.array().var(), std::move(indices), false, order_});
    });
    return good;
  }

  std::string& why_not_;
  ir::Substitution lets_;
  int order_ = 0;
};

std::vector<ir::Var> loop_variables(const ir::Stmt& loop) {
  std::vector<ir::Var> vars = {loop->var};
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    if (s.is(StmtKind::For)) vars.push_back(s->var);
  });
  return vars;
}

/// Parts of a subscript that change between rounds must be the loop's own variables: reads of anything bound inside the
/// body, or assigned there, make it unknown.
bool is_known(const Expr& index, const ir::VarSet& changing) {
  bool known = true;
  ir::for_each_node(index, [&](const Expr& n) {
    known &= !(n.is(ExprKind::Variable) && changing.contains(n.var().get()));
    known &= !n.is(ExprKind::Load);
  });
  return known;
}

/// Variables whose value differs between rounds, other than loop variables.
ir::VarSet changing_variables(const ir::Stmt& loop) {
  ir::VarSet changing = ir::bound_variables(loop->body);
  for (const ir::VarNode* v : ir::assigned_variables(loop->body)) changing.insert(v);
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    if (s.is(StmtKind::For)) changing.erase(s->var.get());
  });
  return changing;
}

/// A dimension in which both subscripts are c * i + r with the same c != 0 and r: different rounds, different elements.
bool dimension_separates(const Expr& a, const Expr& b, const ir::Var& var, const std::vector<ir::Var>& vars,
                         const ir::VarSet& changing) {
  if (!is_known(a, changing) || !is_known(b, changing)) return false;
  const auto x = affine(a, vars), y = affine(b, vars);
  if (!x || !y || x->coefficients.size() != 1 || y->coefficients.size() != 1) return false;
  if (x->coefficient(var) == 0 || x->coefficient(var) != y->coefficient(var)) return false;
  return constant_difference(*x, *y) == 0;
}

/// A dimension in which the two are different constants apart whatever the round.
bool dimension_differs(const Expr& a, const Expr& b, const std::vector<ir::Var>& vars, const ir::VarSet& changing) {
  if (!is_known(a, changing) || !is_known(b, changing)) return false;
  const auto x = affine(a, vars), y = affine(b, vars);
  if (!x || !y || !x->coefficients.empty() || !y->coefficients.empty()) return false;
  const auto difference = constant_difference(*x, *y);
  return difference && *difference != 0;
}

template <class Test>
bool any_dimension(const ArrayAccess& a, const ArrayAccess& b, const Test& test) {
  for (std::size_t d = 0; d < a.indices.size(); ++d) {
    if (test(a.indices[d], b.indices[d])) return true;
  }
  return false;
}

/// Whether two different variables may name the same memory.
bool may_overlap(const ArrayAccess& a, const ArrayAccess& b, const MemoryFacts& facts) {
  return a.array != b.array && !facts.disjoint(a.array, b.array);
}

/// Runs `conflict` on each pair of accesses with a store; false at the first that conflicts.
template <class Conflict>
bool check_pairs(const std::vector<ArrayAccess>& accesses, const MemoryFacts& facts, std::string& why_not,
                 const Conflict& conflict) {
  for (const ArrayAccess& s : accesses) {
    if (!s.is_store) continue;
    if (!facts.has_distinct_elements(s.array)) {
      why_not = "elements of '" + s.array->name + "' may share memory";
      return false;
    }
    for (const ArrayAccess& other : accesses) {
      if (may_overlap(s, other, facts)) {
        why_not = "'" + s.array->name + "' and '" + other.array->name + "' may overlap";
        return false;
      }
      if (other.array == s.array && conflict(s, other)) {
        why_not = "a round may touch elements of '" + s.array->name + "' that another one writes";
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::optional<std::vector<ArrayAccess>> accesses_in(const ir::Block& block, std::string& why_not) {
  Collector collector(why_not);
  if (!collector.block(block)) return std::nullopt;
  return std::move(collector.found);
}

bool rounds_are_independent(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  const auto accesses = accesses_in(loop->body, why_not);
  if (!accesses) return false;
  const std::vector<ir::Var> vars = loop_variables(loop);
  const ir::VarSet changing = changing_variables(loop);
  MemoryFacts inside = facts;
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    if (s.is(StmtKind::Allocate)) inside.learn(s);
  });
  // An array allocated in the body is the round's own.
  const auto is_own = [&](const ir::Var& array) { return ir::bound_variables(loop->body).contains(array.get()); };
  return check_pairs(*accesses, inside, why_not, [&](const ArrayAccess& s, const ArrayAccess& other) {
    if (is_own(s.array)) return false;
    return !any_dimension(s, other, [&](const Expr& a, const Expr& b) {
      return dimension_separates(a, b, loop->var, vars, changing) || dimension_differs(a, b, vars, changing);
    });
  });
}

bool rounds_run_in_lockstep(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  const auto accesses = accesses_in(loop->body, why_not);
  if (!accesses) return false;
  const std::vector<ir::Var> vars = {loop->var};
  const ir::VarSet changing = changing_variables(loop);
  return check_pairs(*accesses, facts, why_not, [&](const ArrayAccess& s, const ArrayAccess& other) {
    const bool apart = any_dimension(s, other, [&](const Expr& a, const Expr& b) {
      return dimension_separates(a, b, loop->var, vars, changing) || dimension_differs(a, b, vars, changing);
    });
    if (apart) return false;
    if (other.is_store) return true;
    // The read is `distance` rounds ahead of the write (behind, if negative) in a dimension that moves with the rounds.
    const bool in_order = any_dimension(s, other, [&](const Expr& a, const Expr& b) {
      if (!is_known(a, changing) || !is_known(b, changing)) return false;
      const auto x = affine(a, vars), y = affine(b, vars);
      if (!x || !y || x->coefficient(loop->var) != 1 || y->coefficient(loop->var) != 1) return false;
      const auto distance = constant_difference(*y, *x);
      if (!distance) return false;
      // Reading ahead must come before the write in the body, reading behind after it.
      return *distance > 0 ? other.order < s.order : other.order > s.order;
    });
    return !in_order;
  });
}

}  // namespace rooftop::opt
