// Subscripts and bounds become linear forms over the integers. A form is used only where its intervals show that
// nothing wraps; what has no such form puts no limit on anything.
#include "rooftop/opt/meeting.h"

#include <algorithm>
#include <optional>

#include "rooftop/opt/inequalities.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Op;

constexpr int kDeepest = 24;  ///< nesting of expressions that are looked into
constexpr Wide kLargest = Wide{1} << 40, kUnlimited = Wide{1} << 120;

class Meeting {
 public:
  Meeting(std::span<const ir::Stmt> loops, std::span<const Order> orders, const MemoryFacts& facts,
          const ir::VarSet& changing)
      : loops_(loops), orders_(orders), names_(facts.integers()), changing_(changing) {}

  bool is_possible(const ArrayAccess& first, const ArrayAccess& second) {
    inner_[0] = first.loops;
    inner_[1] = second.loops;
    for (const Expr& c : names_.comparisons()) compare(c);
    for (std::size_t d = 0; d < first.indices.size(); ++d) {
      const auto a = subscript(first.indices[d], 0), b = subscript(second.indices[d], 1);
      const auto difference = a && b ? a->minus(*b) : std::nullopt;
      if (difference) system_.equals_zero(*difference);
    }
    for (std::size_t i = 0; i < loops_.size(); ++i) order(loops_[i], orders_[i]);
    return !system_.have_no_solution();
  }

 private:
  struct Known {
    Expr expr;  ///< of a fixed value; of a loop's variable, that
    int side;   ///< -1: the same for both
    Interval range;
  };

  /// A comparison that holds: an inequality, and what that says of the symbols' intervals.
  void compare(const Expr& c) {
    if (std::any_of(loops_.begin(), loops_.end(), [&](const ir::Stmt& l) { return ir::reads(c, l->var); })) return;
    const auto a = form(c.arg(0), 0), b = form(c.arg(1), 0);
    const bool less = c.is_op(Op::lt) || c.is_op(Op::le), strict = c.is_op(Op::lt) || c.is_op(Op::gt);
    const auto gap = !a || !b ? std::nullopt : less ? b->minus(*a) : a->minus(*b);
    const auto exact = gap ? gap->plus(Linear(strict ? -1 : 0)) : std::nullopt;
    if (!exact) return;
    system_.at_least_zero(*exact);
    for (const Linear::Term& t : exact->terms()) {
      const auto others = exact->plus(Linear::of(t.symbol), -t.coefficient);
      if (!others) continue;
      Interval& range = known_[static_cast<std::size_t>(t.symbol)].range;
      if (t.coefficient == 1) range.low = std::max(range.low, -range_of(*others).high);
      if (t.coefficient == -1) range.high = std::min(range.high, range_of(*others).high);
    }
  }

  void order(const ir::Stmt& loop, Order order) {
    if (order == Order::Same || order == Order::Any) return;
    const Linear x = loop_symbol(loop.get(), 0), y = loop_symbol(loop.get(), 1);
    const bool ascending = (order == Order::Before) == (loop->step > 0);
    const auto gap = ascending ? y.minus(x) : x.minus(y);
    const auto apart = gap ? gap->plus(Linear(loop->step > 0 ? -loop->step : loop->step)) : std::nullopt;
    if (apart) system_.at_least_zero(*apart);
  }

