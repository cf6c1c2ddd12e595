// The order is written as three loops over the rounds; pairs of accesses that it exchanges must never meet.
#include "rooftop/opt/jam_rows.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/meeting.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Bounds beyond this are no subscripts.
constexpr std::int64_t kModerate = std::int64_t{1} << 40;
constexpr std::size_t kMostInnerLoops = 3;

bool is_straight(const Block& block, bool with_loops = false) {
  return std::all_of(block.begin(), block.end(), [&](const Stmt& s) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        return s->var->type.is_scalar() && s->var->type.lanes() == 1;
      case StmtKind::Assign:
        return true;
      case StmtKind::Store:
        return !s->mask && s->value.lanes() == 1;
      case StmtKind::If:
        return is_straight(s->body, with_loops) && is_straight(s->else_body, with_loops);
      case StmtKind::For:
        return with_loops && s->loop == ir::LoopKind::Serial && is_straight(s->body, true);
      default:
        return false;
    }
  });
}

/// The slope of a bound that is `slope * var + something fixed`, with a slope of -1, 0 or 1.
std::optional<std::int64_t> slope_of(const Expr& bound, const ir::Var& var, const ir::VarSet& changing) {
  if (!is_speculatable(bound)) return std::nullopt;
  bool fixed = true;
  ir::for_each_node(bound, [&](const Expr& n) {
    fixed &= !n.is(ExprKind::Variable) || n.var() == var || !changing.contains(n.var().get());
  });
  const auto form = affine(bound, {var});
  if (!fixed || !form || std::abs(form->coefficient(var)) > 1) return std::nullopt;
  return form->coefficient(var);
}

Expr times(const Expr& e, std::int64_t factor) {
  return factor == 0 ? ir::int_constant(0) : factor == 1 ? e : e * ir::int_constant(factor);
}

/// The statements of one phase, and what they touch.
struct Phase {
  Stmt loop;
  std::vector<ArrayAccess> accesses;
  bool is_common;  ///< all rounds step by step, else round by round

  bool collect() {
    std::string why_not;
    auto found = accesses_in({loop}, why_not);
    if (found) accesses = std::move(*found);
    return found.has_value();
  }
};

}  // namespace

std::optional<Rows> Rows::match(const Stmt& loop, bool deep) {
  if (!loop.is(StmtKind::For) || loop->step != 1 || loop->loop != ir::LoopKind::Serial) return std::nullopt;
  Rows rows;
  rows.outer = loop;
  rows.straight.emplace_back();
  ir::Substitution lets;
  ir::VarSet changing = ir::bound_variables(loop->body);
  changing.merge(ir::assigned_variables(loop->body));
  for (const Stmt& s : loop->body) {
    if (!s.is(StmtKind::For)) {
      if (!is_straight({s})) return std::nullopt;
      if (s.is(StmtKind::Let) && s->var->type == ir::kI64 && is_speculatable(s->exprs[0])) {
        lets.set(s->var, lets.rewrite(s->exprs[0]));
      }
      rows.straight.back().push_back(s);
      continue;
    }
    if (s->step != 1 || s->loop != ir::LoopKind::Serial || !is_straight(s->body, deep)) return std::nullopt;
    const Expr begin = lets.rewrite(s->begin()), end = lets.rewrite(s->end());
    const auto begin_slope = slope_of(begin, loop->var, changing), end_slope = slope_of(end, loop->var, changing);
    if (!begin_slope || !end_slope) return std::nullopt;
    rows.inner.push_back(
        {ir::for_loop(s->var, begin, end, 1, s->body, ir::LoopKind::Serial, s.location()), *begin_slope, *end_slope});
    rows.straight.emplace_back();
  }
  if (rows.inner.empty() || rows.inner.size() > kMostInnerLoops) return std::nullopt;
  // Variables that are not a round's own would be shared by rounds that now overlap.
  const ir::VarSet own = ir::bound_variables(loop->body);
  for (const ir::VarNode* v : ir::assigned_variables(loop->body)) {
    if (!own.contains(v)) return std::nullopt;
  }
  return rows;
}

Expr Rows::begin(const RowLoop& l, const Expr& round) const {
  ir::Substitution s;
  s.set(outer->var, round);
  return s.rewrite(l.loop->begin());
}

Expr Rows::end(const RowLoop& l, const Expr& round) const {
  ir::Substitution s;
  s.set(outer->var, round);
  return s.rewrite(l.loop->end());
}

Expr Rows::common_begin(const RowLoop& l, const Expr& first) const {
  const std::int64_t last = l.begin_slope + shift > 0 ? count - 1 : 0;
  return plus(begin(l, plus(first, last)), shift * last);
}

Expr Rows::common_end(const RowLoop& l, const Expr& first) const {
  const std::int64_t last = l.end_slope + shift < 0 ? count - 1 : 0;
  return plus(end(l, plus(first, last)), shift * last);
}

