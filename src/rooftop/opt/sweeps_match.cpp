// For any two sweeps: how far apart rounds are at most that share an element, in one direction and in the other. From
// that follows what a tile loses at its ends from sweep to sweep.
#include "rooftop/opt/sweeps_match.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/meeting.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/plain_body.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

constexpr std::size_t kMostSweeps = 6;

/// The constant row that all stores of the loop are in, if its own variable does not choose the row.
std::optional<Expr> only_row(const Stmt& loop) {
  std::optional<Expr> row;
  bool good = true;
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    if (!s.is(StmtKind::Store)) return;
    good = good && s->exprs.size() > 1 && s->exprs[0].is_constant() && (!row || ir::same_expression(*row, s->exprs[0]));
    row = s->exprs[0];
  });
  return good ? row : std::nullopt;
}

/// The loop over a row's elements as a sweep over that row alone.
Stmt as_sweep(const Stmt& loop, const Expr& row) {
  const ir::Var at = ir::make_var("row", ir::kI64);
  const std::function<Block(const Block&)> in_row = [&](const Block& block) {
    Block out;
    for (const Stmt& s : block) {
      if (s.is(StmtKind::Store)) {
        std::vector<Expr> indices = s->exprs;
        indices[0] = ir::variable(at);
        out.push_back(ir::store(s->array, std::move(indices), s->value, s->mask, s.location()));
      } else {
        out.push_back(ir::map_blocks(s, in_row));
      }
    }
    return out;
  };
  return ir::for_loop(at, row, ir::int_constant(row.constant().integer + 1), 1, in_row({loop}), ir::LoopKind::Serial,
                      loop.location());
}

bool has_fixed_bounds(const Stmt& sweep, const ir::VarSet& changing) {
  return std::all_of(sweep->exprs.begin(), sweep->exprs.end(), [&](const Expr& bound) {
    bool fixed = is_speculatable(bound);
    ir::for_each_node(bound,
                      [&](const Expr& n) { fixed &= !(n.is(ExprKind::Variable) && changing.contains(n.var().get())); });
    return fixed;
  });
}

class Reach {
 public:
  Reach(const TimeSteps& steps, const MemoryFacts& facts) : steps_(steps), facts_(facts) {
    changing_ = ir::bound_variables(steps.loop->body);
    round_ = ir::make_var("round", ir::kI64);
  }

  /// What the sweeps touch, all with one variable for their rounds.
  bool collect(std::vector<ArrayAccess>& all) {
    std::string unused;
    for (const Stmt& sweep : steps_.sweeps) {
      ir::Substitution common;
      common.set(sweep->var, ir::variable(round_));
      const Stmt renamed = ir::for_loop(round_, sweep->begin(), sweep->end(), 1, common.rewrite(sweep->body));
      auto found = accesses_in({renamed}, unused);
      if (!found) return false;
      all.insert(all.end(), found->begin(), found->end());
      touched_.push_back(std::move(*found));
    }
    for (const ArrayAccess& a : all) {
      if (!a.is_store) continue;
      if (a.is_own || !facts_.has_distinct_elements(a.array)) return false;
      for (const ArrayAccess& b : all) {
        if (a.array != b.array && !facts_.disjoint(a.array, b.array)) return false;
      }
    }
    return true;
  }

