// First the variables that depend on earlier rounds, until there are no more; then each statement is divided.
#include "rooftop/opt/split_rounds.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/lanes_cost.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

namespace {

/// Variables whose values, or whether they get them, depend on earlier rounds.
class Ordered {
 public:
  explicit Ordered(const Block& body) {
    const ir::VarSet bound = ir::bound_variables(body);
    for (const ir::VarNode* v : ir::assigned_variables(body)) {
      if (!bound.contains(v)) vars_.insert(v);
    }
    for (bool more = true; more;) {
      more = false;
      block(body, false, more);
    }
  }

  bool none() const { return vars_.empty(); }
  bool contains(const ir::Var& var) const { return vars_.contains(var.get()); }
  bool reads(const Expr& e) const {
    bool found = false;
    ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Variable) && contains(n.var()); });
    return found;
  }

  /// Whether the statement as a whole, or a part of it, depends on earlier rounds or decides on later ones.
  bool touches(const Stmt& s) const {
    const bool binds = s.is(StmtKind::Assign) || s.is(StmtKind::Let) || s.is(StmtKind::Declare);
    bool found = binds && contains(s->var);
    found |= s.is(StmtKind::Break) || s.is(StmtKind::Continue) || s.is(StmtKind::Return);
    ir::for_each_expr(s, [&](const Expr& e) { found |= reads(e); });
    const bool loop = s.is(StmtKind::For) || s.is(StmtKind::While);
    ir::for_each_block(s, [&](const Block& b) {
      for (const Stmt& inner : b) {
        const bool own_jump = loop && (inner.is(StmtKind::Break) || inner.is(StmtKind::Continue));
        found |= !own_jump && (loop ? touches_in_loop(inner) : touches(inner));
      }
    });
    return found;
  }

 private:
  bool touches_in_loop(const Stmt& s) const {
    bool found = s.is(StmtKind::Return) || (s.is(StmtKind::Assign) && contains(s->var));
    ir::for_each_expr(s, [&](const Expr& e) { found |= reads(e); });
    ir::for_each_block(s, [&](const Block& b) {
      for (const Stmt& inner : b) found |= touches_in_loop(inner);
    });
    return found;
  }

  void block(const Block& list, bool ordered, bool& more) {
    for (const Stmt& s : list) {
      bool now = ordered;
      ir::for_each_expr(s, [&](const Expr& e) { now |= reads(e); });
      // A loop that is ordered in part is ordered as a whole.
      if (s.is(StmtKind::For) || s.is(StmtKind::While)) now |= touches(s);
      const bool binds =
          s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign) || s.is(StmtKind::For);
      if (binds && now) more |= vars_.insert(s->var.get()).second;
      ir::for_each_block(s, [&](const Block& b) { block(b, now, more); });
    }
  }

  ir::VarSet vars_;
};

class Splitter {
 public:
  Splitter(const Stmt& loop, const Ordered& ordered)
      : loop_(loop), ordered_(ordered), bound_(ir::bound_variables(loop->body)) {
    for (const Stmt& s : loop->body) {
      if (s.is(StmtKind::Let)) fixed_.insert(s->var.get());
    }
  }

  SplitRounds run() {
    SplitRounds result;
    block(loop_->body, true, result.free, result.ordered);
    result.free.insert(result.free.begin(), declared_.begin(), declared_.end());
    result.passed = std::move(passed_);
    return result;
  }

  bool good = true;  ///< false: an array would have to be passed

 private:
  void block(const Block& list, bool at_top, Block& free, Block& ordered) {
    for (const Stmt& s : list) {
      if (!ordered_.touches(s)) {
        free.push_back(s);
      } else if (s.is(StmtKind::If) && !ordered_.reads(s->condition())) {
        const Expr condition = passed(s->condition(), at_top, s.location(), free);
        Block free_parts[2], ordered_parts[2];
        block(s->body, false, free_parts[0], ordered_parts[0]);
        block(s->else_body, false, free_parts[1], ordered_parts[1]);
        if (!free_parts[0].empty() || !free_parts[1].empty()) {
          free.push_back(ir::if_then(condition, std::move(free_parts[0]), std::move(free_parts[1]), s.location()));
        }
        ordered.push_back(
            ir::if_then(condition, std::move(ordered_parts[0]), std::move(ordered_parts[1]), s.location()));
      } else {
        ordered.push_back(ir::map_children(
            s, [&](const Expr& e) { return divided(e, at_top, s.location(), free); },
            [&](const Block& b) { return with_passed(b, at_top, s.location(), free); }));
      }
    }
  }