Expr Rows::bounds_are_moderate() const {
  Expr all;
  const auto add = [&](const Expr& bound) {
    if (bound.is_constant() && std::abs(bound.constant().integer) < kModerate) return;
    for (const auto& [op, limit] : {std::pair(Op::gt, -kModerate), std::pair(Op::lt, kModerate)}) {
      const Expr test = ir::operation(op, {bound, ir::int_constant(limit)});
      all = all ? ir::operation(Op::bit_and, {all, test}) : test;
    }
  };
  add(outer->begin());
  add(outer->end());
  // Sums of two moderate numbers do not wrap.
  for (const RowLoop& l : inner) {
    add(begin(l, ir::int_constant(0)));
    add(end(l, ir::int_constant(0)));
  }
  return all ? all : ir::bool_constant(true);
}

bool Rows::is_legal(const MemoryFacts& facts) const {
  // In the order of execution, for rounds first .. first + count.
  const ir::Var first = ir::make_var("first", ir::kI64), w = ir::make_var("w", ir::kI64);
  const Expr from = ir::variable(first), round = ir::variable(outer->var);
  MemoryFacts known = facts;
  known.learn(ir::assume(bounds_are_moderate()));
  known.learn(ir::for_loop(first, outer->begin(), outer->end(), count, {}));
  const auto rounds = [&](Block body) { return ir::for_loop(outer->var, from, plus(from, count), 1, std::move(body)); };
  const Expr behind = times(minus(round, from), shift);
  std::vector<Phase> phases;
  std::vector<Stmt> commons;
  Block between;
  for (std::size_t k = 0; k <= inner.size(); ++k) {
    between.insert(between.end(), straight[k].begin(), straight[k].end());
    if (k == inner.size()) break;
    const RowLoop& l = inner[k];
    const auto steps = [&](const Expr& begin, const Expr& end) {
      return ir::for_loop(l.loop->var, begin, end, 1, l.loop->body);
    };
    const Expr begins = common_begin(l, from), ends = common_end(l, from);
    if (has_lead(l)) {
      between.push_back(steps(begin(l, round), ir::operation(Op::min, {minus(begins, behind), end(l, round)})));
    }
    phases.push_back({rounds(between), {}, false});
    ir::Substitution step;
    step.set(l.loop->var, minus(ir::variable(w), behind));
    Block body;
    for (const Stmt& s : l.loop->body) {
      body.push_back(ir::map_children(
          s, [&](const Expr& e) { return step.rewrite(e); }, [&](const Block& b) { return step.rewrite(b); }));
    }
    phases.push_back({ir::for_loop(w, begins, ends, 1, {rounds(std::move(body))}), {}, true});
    between.clear();
    if (has_rest(l)) {
      between.push_back(steps(ir::operation(Op::max, {minus(begins, behind), minus(ends, behind)}), end(l, round)));
    }
  }
  phases.push_back({rounds(between), {}, false});
  std::vector<ArrayAccess> all;
  for (Phase& p : phases) {
    if (!p.collect()) return false;
    all.insert(all.end(), p.accesses.begin(), p.accesses.end());
  }
  // Arrays that may be one memory under two names would need tests of their own.
  for (const ArrayAccess& a : all) {
    if (!a.is_store) continue;
    if (a.is_own || !known.has_distinct_elements(a.array)) return false;
    for (const ArrayAccess& b : all) {
      if (a.array != b.array && !known.disjoint(a.array, b.array)) return false;
    }
  }
  ir::VarSet changing = ir::bound_variables(outer->body);
  changing.merge(ir::assigned_variables(outer->body));
  const auto exchanged = [&](const Phase& p, const Phase& q, std::span<const Stmt> loops,
                             std::initializer_list<Order> orders) {
    for (const ArrayAccess& a : p.accesses) {
      for (const ArrayAccess& b : q.accesses) {
        if (a.array != b.array || !(a.is_store || b.is_store)) continue;
        if (may_meet(a, b, loops, {orders.begin(), orders.end()}, known, changing)) return true;
      }
    }
    return false;
  };
  const Stmt row_loop[] = {rounds({})};
  for (std::size_t p = 0; p < phases.size(); ++p) {
    // A round's later phase comes after the earlier phases of the rounds behind it.
    for (std::size_t q = 0; q < p; ++q) {
      if (exchanged(phases[p], phases[q], row_loop, {Order::Before})) return false;
    }
    if (!phases[p].is_common) continue;
    const Stmt both[] = {phases[p].loop, row_loop[0]};
    if (exchanged(phases[p], phases[p], both, {Order::After, Order::Before})) return false;
    // Rounds that wait for each other in the same step would be one chain.
    if (shift > 0 && exchanged(phases[p], phases[p], both, {Order::Same, Order::Before})) return false;
  }
  return true;
}

}  // namespace rooftop::opt
