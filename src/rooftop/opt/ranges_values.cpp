// Numbering of values, and how their operations become linear forms and facts.
#include "rooftop/opt/ranges_values.h"

#include <algorithm>
#include <bit>

#include "rooftop/base/errors.h"

namespace rooftop::opt {

using array::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Op;

namespace {

std::int64_t key_of(const ir::Type& type) {
  return static_cast<std::int64_t>(type.kind()) | static_cast<std::int64_t>(type.dtype()) << 4 |
         static_cast<std::int64_t>(type.lanes()) << 16 | static_cast<std::int64_t>(type.rank()) << 32 |
         static_cast<std::int64_t>(type.layout()) << 48 | static_cast<std::int64_t>(type.read_only()) << 56;
}

/// Whether the 64-bit integer of a Constant is the value itself.
bool is_plain_integer(const ir::Type& type) {
  return type.is_scalar() && type.lanes() == 1 && array::is_integer(type.dtype()) && type.dtype() != DType::U64;
}

Interval range_of(DType dtype) {
  if (array::is_bool(dtype)) return {0, 1};
  if (!array::is_integer(dtype) || dtype == DType::U64) return kI64Range;
  const int bits = array::bits_of(dtype);
  const Wide one = 1;
  if (array::is_unsigned(dtype)) return {0, (one << bits) - 1};
  return {-(one << (bits - 1)), (one << (bits - 1)) - 1};
}

}  // namespace

Linear difference(const Linear& a, const Linear& b, Wide constant) {
  const auto d = a.minus(b);
  const auto e = d ? d->plus(Linear(constant)) : std::nullopt;
  // Exact forms of 64-bit values have small coefficients; a form beyond 128 bits says nothing.
  return e.value_or(Linear());
}

Symbol Values::add(Node n, Interval range) {
  nodes_.push_back(std::move(n));
  const Symbol s = facts_.add_symbol(range);
  ROOFTOP_CHECK(nodes_.size() == facts_.symbol_count());
  return s;
}

Symbol Values::fresh(const ir::Type& type) { return add({.type = type}, range_of(type.dtype())); }

void Values::bind(const ir::Var& var, Symbol value) {
  memo_.clear();
  if (assigned_.contains(var.get())) {
    state_[var.get()] = value;
  } else {
    immutable_[var.get()] = value;
  }
}

void Values::memory_changed() { set_memory(++last_memory_); }

void Values::set_memory(std::int64_t version) {
  if (memory_ == version) return;
  memory_ = version;
  memo_.clear();
}

void Values::set_state(State state) {
  if (state_ == state) return;
  state_ = std::move(state);
  memo_.clear();
}

Symbol Values::number(const Expr& e) {
  if (const auto found = memo_.find(e.get()); found != memo_.end()) return found->second.second;
  const Symbol s = number_node(e);
  memo_.emplace(e.get(), std::pair(e, s));
  return s;
}

Symbol Values::number_variable(const ir::Var& var) {
  if (assigned_.contains(var.get())) {
    const auto [at, missing] = state_.try_emplace(var.get(), 0);
    if (missing) at->second = fresh(var->type);
    return at->second;
  }
  const auto [at, missing] = immutable_.try_emplace(var.get(), 0);
  if (missing) at->second = fresh(var->type);
  return at->second;
}

Symbol Values::number_node(const Expr& e) {
  if (e.is(ExprKind::Variable)) return number_variable(e.var());
  Node n{.type = e.type(), .kind = e.kind()};
  std::vector<std::int64_t> key{static_cast<std::int64_t>(e.kind()), key_of(e.type())};
  for (const Expr& a : e.args()) {
    n.args.push_back(number(a));
    key.push_back(n.args.back());
  }
  switch (e.kind()) {
    case ExprKind::Constant:
      n.integer = e.constant().integer;
      key.insert(key.end(), {n.integer, std::bit_cast<std::int64_t>(e.constant().real),
                             std::bit_cast<std::int64_t>(e.constant().imag)});
      break;
    case ExprKind::Operation:
      n.op = e.op();
      key.push_back(static_cast<std::int64_t>(n.op));
      break;
    case ExprKind::Load:
      key.insert(key.end(), {memory_, e.has_mask()});
      break;
    case ExprKind::Length:
    case ExprKind::Stride: {
      const auto view = view_lengths_.find(n.args[0]);
      if (e.is(ExprKind::Length) && view != view_lengths_.end()) {
        return view->second[static_cast<std::size_t>(e.dimension())];
      }
      n.integer = e.dimension();
      key.push_back(e.dimension());
      break;
    }
    case ExprKind::View:
      for (const int d : e.get()->view_dimensions) key.push_back(d);
      break;
    case ExprKind::Lookup:
      tables_.push_back(e.table());  // alive, so that its address names it
      key.push_back(static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(e.table().get())));
      break;
    case ExprKind::Disjoint:
    case ExprKind::Variable:
      break;
  }
  if (const auto found = by_key_.find(key); found != by_key_.end()) return found->second;
  const Interval range = first_range(n);
  const Symbol s = add(std::move(n), range);
  by_key_.emplace(std::move(key), s);
  if (e.is(ExprKind::View)) {
    std::vector<Symbol> lengths;
    for (const Expr& length : ir::view_parts(e).lengths) lengths.push_back(number(length));
    view_lengths_[s] = std::move(lengths);
  }
  return s;
}