  /// What tiles lose; false if elements are shared from too far.
  bool losses(TimeSteps& steps) const {
    const std::size_t count = steps.sweeps.size();
    std::vector<std::vector<std::int64_t>> up(count, std::vector<std::int64_t>(count));
    for (std::size_t p = 0; p < count; ++p) {
      for (std::size_t q = 0; q < count; ++q) {
        const auto most = farthest(p, q);
        if (!most) return false;
        up[p][q] = *most;
      }
    }
    // A round at the low end may need one of an earlier sweep that is lower, or may not run before it.
    const auto needed_low = [&](std::size_t p, std::size_t q) { return steps.low_lost[p] + up[p][q]; };
    const auto needed_high = [&](std::size_t p, std::size_t q) { return steps.high_lost[p] + up[q][p]; };
    steps.low_lost.assign(count, 0);
    steps.high_lost.assign(count, 0);
    for (std::size_t q = 0; q < count; ++q) {
      for (std::size_t p = 0; p < q; ++p) {
        steps.low_lost[q] = std::max(steps.low_lost[q], needed_low(p, q));
        steps.high_lost[q] = std::max(steps.high_lost[q], needed_high(p, q));
      }
    }
    for (std::size_t p = 0; p < count; ++p) {
      for (std::size_t q = 0; q < count; ++q) {
        steps.low_slope = std::max(steps.low_slope, needed_low(p, q) - steps.low_lost[q]);
        steps.high_slope = std::max(steps.high_slope, needed_high(p, q) - steps.high_lost[q]);
      }
    }
    return true;
  }

 private:
  /// How many rounds above one of sweep p a round of sweep q, in whatever step, may be that shares an element with it.
  std::optional<std::int64_t> farthest(std::size_t p, std::size_t q) const {
    for (int distance = 0; distance <= kFarthestShared; ++distance) {
      if (!shares_beyond(p, q, distance)) return distance;
    }
    return std::nullopt;
  }

  bool shares_beyond(std::size_t p, std::size_t q, int distance) const {
    const Expr far = ir::int_constant(std::int64_t{1} << 62);
    const Stmt time = ir::for_loop(steps_.loop->var, steps_.loop->begin(), steps_.loop->end(), steps_.loop->step, {});
    const Stmt loops[] = {time, ir::for_loop(round_, -far, far, distance + 1, {})};
    const Order orders[] = {Order::Any, Order::Before};
    for (const ArrayAccess& a : touched_[p]) {
      for (const ArrayAccess& b : touched_[q]) {
        if (a.array != b.array || !(a.is_store || b.is_store)) continue;
        if (may_meet(a, b, loops, orders, facts_, changing_)) return true;
      }
    }
    return false;
  }

  const TimeSteps& steps_;
  const MemoryFacts& facts_;
  ir::VarSet changing_;
  ir::Var round_;
  std::vector<std::vector<ArrayAccess>> touched_;
};

}  // namespace

std::optional<TimeSteps> TimeSteps::match(const Stmt& loop, const MemoryFacts& facts) {
  if (!loop.is(StmtKind::For) || loop->step != 1 || loop->loop != ir::LoopKind::Serial) return std::nullopt;
  if (loop->body.size() < 2 || loop->body.size() > kMostSweeps) return std::nullopt;
  TimeSteps steps;
  steps.loop = loop;
  const ir::VarSet own = ir::bound_variables(loop->body);
  ir::VarSet changing = own;
  changing.insert(loop->var.get());
  if (!is_plain(loop->body, own)) return std::nullopt;
  for (const Stmt& s : loop->body) {
    if (!s.is(StmtKind::For) || s->step != 1) return std::nullopt;
    const auto row = only_row(s);
    const Stmt sweep = row ? as_sweep(s, *row) : s;
    std::string unused;
    MemoryFacts inside = facts;
    inside.learn(sweep);
    if (!has_fixed_bounds(sweep, changing) || !rounds_are_independent(sweep, inside, unused)) return std::nullopt;
    steps.sweeps.push_back(sweep);
  }
  Reach reach(steps, facts);
  if (!reach.collect(steps.accesses)) return std::nullopt;
  return reach.losses(steps) ? std::optional(steps) : std::nullopt;
}

std::int64_t TimeSteps::loss() const {
  const std::int64_t at_once =
      *std::max_element(low_lost.begin(), low_lost.end()) + *std::max_element(high_lost.begin(), high_lost.end());
  return std::max(at_once, low_slope + high_slope);
}

bool TimeSteps::has_rows() const {
  return std::any_of(sweeps.begin(), sweeps.end(), [](const Stmt& sweep) {
    bool found = false;
    ir::for_each_statement(sweep->body, [&](const Stmt& s) { found |= s.is(StmtKind::For); });
    return found;
  });
}

}  // namespace rooftop::opt
