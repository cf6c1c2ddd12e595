// Tests on affine subscripts. Two accesses of one array conflict unless a dimension keeps them apart.
#include "rooftop/opt/dependence.h"

#include <algorithm>
#include <unordered_map>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/meeting.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;

namespace {

class Collector {
 public:
  Collector(const ir::Block& block, std::string& why_not) : why_not_(why_not), inside_(ir::bound_variables(block)) {}

  bool block(const ir::Block& statements) {
    for (const ir::Stmt& s : statements) {
      ++order_;
      bool good = true;
      ir::for_each_expr(s, [&](const Expr& e) { good = good && expression(e); });
      if (!good) return false;
      if (s.is(StmtKind::Let)) learn_let(s);
      if (s.is(StmtKind::Allocate)) own_.insert(s->var.get());
      if (s.is(StmtKind::Store)) {
        ++order_;
        if (!access(s->array, s->exprs, true)) return false;
      }
      if (s.is(StmtKind::For)) loops_.push_back(header(s));
      ir::for_each_block(s, [&](const ir::Block& b) { good = good && block(b); });
      if (s.is(StmtKind::For)) loops_.pop_back();
      if (!good) return false;
    }
    return true;
  }

  std::vector<ArrayAccess> found;

 private:
  /// The loop without its body, the lets in its bounds written out.
  ir::Stmt header(const ir::Stmt& s) {
    return ir::for_loop(s->var, lets_.rewrite(s->begin()), lets_.rewrite(s->end()), s->step, {}, s->loop, s.location());
  }

  void learn_let(const ir::Stmt& s) {
    const Expr& value = s->exprs[0];
    if (!s->var->type.is_array()) {
      lets_.set(s->var, lets_.rewrite(value));
    } else if (value.is(ExprKind::View) || value.is(ExprKind::Variable)) {
      arrays_[s->var.get()] = lets_.rewrite(value);
    }
  }

  /// Records the access as one of the array below all views that the block takes.
  bool access(Expr array, std::span<const Expr> given, bool is_store) {
    std::vector<Expr> indices;
    for (const Expr& i : given) indices.push_back(lets_.rewrite(i));
    while (true) {
      if (array.is(ExprKind::View)) {
        ir::ViewParts parts = ir::view_parts(array);
        for (Expr& start : parts.starts) start = lets_.rewrite(start);
        for (Expr& step : parts.steps) step = lets_.rewrite(step);
        indices = base_indices(parts, indices);
        array = parts.base;
        continue;
      }
      if (!array.is(ExprKind::Variable)) return no("which array is accessed is decided in the loop");
      const auto view = arrays_.find(array.var().get());
      if (view == arrays_.end()) break;
      array = view->second;
    }
    const ir::Var& var = array.var();
    if (inside_.contains(var.get()) && !own_.contains(var.get())) {
      return no("'" + var->name + "' is another array in each round");
    }
    found.push_back({var, std::move(indices), is_store, own_.contains(var.get()), order_, loops_});
    return true;
  }

  bool no(std::string why) {
    why_not_ = std::move(why);
    return false;
  }

  bool expression(const Expr& e) {
    bool good = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Load)) good = good && access(n.array(), n.indices(), false);
    });
    return good;
  }

  std::string& why_not_;
  ir::VarSet inside_;                                    ///< bound in the block
  ir::VarSet own_;                                       ///< allocated in the block
  std::unordered_map<const ir::VarNode*, Expr> arrays_;  ///< views that the block takes
  ir::Substitution lets_;
  std::vector<ir::Stmt> loops_;
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