Interval Values::first_range(const Node& n) const {
  if (n.kind == ExprKind::Length) {
    const auto size = static_cast<Wide>(array::size_of(node(n.args[0]).type.dtype()));
    return {0, INT64_MAX / size};  // an array's bytes are countable in 64 bits
  }
  const Interval own = range_of(n.type.dtype());
  if (n.kind != ExprKind::Operation || n.op != Op::cast) return own;
  const DType from = node(n.args[0]).type.dtype();
  if (from == DType::U64 || array::is_float(from) || array::is_complex(from)) return own;
  const Interval inner = range_of(from);
  return inner.low >= own.low && inner.high <= own.high ? inner : own;
}

bool Values::has_form(Symbol s) const { return is_plain_integer(node(s).type); }

std::optional<Linear> Values::form(Symbol value) {
  if (!has_form(value)) return std::nullopt;
  return forms(value).exact;
}

std::optional<Linear> Values::wrapped(Symbol s) { return has_form(s) ? std::optional(forms(s).wrapped) : std::nullopt; }

const Values::Form& Values::forms(Symbol s) {
  if (const auto found = forms_.find(s); found != forms_.end()) return found->second;
  Form form = compute(s);
  const bool opaque = form.exact == Linear::of(s);
  const auto [at, fresh] = forms_.emplace(s, std::move(form));
  form_trail_.push_back(s);
  if (opaque) describe(s);
  return forms_.at(at->first);
}

bool Values::fits(const Linear& form) {
  const auto above = form.plus(Linear(-static_cast<Wide>(INT64_MIN)));
  const auto below = Linear(INT64_MAX).minus(form);
  return above && below && facts_.is_nonnegative(*above) && facts_.is_nonnegative(*below);
}

Values::Form Values::compute(Symbol s) {
  const Node n = node(s);
  const Form opaque{Linear::of(s), Linear::of(s)};
  if (n.kind == ExprKind::Constant) return {Linear(n.integer), Linear(n.integer)};
  if (n.kind != ExprKind::Operation) return opaque;
  if (n.op == Op::cast) {
    const DType from = node(n.args[0]).type.dtype();
    const Interval inner = range_of(from);
    const Interval own = range_of(n.type.dtype());
    if (!has_form(n.args[0]) || inner.low < own.low || inner.high > own.high) return opaque;
    const Linear exact = forms(n.args[0]).exact;
    return {exact, exact};
  }
  if (n.type.dtype() != DType::I64) return opaque;
  std::optional<Linear> sum;
  switch (n.op) {
    case Op::add:
      sum = wrapped(n.args[0])->plus(*wrapped(n.args[1]));
      break;
    case Op::sub:
      sum = wrapped(n.args[0])->minus(*wrapped(n.args[1]));
      break;
    case Op::neg:
      sum = wrapped(n.args[0])->times(-1);
      break;
    case Op::mul: {
      const Linear a = *wrapped(n.args[0]);
      const Linear b = *wrapped(n.args[1]);
      if (b.is_constant()) {
        sum = a.times(b.constant());
      } else if (a.is_constant()) {
        sum = b.times(a.constant());
      }
      break;
    }
    case Op::shl: {
      const Linear count = *wrapped(n.args[1]);
      if (count.is_constant() && count.constant() >= 0 && count.constant() < 63) {
        sum = wrapped(n.args[0])->times(static_cast<Wide>(1) << static_cast<int>(count.constant()));
      }
      break;
    }
    default:
      break;
  }
  if (!sum) return opaque;
  if (fits(*sum)) return {*sum, *sum};
  return {*sum, Linear::of(s)};
}

