// Decomposition by structure: sums, differences, products and shifts with a constant.
#include "rooftop/opt/affine.h"

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;

namespace {

Affine scaled(const Affine& a, std::int64_t factor) {
  Affine result{.coefficients = {}, .rest = {}};
  for (const auto& [var, c] : a.coefficients) result.coefficients[var] = c * factor;
  result.rest = factor == 1 ? a.rest
                : a.rest.is_constant() ? ir::int_constant(a.rest.constant().integer * factor)
                                       : a.rest * ir::int_constant(factor);
  return result;
}

Affine sum(const Affine& a, const Affine& b) {
  Affine result = a;
  for (const auto& [var, c] : b.coefficients) {
    if ((result.coefficients[var] += c) == 0) result.coefficients.erase(var);
  }
  result.rest = plus(a.rest, b.rest);
  return result;
}

/// rest as a symbolic part and a constant.
std::pair<Expr, std::int64_t> split(const Expr& e) {
  if (e.is_constant()) return {Expr(), e.constant().integer};
  if (e.is_op(Op::add) && e.arg(1).is_constant()) return {e.arg(0), e.arg(1).constant().integer};
  if (e.is_op(Op::add) && e.arg(0).is_constant()) return {e.arg(1), e.arg(0).constant().integer};
  if (e.is_op(Op::sub) && e.arg(1).is_constant()) return {e.arg(0), -e.arg(1).constant().integer};
  return {e, 0};
}

// Coefficients beyond this are no subscripts of real programs, and products of them could leave 64 bits.
constexpr std::int64_t kLargest = std::int64_t{1} << 31;

bool is_small(const Expr& e) {
  return e.is_constant() && e.constant().integer < kLargest && e.constant().integer > -kLargest;
}

}  // namespace

Expr plus(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(a, 0)) return b;
  if (ir::is_int_constant(b, 0)) return a;
  if (a.is_constant() && b.is_constant()) return ir::int_constant(a.constant().integer + b.constant().integer);
  return a + b;
}

Expr plus(const Expr& a, std::int64_t b) { return plus(a, ir::int_constant(b)); }

Expr minus(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(b, 0)) return a;
  if (a.is_constant() && b.is_constant()) return ir::int_constant(a.constant().integer - b.constant().integer);
  return a - b;
}

bool reads_any(const Expr& e, const std::vector<ir::Var>& variables) {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) {
    if (!n.is(ir::ExprKind::Variable)) return;
    for (const ir::Var& v : variables) found |= n.var() == v;
  });
  return found;
}

std::optional<Affine> affine(const Expr& e, const std::vector<ir::Var>& variables) {
  if (!reads_any(e, variables)) return Affine{.coefficients = {}, .rest = e};
  if (e.is(ir::ExprKind::Variable)) return Affine{.coefficients = {{e.var().get(), 1}}, .rest = ir::int_constant(0)};
  if (!e.is(ir::ExprKind::Operation) || e.type() != ir::kI64) return std::nullopt;
  if (e.op() == Op::neg) {
    const auto a = affine(e.arg(0), variables);
    return a ? std::optional(scaled(*a, -1)) : std::nullopt;
  }
  if (e.args().size() != 2) return std::nullopt;
  const auto a = affine(e.arg(0), variables), b = affine(e.arg(1), variables);
  if (!a || !b) return std::nullopt;
  switch (e.op()) {
    case Op::add: return sum(*a, *b);
    case Op::sub: return sum(*a, scaled(*b, -1));
    case Op::mul:
      if (is_small(e.arg(1))) return scaled(*a, e.arg(1).constant().integer);
      if (is_small(e.arg(0))) return scaled(*b, e.arg(0).constant().integer);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<std::int64_t> constant_difference(const Affine& a, const Affine& b) {
  if (ir::same_expression(a.rest, b.rest)) return 0;
  const auto [x, i] = split(a.rest);
  const auto [y, j] = split(b.rest);
  if (static_cast<bool>(x) != static_cast<bool>(y)) return std::nullopt;
  if (x && !ir::same_expression(x, y)) return std::nullopt;
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(i, j, &difference)) return std::nullopt;
  return difference;
}

}  // namespace rooftop::opt