/// A dimension in which both subscripts are c * i + r with the same c != 0, and r the same or no multiple of c apart:
/// different rounds, different elements.
bool dimension_separates(const Expr& a, const Expr& b, const ir::Var& var, const std::vector<ir::Var>& vars,
                         const ir::VarSet& changing) {
  if (!is_known(a, changing) || !is_known(b, changing)) return false;
  const auto x = affine(a, vars), y = affine(b, vars);
  if (!x || !y || x->coefficients.size() != 1 || y->coefficients.size() != 1) return false;
  const std::int64_t c = x->coefficient(var);
  if (c == 0 || c != y->coefficient(var)) return false;
  const auto difference = constant_difference(*x, *y);
  return difference && (*difference == 0 || *difference % c != 0);
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

std::string shared_element(const ArrayAccess& written, const ArrayAccess& other) {
  const bool from_memory = std::any_of(written.indices.begin(), written.indices.end(), [](const Expr& index) {
    bool loads = false;
    ir::for_each_node(index, [&](const Expr& n) { loads |= n.is(ExprKind::Load); });
    return loads;
  });
  const std::string name = "'" + written.array->name + "'";
  if (from_memory) return "a subscript of " + name + " comes from an array, so two rounds may write the same element";
  return other.is_store ? "two rounds may write the same element of " + name
                        : "a round may read an element of " + name + " that another one writes";
}

/// Runs `conflict` on each pair of accesses with a store; false at the first that conflicts.
template <class Conflict>
bool check_pairs(const std::vector<ArrayAccess>& accesses, const MemoryFacts& facts, std::string& why_not,
                 const Conflict& conflict) {
  for (const ArrayAccess& s : accesses) {
    if (!s.is_store) continue;
    if (!facts.has_distinct_elements(s.array)) {
      why_not = "two elements of '" + s.array->name +
                "' may be one, as far as its strides are known; a contiguous copy has elements of its own";
      return false;
    }
    for (const ArrayAccess& other : accesses) {
      if (may_overlap(s, other, facts)) {
        why_not = "'" + s.array->name + "' and '" + other.array->name +
                  "' may overlap, and no test before the loop tells them apart";
        return false;
      }
      if (other.array == s.array && conflict(s, other)) {
        why_not = shared_element(s, other);
        return false;
      }
    }
  }
  return true;
}

/// Whether the two can be one element in different rounds of the loop, the first's as `order` says.
bool meet(const ArrayAccess& a, const ArrayAccess& b, const ir::Stmt& loop, Order order, const MemoryFacts& facts,
          const ir::VarSet& changing) {
  return may_meet(a, b, {&loop, 1}, {&order, 1}, facts, changing);
}

}  // namespace

std::optional<std::vector<ArrayAccess>> accesses_in(const ir::Block& block, std::string& why_not) {
  Collector collector(block, why_not);
  if (!collector.block(block)) return std::nullopt;
  return std::move(collector.found);
}

namespace {

/// Subscripts of an access as affine functions of the loops' variables, where they are.
using Forms = std::vector<std::optional<Affine>>;

/// Whether the two are one element in rounds that are a fixed distance apart, the same in all dimensions. A cheap
/// answer for most loops whose rounds are not independent.
bool meet_at_a_distance(const Forms& a, const Forms& b, const ir::Stmt& loop) {
  std::optional<std::int64_t> rounds;
  for (std::size_t d = 0; d < a.size(); ++d) {
    if (!a[d] || !b[d] || a[d]->coefficients != b[d]->coefficients) return false;
    const auto difference = constant_difference(*a[d], *b[d]);
    const std::int64_t c = a[d]->coefficient(loop->var);
    if (!difference || (c == 0 ? *difference != 0 : *difference % c != 0)) return false;
    if (c == 0) continue;
    if (rounds && *rounds != *difference / c) return false;
    rounds = *difference / c;
  }
  return !rounds || (*rounds != 0 && *rounds % loop->step == 0);
}

bool any_pair_meets_at_a_distance(const std::vector<ArrayAccess>& accesses, const ir::Stmt& loop,
                                  const std::vector<ir::Var>& vars, std::string& why_not) {
  std::vector<Forms> forms;
  for (const ArrayAccess& a : accesses) {
    forms.emplace_back();
    for (const Expr& i : a.indices) forms.back().push_back(i.lanes() == 1 ? affine(i, vars) : std::nullopt);
  }
  for (std::size_t s = 0; s < accesses.size(); ++s) {
    if (!accesses[s].is_store || accesses[s].is_own) continue;
    for (std::size_t o = 0; o < accesses.size(); ++o) {
      if (accesses[o].array != accesses[s].array || !meet_at_a_distance(forms[s], forms[o], loop)) continue;
      why_not = shared_element(accesses[s], accesses[o]);
      return true;
    }
  }
  return false;
}

}  // namespace

bool rounds_are_independent(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  const auto accesses = accesses_in(loop->body, why_not);
  if (!accesses) return false;
  const std::vector<ir::Var> vars = loop_variables(loop);
  const ir::VarSet changing = changing_variables(loop);
  MemoryFacts inside = facts;
  ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
    if (s.is(StmtKind::Allocate)) inside.learn(s);
  });
  if (any_pair_meets_at_a_distance(*accesses, loop, vars, why_not)) return false;
  return check_pairs(*accesses, inside, why_not, [&](const ArrayAccess& s, const ArrayAccess& other) {
    if (s.is_own) return false;
    const bool apart = any_dimension(s, other, [&](const Expr& a, const Expr& b) {
      return dimension_separates(a, b, loop->var, vars, changing) || dimension_differs(a, b, vars, changing);
    });
    return !apart && (meet(s, other, loop, Order::Before, facts, changing) ||
                      meet(s, other, loop, Order::After, facts, changing));
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
    if (other.is_store)
      return meet(s, other, loop, s.order < other.order ? Order::After : Order::Before, facts, changing);
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
    // Of the two, the later statement may not act in an earlier round.
    return !in_order && meet(s, other, loop, s.order < other.order ? Order::After : Order::Before, facts, changing);
  });
}

}  // namespace rooftop::opt
