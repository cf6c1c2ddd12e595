// Conditions: what follows from one that holds or does not, and which ones are decided.
#include "rooftop/opt/ranges_values.h"

#include <algorithm>

#include "rooftop/base/errors.h"

namespace rooftop::opt {

using ir::ExprKind;
using ir::Op;

void Values::set_known(Symbol condition, bool holds) {
  if (known_.emplace(condition, holds).second) known_trail_.push_back(condition);
}

void Values::assume(Symbol condition, bool holds) {
  set_known(condition, holds);
  const Node n = node(condition);
  if (n.kind != ExprKind::Operation || n.type != ir::kBool) return;
  if (n.op == Op::bit_not) return assume(n.args[0], !holds);
  if (n.op == Op::likely) return assume(n.args[0], holds);
  if ((n.op == Op::bit_and && holds) || (n.op == Op::bit_or && !holds)) {
    assume(n.args[0], holds);
    return assume(n.args[1], holds);
  }
  for (const Linear& form : inequalities(condition, holds)) facts_.assume_nonnegative(form);
  const bool differ = (n.op == Op::eq && !holds) || (n.op == Op::ne && holds);
  if (differ && has_form(n.args[0])) {
    facts_.assume_nonzero(difference(forms(n.args[0]).exact, forms(n.args[1]).exact));
  }
}

std::vector<Linear> Values::inequalities(Symbol condition, bool holds) {
  std::vector<Linear> out;
  collect(condition, holds, out);
  return out;
}

void Values::collect(Symbol condition, bool holds, std::vector<Linear>& out) {
  const Node n = node(condition);
  if (n.kind != ExprKind::Operation || n.type != ir::kBool) return;
  switch (n.op) {
    case Op::bit_not:
      return collect(n.args[0], !holds, out);
    case Op::likely:
      return collect(n.args[0], holds, out);
    case Op::bit_and:
    case Op::bit_or:
      if (holds != (n.op == Op::bit_and)) return;
      collect(n.args[0], holds, out);
      return collect(n.args[1], holds, out);
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::eq:
    case Op::ne:
      if (has_form(n.args[0])) collect_relation(n.op, n.args[0], n.args[1], holds, out);
      return;
    case Op::add_overflows:
    case Op::sub_overflows:
    case Op::mul_overflows:
      if (!holds && node(n.args[0]).type == ir::kI64) collect_no_overflow(n.op, n.args[0], n.args[1], out);
      return;
    default:
      return;
  }
}

void Values::collect_relation(Op op, Symbol a, Symbol b, bool holds, std::vector<Linear>& out) {
  const Linear x = forms(a).exact;
  const Linear y = forms(b).exact;
  switch (op) {
    case Op::lt:
      out.push_back(holds ? difference(y, x, -1) : difference(x, y));
      return;
    case Op::le:
      out.push_back(holds ? difference(y, x) : difference(x, y, -1));
      return;
    case Op::gt:
      out.push_back(holds ? difference(x, y, -1) : difference(y, x));
      return;
    case Op::ge:
      out.push_back(holds ? difference(x, y) : difference(y, x, -1));
      return;
    default:
      if (holds != (op == Op::eq)) return;
      out.push_back(difference(x, y));
      out.push_back(difference(y, x));
  }
}

void Values::collect_no_overflow(Op op, Symbol a, Symbol b, std::vector<Linear>& out) {
  const Linear x = forms(a).exact;
  const Linear y = forms(b).exact;
  std::optional<Linear> result;
  if (op == Op::add_overflows) result = x.plus(y);
  if (op == Op::sub_overflows) result = x.minus(y);
  if (op == Op::mul_overflows && y.is_constant()) result = x.times(y.constant());
  if (op == Op::mul_overflows && x.is_constant()) result = y.times(x.constant());
  if (!result) return;
  out.push_back(difference(*result, Linear(INT64_MIN)));
  out.push_back(difference(Linear(INT64_MAX), *result));
}

std::optional<bool> Values::decide(Symbol condition) {
  if (const auto found = known_.find(condition); found != known_.end()) return found->second;
  const Node n = node(condition);
  if (n.type != ir::kBool) return std::nullopt;
  if (n.kind == ExprKind::Constant) return n.integer != 0;
  if (n.kind != ExprKind::Operation) return std::nullopt;
  switch (n.op) {
    case Op::bit_not: {
      const auto inner = decide(n.args[0]);
      return inner ? std::optional(!*inner) : std::nullopt;
    }
    case Op::likely:
      return decide(n.args[0]);
    case Op::bit_and:
    case Op::bit_or: {
      const bool dominant = n.op == Op::bit_or;
      const auto a = decide(n.args[0]);
      if (a == dominant) return dominant;
      const auto b = decide(n.args[1]);
      if (b == dominant) return dominant;
      return a && b ? std::optional(!dominant) : std::nullopt;
    }
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::eq:
    case Op::ne:
      return has_form(n.args[0]) ? decide_relation(n.op, n.args[0], n.args[1]) : std::nullopt;
    case Op::add_overflows:
    case Op::sub_overflows:
    case Op::mul_overflows:
      if (node(n.args[0]).type == ir::kI64 && never_overflows(n.op, n.args[0], n.args[1])) return false;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<bool> Values::decide_relation(Op op, Symbol a, Symbol b) {
  const auto d = forms(b).exact.minus(forms(a).exact);
  const auto negative = d ? d->times(-1) : std::nullopt;
  if (!negative) return std::nullopt;
  const auto at_least = [&](const Linear& form, Wide bound) {
    const auto shifted = form.plus(Linear(-bound));
    return shifted && facts_.is_nonnegative(*shifted);
  };
  const auto either = [&](bool yes, auto no) {
    return yes ? std::optional(true) : no() ? std::optional(false) : std::nullopt;
  };
  switch (op) {
    case Op::lt:
      return either(at_least(*d, 1), [&] { return at_least(*negative, 0); });
    case Op::le:
      return either(at_least(*d, 0), [&] { return at_least(*negative, 1); });
    case Op::gt:
      return either(at_least(*negative, 1), [&] { return at_least(*d, 0); });
    case Op::ge:
      return either(at_least(*negative, 0), [&] { return at_least(*d, 1); });
    case Op::eq:
      return either(facts_.is_zero(*d), [&] { return facts_.is_nonzero(*d); });
    default:
      return either(facts_.is_nonzero(*d), [&] { return facts_.is_zero(*d); });
  }
}

}  // namespace rooftop::opt
