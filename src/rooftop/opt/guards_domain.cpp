// Forms, bounds and their evaluation. Everything is exact or fails.
#include "rooftop/opt/guards_domain.h"

#include <algorithm>

#include "rooftop/base/errors.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/simplify_expr.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Op;

constexpr std::size_t kMaxAlternatives = 4;

Expr test(Op op, const Expr& a, const Expr& b) { return simplify_node(ir::operation(op, {a, b})); }
Expr holds_not(const Expr& e) { return simplify_node(ir::operation(Op::bit_not, {e})); }

std::int64_t magnitude(std::int64_t step) { return step < 0 ? -step : step; }

}  // namespace

Domain::Domain(const ir::Stmt& nest) : changing_(ir::bound_variables(nest->body)) {
  changing_.insert(nest->var.get());
  const ir::VarSet assigned = ir::assigned_variables(nest->body);
  changing_.insert(assigned.begin(), assigned.end());
  add_loop(nest, -1);
}

void Domain::add_let(const ir::Var& var, const Expr& value) {
  lets_.set(var, simplify_expression(expand(value)));
  fixed_memo_.clear();
  form_memo_.clear();
}

int Domain::add_loop(const ir::Stmt& s, int parent) {
  const auto index = static_cast<int>(loops_.size());
  DomainLoop d{.loop = s.get(), .parent = parent};
  const Expr begin = simplify_expression(expand(s->begin()));
  const Expr end = simplify_expression(expand(s->end()));
  const bool up = s->step > 0;
  const bool fixed = is_fixed(begin) && is_fixed(end);
  if (fixed) d.empty = test(up ? Op::ge : Op::le, begin, end);
  if (fixed && magnitude(s->step) != 1 && s->step != INT64_MIN) {
    (up ? d.upper : d.lower).push_back(Linear::of(last_value(begin, end, s->step)));
  }
  add_bounds(d, up ? begin : end, true, up ? 0 : 1);
  add_bounds(d, up ? end : begin, false, up ? -1 : 0);
  values_.push_back({.expr = {}, .condition = {}, .loop = index});
  d.variable = static_cast<Symbol>(values_.size() - 1);
  loop_symbols_[s->var.get()] = d.variable;
  form_memo_.clear();
  loops_.push_back(std::move(d));
  return index;
}

/// The largest value (smallest, for a negative step) of a loop that runs at least once.
Symbol Domain::last_value(const Expr& begin, const Expr& end, std::int64_t step) {
  const Expr size = ir::int_constant(magnitude(step));
  const Expr one = ir::int_constant(1);
  const bool up = step > 0;
  const Expr edge = up ? end - one : end + one;  // does not wrap: the loop runs
  const Expr first = up ? edge : begin;
  const Expr second = up ? begin : edge;
  const Expr rest = ir::operation(Op::floormod, {first - second, size});
  const Expr exact = holds_not(ir::operation(Op::sub_overflows, {first, second}));
  return fixed_symbol(simplify_expression(up ? edge - rest : edge + rest), simplify_expression(exact));
}

void Domain::add_bounds(DomainLoop& d, const Expr& bound, bool is_lower, Wide offset) {
  // v < min(a, b) is v < a and v < b; v >= max(a, b) likewise.
  if (!is_fixed(bound) && bound.is_op(is_lower ? Op::max : Op::min)) {
    add_bounds(d, bound.arg(0), is_lower, offset);
    return add_bounds(d, bound.arg(1), is_lower, offset);
  }
  const auto f = form(bound);
  if (!f) return;
  if (!is_exact(*f)) d.must_fit.push_back(*f);
  (is_lower ? d.lower : d.upper).push_back(*f->plus(Linear(offset)));
}

bool Domain::is_exact(const Linear& f) const {
  return f.is_constant() || (f.terms().size() == 1 && f.constant() == 0 && f.terms()[0].coefficient == 1);
}