  /// The loop that binds the variable on that side, and the side that its rounds belong to.
  std::pair<const ir::StmtNode*, int> loop_of(const ir::Var& var, int side) const {
    for (const ir::Stmt& l : inner_[side]) {
      if (l->var == var && !is_common(l)) return {l.get(), side};
    }
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (loops_[i]->var == var) return {loops_[i].get(), orders_[i] == Order::Same ? -1 : side};
    }
    return {names_.loop_of(var), -1};
  }

  bool is_common(const ir::Stmt& loop) const {
    return std::any_of(loops_.begin(), loops_.end(), [&](const ir::Stmt& l) { return l->var == loop->var; });
  }

  Linear loop_symbol(const ir::StmtNode* loop, int side) {
    side = loop_of(loop->var, std::max(side, 0)).second;
    for (std::size_t s = 0; s < known_.size(); ++s) {
      if (known_[s].side == side && known_[s].expr.is(ExprKind::Variable) && known_[s].expr.var() == loop->var) {
        return Linear::of(static_cast<Symbol>(s));
      }
    }
    const bool up = loop->step > 0;
    std::vector<Linear> lower, upper;
    bounds(up ? loop->begin() : loop->end(), std::max(side, 0), Op::max, up ? 0 : 1, lower);
    bounds(up ? loop->end() : loop->begin(), std::max(side, 0), Op::min, up ? -1 : 0, upper);
    Interval range = kI64Range;
    for (const Linear& l : lower) range.low = std::max(range.low, range_of(l).low);
    for (const Linear& u : upper) range.high = std::min(range.high, range_of(u).high);
    const Linear variable = add({ir::variable(loop->var), side, range});
    for (const Linear& l : lower) at_least(variable, l);
    for (const Linear& u : upper) at_least(u, variable);
    return variable;
  }

  /// The forms that bound a loop's variable: those of both arguments of a minimum above, of a maximum below.
  void bounds(const Expr& bound, int side, Op splits, std::int64_t offset, std::vector<Linear>& out) {
    Expr seen = bound;
    while (seen.is(ExprKind::Variable)) {
      const Expr* value = names_.value_of(seen.var());
      if (value == nullptr) break;
      seen = *value;
    }
    if (seen.is_op(splits)) {
      bounds(seen.arg(0), side, splits, offset, out);
      bounds(seen.arg(1), side, splits, offset, out);
      return;
    }
    const auto exact = form(bound, side);
    const auto moved = exact ? exact->plus(Linear(offset)) : std::nullopt;
    if (moved) out.push_back(*moved);
  }

  void at_least(const Linear& a, const Linear& b) {
    if (const auto difference = a.minus(b)) system_.at_least_zero(*difference);
  }

  Linear add(const Known& known) {
    const auto symbol = static_cast<Symbol>(known_.size());
    known_.push_back(known);
    const Linear form = Linear::of(symbol);
    at_least(form, Linear(known.range.low));
    at_least(Linear(known.range.high), form);
    return form;
  }

  Interval range_of(const Linear& form) const {
    Interval sum{form.constant(), form.constant()};
    for (const Linear::Term& t : form.terms()) {
      if (t.coefficient > kLargest || t.coefficient < -kLargest) return {-kUnlimited, kUnlimited};
      const Interval& r = known_[static_cast<std::size_t>(t.symbol)].range;
      sum.low += t.coefficient * (t.coefficient > 0 ? r.low : r.high);
      sum.high += t.coefficient * (t.coefficient > 0 ? r.high : r.low);
    }
    return sum;
  }

  /// The value of the i64 expression on that side, exactly; nothing where it may have wrapped or is not known.
  std::optional<Linear> form(const Expr& e, int side, int depth = 0) {
    if (e.type() != ir::kI64 || depth > kDeepest) return std::nullopt;
    if (e.is_constant()) return Linear(e.constant().integer);
    if (e.is(ExprKind::Variable)) {
      if (const auto [loop, at] = loop_of(e.var(), side); loop != nullptr) return loop_symbol(loop, side);
      if (const Expr* value = names_.value_of(e.var()); value != nullptr && !changing_.contains(e.var().get())) {
        if (auto exact = form(*value, side, depth + 1)) return exact;
      }
    } else if (is_sum(e)) {
      const auto sum = sum_form(e, [&](const Expr& a) { return form(a, side, depth + 1); });
      if (sum && is_within(*sum, kI64Range)) return sum;
    }
    return fixed(e);
  }

  /// A subscript's form. It is in bounds, so its value is none below 0: a form that is equal to it modulo 2^64 is equal
  /// to it where it is known to be between -2^63 and 2^64.
  std::optional<Linear> subscript(const Expr& e, int side) {
    const auto modular = wrapping(e, side, 0);
    if (modular && is_within(*modular, {INT64_MIN, static_cast<Wide>(UINT64_MAX)})) return modular;
    return form(e, side);
  }

  std::optional<Linear> wrapping(const Expr& e, int side, int depth) {
    if (!is_sum(e) || depth > kDeepest) return form(e, side, depth);
    const auto sum = sum_form(e, [&](const Expr& a) { return wrapping(a, side, depth + 1); });
    return sum ? sum : form(e, side, depth);
  }

  bool is_within(const Linear& form, const Interval& limits) const {
    const Interval range = range_of(form);
    return range.low >= limits.low && range.high <= limits.high;
  }

  static bool is_sum(const Expr& e) {
    return e.is_op(Op::neg) || e.is_op(Op::add) || e.is_op(Op::sub) || e.is_op(Op::mul);
  }

  template <class Form>
  static std::optional<Linear> sum_form(const Expr& e, const Form& form) {
    const std::optional<Linear> a = form(e.arg(0));
    if (e.is_op(Op::neg)) return a ? a->times(-1) : a;
    const std::optional<Linear> b = form(e.arg(1));
    if (!a || !b) return std::nullopt;
    if (e.is_op(Op::add)) return a->plus(*b);
    if (e.is_op(Op::sub)) return a->minus(*b);
    const auto is_small = [](const Linear& f) {
      return f.is_constant() && f.constant() > -(Wide{1} << 31) && f.constant() < (Wide{1} << 31);
    };
    return is_small(*b) ? a->times(b->constant()) : is_small(*a) ? b->times(a->constant()) : std::nullopt;
  }

  /// A symbol for a value that is the same on both sides.
  std::optional<Linear> fixed(const Expr& e) {
    for (std::size_t s = 0; s < known_.size(); ++s) {
      if (known_[s].side == -1 && ir::same_expression(known_[s].expr, e)) return Linear::of(static_cast<Symbol>(s));
    }
    bool same = true;
    ir::for_each_node(
        e, [&](const Expr& n) { same &= !n.is(ExprKind::Load) && !(n.is(ExprKind::Variable) && !is_fixed(n.var())); });
    if (!same) return std::nullopt;
    return add({e, -1, e.is(ExprKind::Length) ? Interval{0, INT64_MAX} : kI64Range});
  }

  bool is_fixed(const ir::Var& var) const {
    if (changing_.contains(var.get()) || names_.is_mutable(var)) return false;
    return loop_of(var, 0).second == -1 && loop_of(var, 1).second == -1;
  }

  std::span<const ir::Stmt> loops_;
  std::span<const Order> orders_;
  const IntegerNames& names_;
  const ir::VarSet& changing_;
  std::span<const ir::Stmt> inner_[2];
  std::vector<Known> known_;
  Inequalities system_;
};

}  // namespace

bool may_meet(const ArrayAccess& first, const ArrayAccess& second, std::span<const ir::Stmt> loops,
              std::span<const Order> orders, const MemoryFacts& facts, const ir::VarSet& changing) {
  return Meeting(loops, orders, facts, changing).is_possible(first, second);
}

}  // namespace rooftop::opt
