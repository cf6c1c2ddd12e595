// Folding, canonical order, rules, and the simplifications that look at types.
#include "rooftop/opt/simplify_expr.h"

#include <bit>
#include <cmath>
#include <functional>

#include "rooftop/ir/evaluate.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/simplify_rules.h"

namespace rooftop::opt {
namespace {

using ir::DType;
using ir::Expr;
using ir::ExprKind;
using ir::Op;

/// Changes may nest this deep before a node is left as it is: a guard against rules that undo each other.
constexpr int kMaxDepth = 24;

bool is_commutative(Op op) {
  switch (op) {
    case Op::add:
    case Op::mul:
    case Op::mul_high:
    case Op::add_overflows:
    case Op::mul_overflows:
    case Op::bit_and:
    case Op::bit_or:
    case Op::bit_xor:
      return true;
    default:
      return false;
  }
}

Expr lane_constant(const Expr& e) {
  if (e.is_constant()) return e;
  if (e.is_op(Op::broadcast) && e.arg(0).is_constant()) return e.arg(0);
  return {};
}

/// Constants stand on the right of commutative operations: rules need only look there.
Expr order_arguments(const Expr& e) {
  if (!is_commutative(e.op()) || !lane_constant(e.arg(0)) || lane_constant(e.arg(1))) return {};
  return ir::operation(e.op(), {e.arg(1), e.arg(0)});
}

/// Whether every value of `from` is a value of `to`.
bool widens(DType from, DType to) {
  if (array::is_bool(from)) return true;
  if (array::is_half(to)) return array::is_integer(from) && array::bits_of(from) <= 8;
  if (array::is_integer(from) && array::is_integer(to)) {
    if (array::is_signed(from) && array::is_unsigned(to)) return false;
    const int sign = array::is_unsigned(from) && array::is_signed(to) ? 1 : 0;
    return array::bits_of(from) + sign <= array::bits_of(to);
  }
  if (array::is_integer(from) && (array::is_float(to) || array::is_complex(to))) {
    return array::bits_of(from) <= (array::part_of(to) == DType::F32 ? 16 : 32);
  }
  if (array::is_float(from) && (array::is_float(to) || array::is_complex(to))) {
    return array::bits_of(from) <= array::bits_of(array::part_of(to));
  }
  return array::is_complex(from) && array::is_complex(to) && array::bits_of(from) <= array::bits_of(to);
}

Expr simplify_cast(const Expr& e) {
  const Expr& inner = e.arg(0);
  if (!inner.is_op(Op::cast)) return {};
  const DType first = inner.arg(0).dtype();
  const DType middle = inner.dtype();
  const DType last = e.dtype();
  if (array::is_complex(first) && !array::is_complex(last) && !array::is_bool(last)) return {};
  // Between halves and what is no float stands float32.
  if (array::is_half(first) != array::is_half(last) && !array::is_float(array::is_half(first) ? last : first))
    return {};
  if (array::is_half(first) && array::is_half(last) && first != last) return {};
  if (widens(first, middle)) return ir::cast(inner.arg(0), last);
  // Integers narrowed twice keep the low bits either way.
  const bool integers = array::is_integer(first) && array::is_integer(middle) && array::is_integer(last);
  if (integers && array::bits_of(last) <= array::bits_of(middle)) return ir::cast(inner.arg(0), last);
  return {};
}

/// cast(bool) compared with 0 or 1 is the bool.
Expr simplify_bool_test(const Expr& e) {
  if (!e.is_op(Op::eq) && !e.is_op(Op::ne)) return {};
  const Expr& cast = e.arg(0);
  if (!cast.is_op(Op::cast) || !array::is_bool(cast.arg(0).dtype())) return {};
  const Expr value = lane_constant(e.arg(1));
  if (!value) return {};
  const bool is_zero = value.constant().integer == 0 && value.constant().real == 0 && value.constant().imag == 0;
  const bool is_one = value.constant().imag == 0 &&
                      (array::is_integer(value.dtype()) ? value.constant().integer == 1 : value.constant().real == 1);
  if (!is_zero && !is_one) return {};
  return e.is_op(Op::ne) == is_zero ? cast.arg(0) : ir::operation(Op::bit_not, {cast.arg(0)});
}

/// Division by a power of two: a multiplication for floats (both round the same real number), bits for integers.
Expr simplify_power_of_two(const Expr& e) {
  if (!e.is_op(Op::div) && !e.is_op(Op::floordiv) && !e.is_op(Op::floormod)) return {};
  const Expr divisor = lane_constant(e.arg(1));
  if (!divisor) return {};
  if (e.is_op(Op::div)) {
    int exponent = 0;
    if (!array::is_float(e.dtype()) || std::abs(std::frexp(divisor.constant().real, &exponent)) != 0.5) return {};
    if (std::abs(exponent) > (e.dtype() == DType::F32 ? 120 : 1000)) return {};
    return ir::operation(Op::mul, {e.arg(0), ir::float_constant(1.0 / divisor.constant().real, e.type())});
  }
  const auto bits = static_cast<std::uint64_t>(divisor.constant().integer);
  if (!std::has_single_bit(bits) || (array::is_signed(e.dtype()) && divisor.constant().integer < 0)) return {};
  if (e.is_op(Op::floormod)) {
    return ir::operation(Op::bit_and, {e.arg(0), ir::int_constant(divisor.constant().integer - 1, e.type())});
  }
  return ir::operation(Op::shr, {e.arg(0), ir::int_constant(std::countr_zero(bits), e.type())});
}

bool is_lanewise(Op op) {
  switch (ops::info(op).rule) {
    case ops::Rule::Same:
    case ops::Rule::Test:
    case ops::Rule::Select:
    case ops::Rule::MakeComplex:
    case ops::Rule::Part:
    case ops::Rule::Target:
      return true;
    case ops::Rule::Widen:
    case ops::Rule::Zip:
    case ops::Rule::Blocks:
    case ops::Rule::Narrow:
      return false;
  }
  return false;
}

/// Sums and products of ramps and broadcasts are ramps, which keeps vector subscripts recognisable. Empty when `e` is
/// none; `make` builds a scalar of the operation of `e`.
Expr merge_ramps(const Expr& e, const std::function<Expr(const Expr&, const Expr&)>& make) {
  if (!e.is_op(Op::add) && !e.is_op(Op::sub) && !e.is_op(Op::mul)) return {};
  const Expr& a = e.arg(0);
  const Expr& b = e.arg(1);
  if (a.is_op(Op::ramp) && b.is_op(Op::broadcast)) {
    const Expr step = e.is_op(Op::mul) ? make(a.arg(1), b.arg(0)) : a.arg(1);
    return ir::ramp(make(a.arg(0), b.arg(0)), step, e.lanes());
  }
  if (a.is_op(Op::broadcast) && b.is_op(Op::ramp) && !e.is_op(Op::sub)) {
    const Expr step = e.is_op(Op::mul) ? make(a.arg(0), b.arg(1)) : b.arg(1);
    return ir::ramp(make(a.arg(0), b.arg(0)), step, e.lanes());
  }
  if (a.is_op(Op::ramp) && b.is_op(Op::ramp) && !e.is_op(Op::mul)) {
    return ir::ramp(make(a.arg(0), b.arg(0)), make(a.arg(1), b.arg(1)), e.lanes());
  }
  return {};
}

/// Lengths and strides that the array expression itself names.
Expr simplify_shape(const Expr& e) {
  const Expr& array = e.array();
  if (array.is(ExprKind::View)) {
    const ir::ViewParts parts = ir::view_parts(array);
    const auto d = static_cast<std::size_t>(e.dimension());
    if (e.is(ExprKind::Length)) return parts.lengths[d];
  }
  const ir::Type& type = array.type();
  if (e.is(ExprKind::Stride) && type.layout() != ir::Layout::Strided && e.dimension() == type.rank() - 1) {
    return ir::int_constant(static_cast<std::int64_t>(array::size_of(type.dtype())));
  }
  return {};
}

/// The constant that the operation is; empty when it is none, or stands as a constant of lanes already.
Expr folded(const Expr& e) {
  if (e.is_op(Op::broadcast) || e.is_op(Op::ramp)) return {};
  Expr result = ir::fold(e);
  return result == e ? Expr() : result;
}

/// Simplifies one node and all that this builds.
class NodeSimplifier {
 public:
  Expr simplify(const Expr& e) {
    if (depth_ == kMaxDepth) return e;
    ++depth_;
    const Expr next = step(e);
    const Expr result = next ? simplify(next) : e;
    --depth_;
    return result;
  }

