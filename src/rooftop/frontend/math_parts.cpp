// Functions of the math module that take floats apart and put them together by their bits.
#include <limits>

#include "rooftop/frontend/math_functions.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

constexpr std::int64_t kFractionBits = 52;
constexpr std::int64_t kExponentMask = 0x7ff;
constexpr std::int64_t kBias = 1023;

Expr number(double value) { return ir::float_constant(value); }
Expr integer(std::int64_t value) { return ir::int_constant(value); }
Expr infinity() { return number(std::numeric_limits<double>::infinity()); }
Expr bits_of(const Expr& x) { return ir::bitcast(x, DType::I64); }
Expr from_bits(const Expr& bits) { return ir::bitcast(bits, DType::F64); }
Expr equal(const Expr& x, const Expr& y) { return ir::operation(Op::eq, {x, y}); }

Expr exponent_field(const Expr& x) {
  return ir::operation(Op::bit_and,
                       {ir::operation(Op::shr, {bits_of(x), integer(kFractionBits)}), integer(kExponentMask)});
}

/// The float next to x in the direction of y.
Expr next_after(Emitter& e, const Expr& x, const Expr& y) {
  const Expr away_from_zero = equal(ir::operation(Op::lt, {x, y}), ir::operation(Op::gt, {x, number(0)}));
  const Expr neighbour = from_bits(bits_of(x) + select(away_from_zero, integer(1), integer(-1)));
  const Expr smallest = ir::operation(Op::copysign, {number(std::numeric_limits<double>::denorm_min()), y});
  const Expr moved = e.let("t", select(equal(x, number(0)), smallest, neighbour));
  return e.let("next", select(logical_or(is_nan(x), is_nan(y)), x + y, select(equal(x, y), y, moved)));
}

}  // namespace

Fraction split_float(Emitter& e, const Expr& x) {
  const Expr special = e.let("special", logical_or(equal(x, number(0)), logical_not(is_finite(x))));
  const Expr subnormal = e.let("subnormal", equal(exponent_field(x), integer(0)));
  const Expr normal = e.let("t", select(subnormal, x * number(0x1p54), x));
  const Expr exponent =
      sub(sub(exponent_field(normal), integer(kBias - 1)), select(subnormal, integer(54), integer(0)));
  const Expr kept = ir::operation(Op::bit_and, {bits_of(normal), integer(~(kExponentMask << kFractionBits))});
  const Expr mantissa = from_bits(ir::operation(Op::bit_or, {kept, integer((kBias - 1) << kFractionBits)}));
  return {e.let("mantissa", select(special, x, mantissa)), e.let("exponent", select(special, integer(0), exponent))};
}

Expr power_of_two(const Expr& n) {
  return from_bits(ir::operation(Op::shl, {add(n, integer(kBias)), integer(kFractionBits)}));
}

Value math_modf(Emitter& e, const Arguments& a) {
  const Expr x = math_argument(e, "modf", a);
  const Expr integral = e.let("t", ir::operation(Op::trunc, {x}));
  const Expr fraction = select(is_infinite(x), number(0), x - integral);
  return tuple_value({float_value(ir::operation(Op::copysign, {fraction, x})), float_value(integral)});
}

Value math_frexp(Emitter& e, const Arguments& a) {
  const Fraction parts = split_float(e, math_argument(e, "frexp", a));
  return tuple_value({float_value(parts.mantissa), int_value(parts.exponent)});
}

Value math_ldexp(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.ldexp", a, 2, 2);
  const Expr x = e.let("x", as_float(e, a.positional[0]));
  const Value& count = a.positional[1];
  if (!count.type.is_integer() && !count.is(PyKind::Bool)) e.fail("Expected an int as second argument to ldexp.");
  // Beyond these bounds every float is infinite or zero; inside them nothing below overflows.
  const Expr asked = as_index(e, count, "math.ldexp() argument");
  const Expr n = e.let("n", maximum(minimum(asked, integer(5000)), integer(-5000)));
  const Fraction parts = split_float(e, x);
  const Expr exponent = e.let("t", maximum(minimum(add(parts.exponent, n), integer(1025)), integer(-2000)));
  // mantissa * 2**exponent by two factors, of which only the last can round.
  const Expr subnormal = e.let("subnormal", compare(Op::lt, exponent, integer(-1021)));
  const Expr first = power_of_two(select(subnormal, add(exponent, integer(1022)), integer(2)));
  const Expr second = power_of_two(select(subnormal, integer(-1022), sub(exponent, integer(2))));
  const Expr special = logical_or(equal(x, number(0)), logical_not(is_finite(x)));
  const Expr result = e.let("t", select(special, x, parts.mantissa * first * second));
  check_range(e, result, is_finite(x));
  return float_value(result);
}

Value math_nextafter(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "nextafter", a);
  return float_value(next_after(e, x, y));
}

Value math_ulp(Emitter& e, const Arguments& a) {
  const Expr x = e.let("t", abs_of(math_argument(e, "ulp", a)));
  const Expr up = next_after(e, x, infinity());
  const Expr gap = select(is_infinite(up), x - next_after(e, x, number(0)), up - x);
  return float_value(select(is_nan(x), x, select(is_infinite(x), infinity(), gap)));
}

Value math_remainder(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "remainder", a);
  const Expr some_nan = e.let("nan", logical_or(is_nan(x), is_nan(y)));
  check_domain(e, logical_or(some_nan, logical_not(logical_or(is_infinite(x), equal(y, number(0))))));
  const Expr size = e.let("t", abs_of(x)), step = e.let("t", abs_of(y));
  // |x| = q * step + below with q whole; the nearest multiple is q * step or the one above, the even q where both are
  // as near.
  const Expr below = e.let("t", ir::operation(Op::fmod, {size, step}));
  const Expr above = e.let("t", step - below);
  const Expr tie = below - number(2) * ir::operation(Op::fmod, {number(0.5) * (size - below), step});
  const Expr nearest = select(ir::operation(Op::lt, {below, above}), below,
                              select(ir::operation(Op::gt, {below, above}), ir::operation(Op::neg, {above}), tie));
  const Expr signed_result = ir::operation(Op::copysign, {number(1), x}) * nearest;
  return float_value(select(some_nan, x + y, select(is_infinite(y), x, signed_result)));
}

Value math_fma(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.fma", a, 3, 3);
  std::vector<Expr> x;
  Expr finite = ir::bool_constant(true), no_nan = ir::bool_constant(true);
  for (const Value& argument : a.positional) {
    x.push_back(e.let("x", as_float(e, argument)));
    finite = logical_and(finite, is_finite(x.back()));
    no_nan = logical_and(no_nan, logical_not(is_nan(x.back())));
  }
  const Expr result = e.let("t", ir::operation(Op::fma, {x[0], x[1], x[2]}));
  e.check(logical_not(logical_and(is_nan(result), no_nan)), ExceptionKind::ValueError, "invalid operation in fma");
  e.check(logical_not(logical_and(is_infinite(result), finite)), ExceptionKind::OverflowError, "overflow in fma");
  return float_value(result);
}

}  // namespace rooftop::frontend