void Values::describe(Symbol s) {
  const Node n = node(s);
  if (n.kind != ExprKind::Operation || n.type.dtype() != DType::I64) return;
  const auto exact = [&](std::size_t i) { return forms(n.args[i]).exact; };
  const auto at_most = [&](const Linear& low, const Linear& high) {
    if (const auto d = high.minus(low)) facts_.assume_nonnegative(*d);
  };
  const Linear self = Linear::of(s);
  switch (n.op) {
    case Op::floordiv:
    case Op::floormod:
    case Op::quo:
    case Op::rem:
      return describe_quotient(s, n.args[0], n.args[1]);
    case Op::shr: {
      const Linear count = exact(1);
      if (!count.is_constant() || count.constant() < 0 || count.constant() > 62) return;
      const Wide divisor = static_cast<Wide>(1) << static_cast<int>(count.constant());
      at_most(*self.times(divisor), exact(0));
      at_most(exact(0), *self.times(divisor)->plus(Linear(divisor - 1)));
      return;
    }
    case Op::bit_and:
      for (std::size_t i = 0; i < 2; ++i) {
        if (!facts_.is_nonnegative(exact(i))) continue;
        facts_.narrow(s, {0, INT64_MAX});
        at_most(self, exact(i));
      }
      return;
    case Op::mul:
      return describe_product(s);
    case Op::min:
    case Op::max: {
      const Linear a = exact(0);
      const Linear b = exact(1);
      const bool is_min = n.op == Op::min;
      for (const Linear& x : {a, b}) is_min ? at_most(self, x) : at_most(x, self);
      const Linear d = is_min ? difference(b, a) : difference(a, b);
      return describe_choice(s, {{a, {d}}, {b, {difference(Linear(), d)}}});
    }
    case Op::threads:
      facts_.narrow(s, {1, INT64_MAX});
      return at_most(self, exact(0));
    case Op::abs: {
      const Linear a = exact(0);
      if (facts_.range(a).low <= INT64_MIN) return;
      facts_.narrow(s, {0, INT64_MAX});
      return describe_choice(s, {{a, {a}}, {*a.times(-1), {*a.times(-1)}}});
    }
    case Op::select:
    case Op::select_rare:
      return describe_choice(s,
                             {{exact(1), inequalities(n.args[0], true)}, {exact(2), inequalities(n.args[0], false)}});
    default:
      return;
  }
}

void Values::describe_choice(Symbol s, std::vector<Facts::Case> cases) {
  Interval hull{facts_.range(cases[0].value)};
  for (const Facts::Case& c : cases) {
    const Interval r = facts_.range(c.value);
    hull = {std::min(hull.low, r.low), std::max(hull.high, r.high)};
  }
  facts_.narrow(s, hull);
  facts_.assume_cases(s, std::move(cases));
}

void Values::describe_quotient(Symbol s, Symbol dividend, Symbol divisor) {
  const Linear a = forms(dividend).exact;
  const Linear b = forms(divisor).exact;
  const Linear self = Linear::of(s);
  if (!facts_.is_nonnegative(difference(b, Linear(1)))) return;
  const Op op = node(s).op;
  const bool positive = facts_.is_nonnegative(a);
  const bool floors = op == Op::floordiv || op == Op::floormod;
  if (!positive && !floors) return;
  const auto assume = [this](const Linear& form) { facts_.assume_nonnegative(form); };
  if (op == Op::floormod || op == Op::rem) {
    facts_.narrow(s, {0, INT64_MAX});
    assume(difference(b, self, -1));
    if (positive) assume(difference(a, self));
    return;
  }
  if (positive) {
    facts_.narrow(s, {0, INT64_MAX});
    assume(difference(a, self));
  }
  if (!b.is_constant()) return;
  const auto multiple = self.times(b.constant());
  if (!multiple) return;
  assume(difference(a, *multiple));
  assume(difference(*multiple, a, b.constant() - 1));
}

void Values::describe_product(Symbol s) {
  const Node n = node(s);
  const Interval a = facts_.range(forms(n.args[0]).exact);
  const Interval b = facts_.range(forms(n.args[1]).exact);
  const auto is_64_bit = [](const Interval& i) { return i.low >= kI64Range.low && i.high <= kI64Range.high; };
  if (!is_64_bit(a) || !is_64_bit(b)) return;
  const auto [low, high] = std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  if ((low >= INT64_MIN && high <= INT64_MAX) || never_overflows(Op::mul_overflows, n.args[0], n.args[1])) {
    facts_.narrow(s, {low, high});
  }
}

bool Values::never_overflows(Op op, Symbol a, Symbol b) {
  const Linear x = forms(a).exact;
  const Linear y = forms(b).exact;
  if (op == Op::add_overflows || op == Op::sub_overflows) {
    const auto result = op == Op::add_overflows ? x.plus(y) : x.minus(y);
    return result && fits(*result);
  }
  if (x.is_constant() || y.is_constant()) {
    const auto product = y.is_constant() ? x.times(y.constant()) : y.times(x.constant());
    return product && fits(*product);
  }
  const auto key = [&](Symbol first, Symbol second) {
    return std::vector<std::int64_t>{static_cast<std::int64_t>(ExprKind::Operation), key_of(ir::kBool), first, second,
                                     static_cast<std::int64_t>(Op::mul_overflows)};
  };
  for (const auto& k : {key(a, b), key(b, a)}) {
    const auto found = by_key_.find(k);
    if (found == by_key_.end()) continue;
    const auto known = known_.find(found->second);
    if (known != known_.end() && !known->second) return true;
  }
  const Interval p = facts_.range(x);
  const Interval q = facts_.range(y);
  const auto [low, high] = std::minmax({p.low * q.low, p.low * q.high, p.high * q.low, p.high * q.high});
  return low >= INT64_MIN && high <= INT64_MAX;
}

void Values::undo(const Mark& mark) {
  facts_.undo(mark.facts);
  while (known_trail_.size() > mark.known) {
    known_.erase(known_trail_.back());
    known_trail_.pop_back();
  }
  while (form_trail_.size() > mark.forms) {
    forms_.erase(form_trail_.back());
    form_trail_.pop_back();
  }
}

}  // namespace rooftop::opt