bool Domain::is_fixed(const Expr& e) {
  if (const auto found = fixed_memo_.find(e.get()); found != fixed_memo_.end()) return found->second.second;
  bool fixed = false;
  switch (e.kind()) {
    case ExprKind::Constant:
      fixed = true;
      break;
    case ExprKind::Variable:
      fixed = !changing_.contains(e.var().get());
      break;
    case ExprKind::Operation:
    case ExprKind::Length:
    case ExprKind::Stride:
    case ExprKind::Disjoint:
      fixed = !e.is(ExprKind::Operation) || is_total(e);
      for (const Expr& a : e.args()) fixed = fixed && is_fixed(a);
      break;
    case ExprKind::Load:  // memory may change, and the place was not checked yet
    case ExprKind::View:
    case ExprKind::Lookup:
      break;
  }
  fixed_memo_.emplace(e.get(), std::pair(e, fixed));
  return fixed;
}

Symbol Domain::fixed_symbol(const Expr& e, const Expr& condition) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].loop < 0 && ir::same_expression(values_[i].expr, e)) return static_cast<Symbol>(i);
  }
  values_.push_back({.expr = e, .condition = condition});
  return static_cast<Symbol>(values_.size() - 1);
}

std::optional<Linear> Domain::form(const Expr& e) {
  if (e.type() != ir::kI64) return std::nullopt;
  if (e.is_constant()) return Linear(e.constant().integer);
  if (is_fixed(e)) return Linear::of(fixed_symbol(e));
  if (e.is(ExprKind::Variable)) {
    const auto found = loop_symbols_.find(e.var().get());
    return found == loop_symbols_.end() ? std::nullopt : std::optional(Linear::of(found->second));
  }
  if (!e.is(ExprKind::Operation)) return std::nullopt;
  if (const auto found = form_memo_.find(e.get()); found != form_memo_.end()) return found->second.second;
  std::optional<Linear> result;
  const auto a = form(e.arg(0));
  const auto b = e.args().size() > 1 ? form(e.arg(1)) : std::nullopt;
  switch (e.op()) {
    case Op::add:
      if (a && b) result = a->plus(*b);
      break;
    case Op::sub:
      if (a && b) result = a->minus(*b);
      break;
    case Op::neg:
      if (a) result = a->times(-1);
      break;
    case Op::mul:
      if (a && b && b->is_constant()) result = a->times(b->constant());
      if (a && b && a->is_constant()) result = b->times(a->constant());
      break;
    default:
      break;
  }
  form_memo_.emplace(e.get(), std::pair(e, result));
  return result;
}

std::vector<Linear> Domain::lower_bounds(const Linear& form, int loop) const {
  std::vector<Linear> out;
  eliminate(form, loop, out);
  return out;
}

void Domain::eliminate(const Linear& form, int loop, std::vector<Linear>& out) const {
  if (out.size() == kMaxAlternatives) return;
  if (loop < 0) {
    if (std::find(out.begin(), out.end(), form) == out.end()) out.push_back(form);
    return;
  }
  const DomainLoop& d = loops_[static_cast<std::size_t>(loop)];
  const Wide c = form.coefficient(d.variable);
  if (c == 0) {
    eliminate(form, d.parent, out);
    // The loop runs, so its upper bounds are not below its lower ones: that limits the loops around it.
    for (const Linear& low : d.lower) {
      for (const Linear& high : d.upper) {
        const auto span = high.minus(low);
        if (!span) continue;
        for (const Linear::Term& t : span->terms()) {
          const Wide taken = form.coefficient(t.symbol);
          const bool is_loop = values_[static_cast<std::size_t>(t.symbol)].loop >= 0;
          if (!is_loop || taken == 0 || taken % t.coefficient != 0 || taken / t.coefficient < 0) continue;
          if (const auto rest = form.plus(*span, -(taken / t.coefficient))) eliminate(*rest, d.parent, out);
        }
      }
    }
    return;
  }
  for (const Linear& bound : c > 0 ? d.lower : d.upper) {
    if (const auto rest = form.substitute(d.variable, bound)) eliminate(*rest, d.parent, out);
  }
}

Interval Domain::range(Symbol s) const {
  const Expr& e = values_[static_cast<std::size_t>(s)].expr;
  if (!e.is(ExprKind::Length)) return kI64Range;
  return {0, INT64_MAX / static_cast<Wide>(array::size_of(e.array().dtype()))};
}

