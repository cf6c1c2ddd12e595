// Decimal rounding works on the exact product or quotient with a power of ten, kept as a float and its error.
#include "rooftop/frontend/rounding.h"

#include <bit>
#include <limits>
#include <string>

#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

/// Rounds high + low (low far below the last place of high) to the nearest integer, ties to even.
Expr round_pair(Emitter& e, const Expr& high, const Expr& low) {
  const Expr zero = ir::float_constant(0), half = ir::float_constant(0.5), one = ir::float_constant(1);
  const Expr down = e.let("t", ir::operation(Op::floor, {high}));
  const Expr fraction = e.let("t", high - down);
  const Expr at_half = ir::operation(Op::eq, {fraction, half});
  const Expr tie = logical_and(at_half, ir::operation(Op::eq, {low, zero}));
  const Expr up =
      logical_or(ir::operation(Op::gt, {fraction, half}), logical_and(at_half, ir::operation(Op::gt, {low, zero})));
  const Expr nearest = ir::operation(Op::select, {up, down + one, down});
  return ir::operation(Op::select, {tie, ir::operation(Op::rint, {high}), nearest});
}

/// 10**i for 0 <= i <= 300, as doubles; exact up to 22.
Expr power_of_ten(const Expr& i) {
  static const auto table = [] {
    ir::Table powers{.name = "powers_of_ten", .dtype = DType::F64, .values = {}};
    for (int k = 0; k <= 300; ++k)
      powers.values.push_back(std::bit_cast<std::uint64_t>(std::stod("1e" + std::to_string(k))));
    return std::make_shared<const ir::Table>(std::move(powers));
  }();
  return ir::lookup(table, i);
}

Expr round_float(Emitter& e, const Expr& value, const Expr& digits) {
  const Expr x = e.let("t", value), n = e.let("n", digits);
  const Expr zero = ir::int_constant(0), exact = ir::int_constant(22);
  // More digits than any double has, or none left.
  const Expr size =
      e.let("t", minimum(select(compare(Op::lt, n, zero), sub(zero, maximum(n, ir::int_constant(-400))), n),
                         ir::int_constant(322)));
  const Expr up = compare(Op::ge, n, zero);
  // Up to 10**22 the scale is exact and the product's error is known; beyond, a second factor follows.
  const Expr scale = e.let("t", power_of_ten(minimum(size, exact)));
  const Expr more = e.let("t", power_of_ten(maximum(sub(size, exact), zero)));
  const auto pick = [&](const Expr& a, const Expr& b) { return select(up, a, b); };
  const Expr first = e.let("t", pick(x * scale, x / scale));
  const Expr error = pick(ir::operation(Op::fma, {x, scale, -first}), ir::operation(Op::fma, {-first, scale, x}));
  const Expr high = e.let("t", pick(first * more, first / more));
  const Expr low = select(compare(Op::le, size, exact), error, ir::float_constant(0));
  const Expr rounded = e.let("t", round_pair(e, high, e.let("t", low)));
  const Expr result = ir::operation(Op::copysign, {pick(rounded / more / scale, rounded * more * scale), x});
  // From 2**52 on every float is an integer (and its own rounding); NaN compares false and stays.
  const Expr small = ir::operation(Op::lt, {ir::operation(Op::abs, {high}), ir::float_constant(4503599627370496.0)});
  const Expr finite = e.let("t", ir::operation(Op::select, {small, result, x}));
  if (n.is_constant() && n.constant().integer > -300) return finite;
  const Expr is_overflow = ir::operation(Op::eq, {ir::operation(Op::abs, {finite}), ir::float_constant(kInfinity)});
  const Expr was_finite = ir::operation(Op::lt, {ir::operation(Op::abs, {x}), ir::float_constant(kInfinity)});
  e.check(logical_not(logical_and(is_overflow, was_finite)), ExceptionKind::OverflowError, e.message("round_overflow"));
  return finite;
}

