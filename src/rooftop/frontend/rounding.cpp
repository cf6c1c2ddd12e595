// Decimal rounding works on the exact product or quotient with a power of ten, kept as a float and its error.
#include "rooftop/frontend/rounding.h"

#include <cmath>

#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

/// Rounds high + low (low far below the last place of high) to the nearest integer, ties to even.
Expr round_pair(Emitter& e, const Expr& high, const Expr& low) {
  const Expr zero = ir::float_constant(0), half = ir::float_constant(0.5), one = ir::float_constant(1);
  const Expr down = e.let("t", ir::operation(Op::floor, {high}));
  const Expr fraction = e.let("t", high - down);
  const Expr at_half = ir::operation(Op::eq, {fraction, half});
  const Expr tie = logical_and(at_half, ir::operation(Op::eq, {low, zero}));
  const Expr up = logical_or(ir::operation(Op::gt, {fraction, half}),
                             logical_and(at_half, ir::operation(Op::gt, {low, zero})));
  const Expr nearest = ir::operation(Op::select, {up, down + one, down});
  return ir::operation(Op::select, {tie, ir::operation(Op::rint, {high}), nearest});
}

Expr round_float(Emitter& e, const Expr& value, int digits) {
  const Expr x = e.let("t", value);
  if (digits > 22) return x;  // 10**digits is exact up to 22; further digits are beyond what moves a float64 in practice
  const Expr scale = ir::float_constant(std::pow(10.0, std::abs(digits)));
  const Expr high = e.let("t", digits >= 0 ? x * scale : x / scale);
  const Expr error = digits >= 0 ? ir::operation(Op::fma, {x, scale, -high}) : ir::operation(Op::fma, {-high, scale, x});
  const Expr rounded = e.let("t", round_pair(e, high, e.let("t", error)));
  const Expr result = ir::operation(Op::copysign, {digits >= 0 ? rounded / scale : rounded * scale, x});
  // From 2**52 on every float is an integer (and its own rounding); NaN compares false and stays.
  const Expr small = ir::operation(Op::lt, {ir::operation(Op::abs, {high}), ir::float_constant(4503599627370496.0)});
  return ir::operation(Op::select, {small, result, x});
}

}  // namespace

Value round_to_integer(Emitter& e, const Value& value) {
  if (!value.is_number() || array::is_complex(value.expr.dtype())) {
    e.fail("round() of " + describe(value) + " is not supported");
  }
  const DType d = value.expr.dtype();
  if (array::is_float(d)) {
    return int_value(float_to_int(e, ir::operation(Op::rint, {cast_number(value.expr, DType::F64)})));
  }
  if (value.is(PyKind::Bool)) return int_value(cast_number(value.expr, DType::I64));
  if (value.is(PyKind::NumPy)) return int_value(as_index(e, value, "round() argument"));
  return value;
}

Value round_to_digits(Emitter& e, const Value& value, const Value& digits) {
  if (!value.is_number() || array::is_complex(value.expr.dtype()) || array::is_bool(value.expr.dtype())) {
    e.fail("round() of " + describe(value) + " is not supported");
  }
  if (!digits.is(PyKind::Int) || !digits.is_constant()) {
    e.fail("round() to a number of digits that is not a constant is not supported", "write the number of digits as a literal");
  }
  const std::int64_t n = digits.expr.constant().integer;
  if (array::is_integer(value.expr.dtype())) {
    if (n >= 0) return value;
    e.fail("round() of an integer to negative digits is not supported", "use (x + half) // 10**n * 10**n");
  }
  if (n < -22) e.fail("round() to fewer than -22 digits is not supported");
  if (value.is(PyKind::NumPy)) {
    // NumPy scales, rounds and scales back, each with its own rounding.
    const ir::Type type = value.expr.type();
    const Expr scale = ir::float_constant(std::pow(10.0, std::abs(static_cast<double>(n))), type);
    const Expr scaled = ir::operation(Op::rint, {n >= 0 ? value.expr * scale : value.expr / scale});
    return number_value(value.type, n >= 0 ? scaled / scale : scaled * scale);
  }
  return float_value(round_float(e, value.expr, static_cast<int>(n)));
}

Expr range_length(Emitter& e, const Value& range) {
  const std::vector<Value>& parts = range.entity->parts;
  const Expr start = parts[0].expr, stop = parts[1].expr, step = parts[2].expr;
  const Expr zero = ir::int_constant(0), one = ir::int_constant(1);
  if (ir::is_int_constant(step, 1)) {
    return ir::is_int_constant(start, 0) ? maximum(stop, zero) : e.let("n", maximum(sub(stop, start), zero));
  }
  const Expr forward = compare(Op::gt, step, zero);
  const Expr span = e.let("t", select(forward, sub(stop, start), sub(start, stop)));
  const Expr stride = select(forward, step, sub(zero, step));
  return e.let("n", select(compare(Op::gt, span, zero),
                           add(ir::operation(Op::floordiv, {sub(span, one), stride}), one), zero));
}

}  // namespace rooftop::frontend