namespace {

/// A running sum with the conditions under which none of its steps left 64 bits.
class ExactSum {
 public:
  /// Adds `count` times the value, which lies in `range`; `count` may be negative.
  bool add(const Expr& e, Interval range, Wide count) {
    if (count > INT64_MAX || count <= INT64_MIN) return false;
    const bool subtract = count < 0 && value_;  // a negation alone could overflow
    const Wide factor = subtract ? -count : count;
    Expr part = e;
    if (factor != 1) {
      const Expr times = ir::int_constant(static_cast<std::int64_t>(factor));
      const Wide a = range.low * factor;
      const Wide b = range.high * factor;
      part = step(Op::mul, Op::mul_overflows, part, times, {std::min(a, b), std::max(a, b)}, range);
    }
    if (!value_) {
      value_ = part;
      range_ = range;
      return true;
    }
    const Interval next = subtract ? Interval{range_.low - range.high, range_.high - range.low}
                                   : Interval{range_.low + range.low, range_.high + range.high};
    value_ = step(subtract ? Op::sub : Op::add, subtract ? Op::sub_overflows : Op::add_overflows, value_, part, next,
                  range_);
    return true;
  }

  Domain::Evaluation result() && { return {std::move(conditions_), value_ ? value_ : ir::int_constant(0)}; }

 private:
  Expr step(Op op, Op overflows, const Expr& a, const Expr& b, Interval exact, Interval& now) {
    now = {std::max<Wide>(exact.low, INT64_MIN), std::min<Wide>(exact.high, INT64_MAX)};
    if (!(now == exact)) conditions_.push_back(holds_not(simplify_node(ir::operation(overflows, {a, b}))));
    return simplify_node(ir::operation(op, {a, b}));
  }

  std::vector<Expr> conditions_;
  Expr value_;
  Interval range_{0, 0};
};

}  // namespace

Domain::Evaluation Domain::evaluate(const Linear& f) const {
  const Evaluation never{{ir::bool_constant(false)}, ir::int_constant(0)};
  ExactSum sum;
  std::vector<Expr> conditions;
  // Positive terms first: what is subtracted from a length is seldom larger.
  for (const bool positive : {true, false}) {
    for (const Linear::Term& term : f.terms()) {
      if ((term.coefficient > 0) != positive) continue;
      const Value& v = values_[static_cast<std::size_t>(term.symbol)];
      ROOFTOP_CHECK(v.loop < 0) << "a loop variable outside of its loop";
      if (v.condition) conditions.push_back(v.condition);
      if (!sum.add(v.expr, range(term.symbol), term.coefficient)) return never;
    }
  }
  const Wide c = f.constant();
  if (c < INT64_MIN || c > INT64_MAX) return never;
  if (c != 0 && !sum.add(ir::int_constant(static_cast<std::int64_t>(c)), {c, c}, 1)) return never;
  Evaluation result = std::move(sum).result();
  result.conditions.insert(result.conditions.end(), conditions.begin(), conditions.end());
  return result;
}

Expr Domain::is_nonnegative(const Linear& f) const {
  // Both sides of a comparison by themselves: sums of fewer terms.
  Linear above;
  Linear below;
  for (const Linear::Term& term : f.terms()) {
    Linear& side = term.coefficient > 0 ? above : below;
    side = *side.plus(Linear::of(term.symbol), term.coefficient > 0 ? term.coefficient : -term.coefficient);
  }
  const bool strict = f.constant() == -1;
  if (!strict) {
    Linear& side = f.constant() > 0 ? above : below;
    side = *side.plus(Linear(f.constant() > 0 ? f.constant() : -f.constant()));
  }
  const Evaluation a = evaluate(above);
  const Evaluation b = evaluate(below);
  Expr all = test(strict ? Op::gt : Op::ge, a.value, b.value);
  for (const auto* list : {&a.conditions, &b.conditions}) {
    for (const Expr& c : *list) all = test(Op::bit_and, all, c);
  }
  return all;
}

}  // namespace rooftop::opt