 private:
  Expr step(const Expr& e) {
    switch (e.kind()) {
      case ExprKind::Operation:
        return operation(e);
      case ExprKind::Length:
      case ExprKind::Stride:
        return simplify_shape(e);
      case ExprKind::Disjoint:
      case ExprKind::Constant:
      case ExprKind::Variable:
      case ExprKind::Load:
      case ExprKind::View:
      case ExprKind::Lookup:
        return {};
    }
    return {};
  }

  Expr operation(const Expr& e) {
    if (Expr r = folded(e)) return r;
    if (Expr r = order_arguments(e)) return r;
    if (Expr r = apply_rules(e, [this](const Expr& built) { return simplify(built); })) return r;
    if (Expr r = simplify_power_of_two(e)) return r;
    if (Expr r = simplify_bool_test(e)) return r;
    if (e.is_op(Op::cast)) {
      if (Expr r = simplify_cast(e)) return r;
    }
    return e.lanes() == 1 ? Expr() : lanes(e);
  }

  Expr lanes(const Expr& e) {
    if (e.is_op(Op::ramp) && ir::is_int_constant(e.arg(1), 0)) return ir::broadcast(e.arg(0), e.lanes());
    if (Expr r = narrow_broadcasts(e)) return r;
    return merge_ramps(e, [&](const Expr& a, const Expr& b) { return simplify(ir::operation(e.op(), {a, b})); });
  }

  /// An operation whose arguments are one value in each lane is done once.
  Expr narrow_broadcasts(const Expr& e) {
    if (!is_lanewise(e.op())) return {};
    std::vector<Expr> scalars;
    for (const Expr& a : e.args()) {
      if (!a.is_op(Op::broadcast)) return {};
      scalars.push_back(a.arg(0));
    }
    return ir::broadcast(simplify(scalar_operation(e, std::move(scalars))), e.lanes());
  }

  static Expr scalar_operation(const Expr& e, std::vector<Expr> args) {
    if (e.is_op(Op::cast)) return ir::cast(args[0], e.dtype());
    if (e.is_op(Op::bitcast)) return ir::bitcast(args[0], e.dtype());
    return ir::operation(e.op(), std::move(args));
  }

  int depth_ = 0;
};

class ExpressionSimplifier : public ir::Rewriter {
 protected:
  Expr rewrite_expression(const Expr& e) override { return simplify_node(e); }
};

}  // namespace

Expr simplify_node(const Expr& e) { return NodeSimplifier().simplify(e); }

Expr simplify_expression(const Expr& e) { return ExpressionSimplifier().rewrite(e); }

}  // namespace rooftop::opt