/// An integer to tens, hundreds, …: the nearest multiple, ties to the even one.
Value round_integer(Emitter& e, const Value& value, const Expr& digits) {
  const Expr n = e.let("n", digits), zero = ir::int_constant(0);
  if (n.is_constant() && n.constant().integer >= 0) return value;
  const Expr x = e.let("t", as_index(e, value, "round() argument"));
  static const auto table = [] {
    ir::Table powers{.name = "int_powers_of_ten", .dtype = DType::I64, .values = {1}};
    for (int k = 1; k <= 18; ++k) powers.values.push_back(powers.values.back() * 10);
    return std::make_shared<const ir::Table>(std::move(powers));
  }();
  const Expr places =
      e.let("t", select(compare(Op::lt, n, zero), sub(zero, maximum(n, ir::int_constant(-1000))), zero));
  const Expr unit = e.let("t", ir::lookup(table, minimum(places, ir::int_constant(18))));
  const Expr down = e.let("t", ir::operation(Op::floordiv, {x, unit}));
  const Expr rest = e.let("t", x - down * unit);
  const Expr left = unit - rest;
  const Expr odd = compare(Op::ne, ir::operation(Op::bit_and, {down, ir::int_constant(1)}), zero);
  const Expr up = logical_or(compare(Op::gt, rest, left), logical_and(compare(Op::eq, rest, left), odd));
  const Expr quotient =
      e.let("t", select(logical_and(up, compare(Op::gt, unit, ir::int_constant(1))), down + ir::int_constant(1), down));
  // Beyond 18 digits only values from 5 * 10**18 on are nearer to 10**19 than to 0, and that does not fit.
  const Expr far = compare(Op::gt, places, ir::int_constant(18));
  const Expr half = ir::int_constant(5000000000000000000);
  const Expr nearer = logical_or(compare(Op::gt, x, half), compare(Op::lt, x, sub(zero, half)));
  const Expr at_19 = logical_and(compare(Op::eq, places, ir::int_constant(19)), nearer);
  e.check(logical_not(at_19), ExceptionKind::OverflowError, "round({0}, {1}) does not fit in a 64-bit integer", {x, n});
  e.check(logical_or(far, logical_not(ir::operation(Op::mul_overflows, {quotient, unit}))),
          ExceptionKind::OverflowError, "round({0}, {1}) does not fit in a 64-bit integer", {x, n});
  const Expr result = select(far, zero, quotient * unit);
  return value.is(PyKind::NumPy) ? number_value(value.type, cast_number(result, value.type.dtype()))
                                 : int_value(result);
}

/// ml_dtypes' scalars have no __round__.
bool can_be_rounded(const Value& value) { return value.is_number() && value.expr.dtype() != DType::BF16; }

}  // namespace

Value round_to_integer(Emitter& e, const Value& value) {
  if (!can_be_rounded(value) || array::is_complex(value.expr.dtype())) {
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
  if (!can_be_rounded(value) || array::is_complex(value.expr.dtype()) || array::is_bool(value.expr.dtype())) {
    e.fail("round() of " + describe(value) + " is not supported");
  }
  const Expr n = as_index(e, digits, "the number of digits of round()");
  if (array::is_integer(value.expr.dtype())) return round_integer(e, value, n);
  if (value.is(PyKind::NumPy)) {
    // NumPy scales, rounds and scales back, each with its own rounding.
    const DType d = value.expr.dtype();
    const auto rounded = [&](const Expr& x) { return computable(cast_number(x, d)); };
    const Expr places = e.let("n", n), zero = ir::int_constant(0);
    const Expr up = compare(Op::ge, places, zero);
    const Expr size = minimum(ir::operation(Op::abs, {places}), ir::int_constant(300));
    const Expr scale = e.let("t", rounded(power_of_ten(size)));
    const Expr x = e.let("t", computable(value.expr));
    const Expr scaled = e.let("t", ir::operation(Op::rint, {rounded(select(up, x * scale, x / scale))}));
    return number_value(value.type, cast_number(select(up, scaled / scale, scaled * scale), d));
  }
  return float_value(round_float(e, value.expr, n));
}

Expr range_length(Emitter& e, const Value& range) {
  const std::vector<Value>& parts = range.entity->parts;
  const Expr start = parts[0].expr, stop = parts[1].expr, step = parts[2].expr;
  const Expr zero = ir::int_constant(0), one = ir::int_constant(1);
  if (ir::is_int_constant(step, 1)) {
    if (ir::is_int_constant(start, 0)) return maximum(stop, zero);
    return e.let("n", select(compare(Op::lt, start, stop), sub(stop, start), zero));
  }
  // The distance can take all 64 bits: it is counted without a sign.
  const Expr forward = compare(Op::gt, step, zero);
  const auto unsigned_of = [](const Expr& x) { return ir::cast(x, DType::U64); };
  const Expr span = unsigned_of(e.let("t", select(forward, sub(stop, start), sub(start, stop))));
  const Expr stride = unsigned_of(select(forward, step, sub(zero, step)));
  const Expr steps = ir::operation(Op::quo, {span - ir::int_constant(1, span.type()), stride});
  const Expr any = select(forward, compare(Op::lt, start, stop), compare(Op::gt, start, stop));
  return e.let("n", select(any, add(ir::cast(steps, DType::I64), one), zero));
}

}  // namespace rooftop::frontend