  /// The expression for the ordered part: what does not depend on earlier rounds is computed in the free one.
  Expr divided(const Expr& e, bool at_top, const SourceLocation& at, Block& free) {
    if (!ordered_.reads(e)) return passed(e, at_top, at, free);
    return ir::map_args(e, [&](const Expr& a) { return divided(a, at_top, at, free); });
  }

  /// A block that is ordered as a whole: it gets the variables' values as they are here.
  Block with_passed(const Block& block, bool at_top, const SourceLocation& at, Block& free) {
    const ir::VarSet own = ir::bound_variables(block);
    ir::Substitution here;
    ir::for_each_statement(block, [&](const Stmt& s) {
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) {
          if (!n.is(ExprKind::Variable) || own.contains(n.var().get()) || ordered_.contains(n.var())) return;
          if (!seen_.insert(n.var().get()).second) return;
          const Expr value = passed(n, at_top, at, free);
          if (!(value == n)) here.set(n.var(), value);
        });
      });
    });
    seen_.clear();
    return here.rewrite(block);
  }

  /// The value of an expression that does not depend on earlier rounds, as it is here, for the ordered part to read.
  Expr passed(const Expr& e, bool at_top, const SourceLocation& at, Block& free) {
    bool changes = false;
    ir::for_each_node(e, [&](const Expr& n) {
      changes |= n.is(ExprKind::Load) || (n.is(ExprKind::Variable) && bound_.contains(n.var().get()));
    });
    if (!is_scalar(e)) {
      good = good && !changes;
      return e;
    }
    // What only reads the loop's variable and the surroundings is as cheap there.
    if (!changes && own_cost(ir::let(ir::make_var("t", e.type()), e)) < 2) return e;
    if (e.is(ExprKind::Variable) && fixed_.contains(e.var().get())) return pass(e.var());
    const ir::Var var = ir::make_var("passed", e.type());
    if (at_top) {
      free.push_back(ir::let(var, e, at));
    } else {
      declared_.push_back(ir::declare(var, ir::zero(e.type()), at));
      free.push_back(ir::assign(var, e, at));
    }
    return pass(var);
  }

  static bool is_scalar(const Expr& e) { return e.type().is_scalar() && e.lanes() == 1; }

  Expr pass(const ir::Var& var) {
    if (std::find(passed_.begin(), passed_.end(), var) == passed_.end()) passed_.push_back(var);
    return ir::variable(var);
  }

  const Stmt& loop_;
  const Ordered& ordered_;
  ir::VarSet bound_;  ///< in the body
  ir::VarSet fixed_;  ///< lets of the body itself: they have one value in a round
  Block declared_;
  std::vector<ir::Var> passed_;
  ir::VarSet seen_;
};

/// Whether nobody can tell that the free part of later rounds has run.
bool runs_ahead_unseen(const SplitRounds& split) {
  bool stores = false, may_trap = false, leaves = false, reads = false, orders_stores = false;
  ir::for_each_statement(split.free, [&](const Stmt& s) {
    stores |= s.is(StmtKind::Store);
    ir::for_each_expr(s, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { may_trap |= may_fail(n); }); });
  });
  bool raises = false;
  ir::for_each_statement(split.ordered, [&](const Stmt& s) {
    orders_stores |= s.is(StmtKind::Store) || s.is_opaque() || s.is(StmtKind::Allocate);
    raises |= s.is(StmtKind::Check) || s.is(StmtKind::Raise);
    leaves |= s.is(StmtKind::Return);
    ir::for_each_expr(
        s, [&](const Expr& e) { ir::for_each_node(e, [&](const Expr& n) { reads |= n.is(ExprKind::Load); }); });
  });
  leaves |= ir::has_own_jump(split.ordered, StmtKind::Break);
  // Later rounds that would never have come may read where nothing is.
  if (leaves && may_trap) return false;
  return !orders_stores && !(stores && (raises || leaves || reads));
}

}  // namespace

std::optional<SplitRounds> split_rounds(const Stmt& loop) {
  const Ordered ordered(loop->body);
  if (ordered.none() && !ir::has_own_jump(loop->body, StmtKind::Break)) return std::nullopt;
  Splitter splitter(loop, ordered);
  SplitRounds result = splitter.run();
  if (!splitter.good || result.passed.empty() || !runs_ahead_unseen(result)) return std::nullopt;
  return result;
}

}  // namespace rooftop::opt
