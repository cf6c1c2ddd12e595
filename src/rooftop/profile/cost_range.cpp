// One rule for each operation that subscripts are made of; all others have no range.
#include "rooftop/profile/cost_range.h"

#include "rooftop/opt/motion_loop.h"

namespace rooftop::profile {

using ir::Expr;
using ir::ExprKind;
using ops::Op;

namespace {

Expr least(const Expr& a, const Expr& b) { return a == b ? a : ir::operation(Op::min, {a, b}); }
Expr greatest(const Expr& a, const Expr& b) { return a == b ? a : ir::operation(Op::max, {a, b}); }

ValueRange product(const ValueRange& a, const ValueRange& b) {
  const Expr ends[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
  return {least(least(ends[0], ends[1]), least(ends[2], ends[3])),
          greatest(greatest(ends[0], ends[1]), greatest(ends[2], ends[3]))};
}

bool is_positive_constant(const Expr& e) { return e.is_constant() && e.constant().integer > 0; }

}  // namespace

bool ValueRanges::is_exact(const Expr& e) const {
  bool exact = true;
  ir::for_each_node(e, [&](const Expr& n) {
    exact = exact && !n.is(ExprKind::Load) && !n.is(ExprKind::Lookup) && !n.is(ExprKind::Disjoint) &&
            !(n.is(ExprKind::Variable) && !exact_.contains(n.var().get()));
  });
  return exact;
}

std::optional<ValueRange> ValueRanges::range_of(const Expr& e) const {
  if (e.type() != ir::kI64) return std::nullopt;
  // What is exact may still not exist here: a loop that is not run binds no variables for its body's divisions.
  if (is_exact(e) && opt::is_speculatable(e)) return ValueRange{e, e};
  if (e.is(ExprKind::Variable)) {
    const auto found = ranges_.find(e.var().get());
    if (found != ranges_.end()) return found->second;
  }
  return e.is(ExprKind::Operation) ? operation(e) : std::nullopt;
}

std::optional<ValueRange> ValueRanges::operation(const Expr& e) const {
  if (e.op() == Op::select) {
    const auto a = range_of(e.arg(1)), b = range_of(e.arg(2));
    if (!a || !b) return std::nullopt;
    return ValueRange{least(a->low, b->low), greatest(a->high, b->high)};
  }
  const auto a = range_of(e.arg(0));
  if (!a) return std::nullopt;
  if (e.op() == Op::neg) return ValueRange{-a->high, -a->low};
  if (e.args().size() != 2) return std::nullopt;
  const auto b = range_of(e.arg(1));
  if (!b) return std::nullopt;
  const Expr& divisor = e.arg(1);
  switch (e.op()) {
    case Op::add:
      return ValueRange{a->low + b->low, a->high + b->high};
    case Op::sub:
      return ValueRange{a->low - b->high, a->high - b->low};
    case Op::mul:
      return product(*a, *b);
    case Op::min:
    case Op::max:
      return ValueRange{ir::operation(e.op(), {a->low, b->low}), ir::operation(e.op(), {a->high, b->high})};
    case Op::quo:
    case Op::floordiv:
    case Op::shr:
      if (e.op() == Op::shr ? !divisor.is_constant() : !is_positive_constant(divisor)) return std::nullopt;
      return ValueRange{ir::operation(e.op(), {a->low, divisor}), ir::operation(e.op(), {a->high, divisor})};
    case Op::floormod:
      if (!is_positive_constant(divisor)) return std::nullopt;
      return ValueRange{ir::int_constant(0), ir::int_constant(divisor.constant().integer - 1)};
    default:
      return std::nullopt;
  }
}

}  // namespace rooftop::profile
