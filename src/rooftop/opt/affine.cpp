// Decomposition by structure: sums, differences, products and shifts with a constant.
#include "rooftop/opt/affine.h"

#include <unordered_map>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;

namespace {

std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t wrapping_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

// Coefficients beyond this are no subscripts of real programs, and products of them could leave 64 bits.
constexpr std::int64_t kLargest = std::int64_t{1} << 31;

bool is_small(std::int64_t value) { return value < kLargest && value > -kLargest; }
bool is_small(const Expr& e) { return e.is_constant() && is_small(e.constant().integer); }

/// rest as a symbolic part, empty if there is none, and a constant.
std::pair<Expr, std::int64_t> split(const Expr& e) {
  if (e.is_constant()) return {Expr(), e.constant().integer};
  if (e.is_op(Op::add) && e.arg(1).is_constant()) return {e.arg(0), e.arg(1).constant().integer};
  if (e.is_op(Op::add) && e.arg(0).is_constant()) return {e.arg(1), e.arg(0).constant().integer};
  if (e.is_op(Op::sub) && e.arg(1).is_constant()) return {e.arg(0), wrapping_product(e.arg(1).constant().integer, -1)};
  return {e, 0};
}

Expr joined(const Expr& symbolic, std::int64_t constant) {
  return symbolic ? plus(symbolic, constant) : ir::int_constant(constant);
}

/// Forms of the nodes of one expression, which may be a graph.
class Decomposition {
 public:
  explicit Decomposition(const std::vector<ir::Var>& variables) : variables_(variables) {}

  std::optional<Affine> form(const Expr& e) {
    if (const auto found = memo_.find(e.get()); found != memo_.end()) return found->second;
    std::optional<Affine> result = compute(e);
    memo_.emplace(e.get(), result);
    return result;
  }

 private:
  std::optional<Affine> compute(const Expr& e) {
    if (!reads_any(e, variables_)) return Affine{.coefficients = {}, .rest = e};
    if (e.is(ir::ExprKind::Variable)) return Affine{.coefficients = {{e.var().get(), 1}}, .rest = ir::int_constant(0)};
    if (!e.is(ir::ExprKind::Operation) || e.type() != ir::kI64) return std::nullopt;
    if (e.op() == Op::neg) return scaled(form(e.arg(0)), -1);
    switch (e.op()) {
      case Op::add:
        return sum(form(e.arg(0)), form(e.arg(1)));
      case Op::sub:
        return sum(form(e.arg(0)), scaled(form(e.arg(1)), -1));
      case Op::mul:
        if (is_small(e.arg(1))) return scaled(form(e.arg(0)), e.arg(1).constant().integer);
        if (is_small(e.arg(0))) return scaled(form(e.arg(1)), e.arg(0).constant().integer);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  static std::optional<Affine> scaled(const std::optional<Affine>& a, std::int64_t factor) {
    if (!a || factor == 0) return a ? std::optional(Affine{.coefficients = {}, .rest = ir::int_constant(0)}) : a;
    Affine result{.coefficients = {}, .rest = a->rest};
    for (const auto& [var, c] : a->coefficients) {
      if (!is_small(c * factor)) return std::nullopt;
      result.coefficients[var] = c * factor;
    }
    const auto [symbolic, constant] = split(a->rest);
    if (factor != 1) {
      result.rest =
          joined(symbolic ? symbolic * ir::int_constant(factor) : symbolic, wrapping_product(constant, factor));
    }
    return result;
  }

  static std::optional<Affine> sum(const std::optional<Affine>& a, const std::optional<Affine>& b) {
    if (!a || !b) return std::nullopt;
    Affine result = *a;
    for (const auto& [var, c] : b->coefficients) {
      const std::int64_t both = (result.coefficients[var] += c);
      if (both == 0) result.coefficients.erase(var);
      if (!is_small(both)) return std::nullopt;
    }
    const auto [x, i] = split(a->rest);
    const auto [y, j] = split(b->rest);
    result.rest = joined(x && y ? x + y : x ? x : y, wrapping_sum(i, j));
    return result;
  }

  const std::vector<ir::Var>& variables_;
  std::unordered_map<const ir::ExprNode*, std::optional<Affine>> memo_;
};

}  // namespace

Expr plus(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(a, 0)) return b;
  if (ir::is_int_constant(b, 0)) return a;
  if (a.is_constant() && b.is_constant())
    return ir::int_constant(wrapping_sum(a.constant().integer, b.constant().integer));
  return a + b;
}

Expr times(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(a, 0) || ir::is_int_constant(b, 1)) return a;
  if (ir::is_int_constant(b, 0) || ir::is_int_constant(a, 1)) return b;
  if (a.is_constant() && b.is_constant()) {
    return ir::int_constant(wrapping_product(a.constant().integer, b.constant().integer));
  }
  return a * b;
}

Expr plus(const Expr& a, std::int64_t b) { return plus(a, ir::int_constant(b)); }

Expr minus(const Expr& a, const Expr& b) {
  if (ir::is_int_constant(b, 0)) return a;
  if (a.is_constant() && b.is_constant()) {
    return ir::int_constant(wrapping_sum(a.constant().integer, wrapping_product(b.constant().integer, -1)));
  }
  return a - b;
}

std::vector<Expr> base_indices(const ir::ViewParts& view, std::span<const Expr> indices) {
  std::vector<Expr> result = view.starts;
  for (std::size_t k = 0; k < view.from.size(); ++k) {
    if (view.from[k] < 0) continue;
    Expr& index = result[static_cast<std::size_t>(view.from[k])];
    if (const int lanes = indices[k].lanes(); lanes != 1) {
      index = index.lanes() == 1 ? ir::broadcast(index, lanes) : index;
      index = index + indices[k] * ir::broadcast(view.steps[k], lanes);
    } else {
      index = plus(index, times(indices[k], view.steps[k]));
    }
  }
  return result;
}

Expr pieces(const Expr& a, std::int64_t b) {
  return ir::operation(Op::floordiv, {plus(a, b - 1), ir::int_constant(b)});
}

Expr pieces(const Expr& a, const Expr& b) {
  return ir::operation(Op::floordiv, {plus(a, minus(b, ir::int_constant(1))), b});
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
  return Decomposition(variables).form(e);
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

Expr round_count(const Expr& begin, const Expr& end, std::int64_t step) {
  const Expr runs = ir::operation(step > 0 ? Op::lt : Op::gt, {begin, end});
  Expr count = step > 0 ? minus(end, begin) : minus(begin, end);
  if (step != 1 && step != -1) {
    const ir::Type wide = ir::Type::scalar(array::DType::U64);
    const std::uint64_t size =
        step > 0 ? static_cast<std::uint64_t>(step) : std::uint64_t{0} - static_cast<std::uint64_t>(step);
    const Expr before_last = ir::cast(count, array::DType::U64) - ir::int_constant(1, wide);
    const Expr whole = ir::operation(Op::quo, {before_last, ir::int_constant(static_cast<std::int64_t>(size), wide)});
    count = plus(ir::cast(whole, array::DType::I64), 1);
  }
  return ir::operation(Op::select, {runs, count, ir::int_constant(0)});
}

}  // namespace rooftop::opt
