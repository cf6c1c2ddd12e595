// The math module: arguments become floats, results are Python floats, errors are those of CPython.
#include <numbers>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/math_functions.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/powers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

// Where a function is defined. NaN passes every test.
enum class Domain : std::uint8_t {
  All,
  Finite,
  NotNegative,
  UnitInterval,
  OpenUnitInterval,
  FromOne,
  Positive,
  AboveMinusOne
};

void check_argument(Emitter& e, Domain domain, const Expr& x) {
  const auto constant = [](double v) { return ir::float_constant(v); };
  switch (domain) {
    case Domain::All:
      return;
    case Domain::Finite:
      return check_domain(e, logical_not(is_infinite(x)));
    case Domain::NotNegative:
      return check_domain(e, logical_not(ir::operation(Op::lt, {x, constant(0)})));
    case Domain::UnitInterval:
      return check_domain(e, logical_not(ir::operation(Op::gt, {abs_of(x), constant(1)})));
    case Domain::OpenUnitInterval:
      return check_domain(e, logical_not(ir::operation(Op::ge, {abs_of(x), constant(1)})));
    case Domain::FromOne:
      return check_domain(e, logical_not(ir::operation(Op::lt, {x, constant(1)})));
    case Domain::Positive:
      return check_domain(e, logical_not(ir::operation(Op::le, {x, constant(0)})));
    case Domain::AboveMinusOne:
      return check_domain(e, logical_not(ir::operation(Op::le, {x, constant(-1)})));
  }
}

template <Op op, Domain domain, bool overflows>
Value unary_function(Emitter& e, const Arguments& a) {
  const Expr x = math_argument(e, std::string(ops::info(op).name), a);
  check_argument(e, domain, x);
  const Expr result = ir::operation(op, {x});
  if (!overflows) return float_value(result);
  const Expr value = e.let("t", result);
  e.check(logical_or(logical_not(is_infinite(value)), logical_not(is_finite(x))), ExceptionKind::OverflowError,
          e.message("math_range"));
  return float_value(value);
}

Value math_log(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.log", a, 1, 2);
  const Expr x = e.let("x", as_float(e, a.positional[0]));
  check_argument(e, Domain::Positive, x);
  const Expr top = ir::operation(Op::log, {x});
  if (a.positional.size() == 1) return float_value(top);
  const Expr base = e.let("y", as_float(e, a.positional[1]));
  check_argument(e, Domain::Positive, base);
  return binary(e, BinaryOperator::Div, float_value(e.let("t", top)),
                float_value(e.let("t", ir::operation(Op::log, {base}))));
}

/// floor, ceil and trunc give ints; ints stay what they are.
template <Op op>
Value whole(Emitter& e, const Arguments& a) {
  const std::string name(ops::info(op).name);
  expect_arguments(e, "math." + name, a, 1, 1);
  const Value& x = a.positional[0];
  if (x.type.is_integer() || x.is(PyKind::Bool)) return int_value(as_index(e, x, "math." + name + "() argument"));
  return int_value(float_to_int(e, ir::operation(op, {as_float(e, x)})));
}

Value math_fabs(Emitter& e, const Arguments& a) { return float_value(abs_of(math_argument(e, "fabs", a))); }

Value math_copysign(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "copysign", a);
  return float_value(ir::operation(Op::copysign, {x, y}));
}

Value math_fmod(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "fmod", a);
  const Expr bad = logical_or(logical_and(is_infinite(x), logical_not(is_nan(y))),
                              logical_and(ir::operation(Op::eq, {y, ir::float_constant(0)}), logical_not(is_nan(x))));
  check_domain(e, logical_not(bad));
  return float_value(ir::operation(Op::fmod, {x, y}));
}

Value math_pow(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "pow", a);
  const Expr result = e.let("t", plain_power(e, x, y));
  const Expr finite = e.let("finite", logical_and(is_finite(x), is_finite(y)));
  const Expr zero_base = ir::operation(Op::eq, {x, ir::float_constant(0)});
  const Expr infinite = is_infinite(result);
  check_domain(e, logical_not(logical_and(finite, logical_or(is_nan(result), logical_and(infinite, zero_base)))));
  e.check(logical_not(logical_and(finite, infinite)), ExceptionKind::OverflowError, e.message("math_range"));
  return float_value(result);
}

Value math_atan2(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_math_arguments(e, "atan2", a);
  return float_value(ir::operation(Op::atan2, {x, y}));
}

Value math_degrees(Emitter& e, const Arguments& a) {
  return float_value(math_argument(e, "degrees", a) * ir::float_constant(180.0 / std::numbers::pi));
}
Value math_radians(Emitter& e, const Arguments& a) {
  return float_value(math_argument(e, "radians", a) * ir::float_constant(std::numbers::pi / 180.0));
}

Value math_isnan(Emitter& e, const Arguments& a) { return bool_value(is_nan(math_argument(e, "isnan", a))); }
Value math_isinf(Emitter& e, const Arguments& a) { return bool_value(is_infinite(math_argument(e, "isinf", a))); }
Value math_isfinite(Emitter& e, const Arguments& a) { return bool_value(is_finite(math_argument(e, "isfinite", a))); }

Value math_isclose(Emitter& e, const Arguments& a) {
  if (a.positional.size() != 2) e.fail("math.isclose() takes two numbers");
  const auto tolerance = [&](const std::string& name, double standard) {
    const auto found = a.keywords.find(name);
    return e.let("tol", found == a.keywords.end() ? ir::float_constant(standard) : as_float(e, found->second));
  };
  const Expr x = e.let("x", as_float(e, a.positional[0])), y = e.let("y", as_float(e, a.positional[1]));
  const Expr relative = tolerance("rel_tol", 1e-9), absolute = tolerance("abs_tol", 0.0);
  const Expr zero = ir::float_constant(0);
  const Expr negative = logical_or(ir::operation(Op::lt, {relative, zero}), ir::operation(Op::lt, {absolute, zero}));
  e.check(logical_not(negative), ExceptionKind::ValueError, "tolerances must be non-negative");
  const Expr difference = e.let("t", abs_of(y - x));
  const auto within = [&](const Expr& limit) { return ir::operation(Op::le, {difference, limit}); };
  const Expr close =
      logical_or(logical_or(within(abs_of(relative * y)), within(abs_of(relative * x))), within(absolute));
  const Expr infinite = logical_or(is_infinite(x), is_infinite(y));
  return bool_value(logical_or(ir::operation(Op::eq, {x, y}), logical_and(logical_not(infinite), close)));
}

}  // namespace

const std::map<std::string, BuiltinFunction>& math_builtins() {
  static const std::map<std::string, BuiltinFunction> table = {
      {"math.sqrt", unary_function<Op::sqrt, Domain::NotNegative, false>},
      {"math.exp", unary_function<Op::exp, Domain::All, true>},
      {"math.exp2", unary_function<Op::exp2, Domain::All, true>},
      {"math.expm1", unary_function<Op::expm1, Domain::All, true>},
      {"math.log2", unary_function<Op::log2, Domain::Positive, false>},
      {"math.log10", unary_function<Op::log10, Domain::Positive, false>},
      {"math.log1p", unary_function<Op::log1p, Domain::AboveMinusOne, false>},
      {"math.sin", unary_function<Op::sin, Domain::Finite, false>},
      {"math.cos", unary_function<Op::cos, Domain::Finite, false>},
      {"math.tan", unary_function<Op::tan, Domain::Finite, false>},
      {"math.asin", unary_function<Op::asin, Domain::UnitInterval, false>},
      {"math.acos", unary_function<Op::acos, Domain::UnitInterval, false>},
      {"math.atan", unary_function<Op::atan, Domain::All, false>},
      {"math.sinh", unary_function<Op::sinh, Domain::All, true>},
      {"math.cosh", unary_function<Op::cosh, Domain::All, true>},
      {"math.tanh", unary_function<Op::tanh, Domain::All, false>},
      {"math.asinh", unary_function<Op::asinh, Domain::All, false>},
      {"math.acosh", unary_function<Op::acosh, Domain::FromOne, false>},
      {"math.atanh", unary_function<Op::atanh, Domain::OpenUnitInterval, false>},
      {"math.cbrt", unary_function<Op::cbrt, Domain::All, false>},
      {"math.erf", unary_function<Op::erf, Domain::All, false>},
      {"math.erfc", unary_function<Op::erfc, Domain::All, false>},
      {"math.gamma", math_gamma},
      {"math.lgamma", math_lgamma},
      {"math.log", math_log},
      {"math.floor", whole<Op::floor>},
      {"math.ceil", whole<Op::ceil>},
      {"math.trunc", whole<Op::trunc>},
      {"math.fabs", math_fabs},
      {"math.copysign", math_copysign},
      {"math.fmod", math_fmod},
      {"math.pow", math_pow},
      {"math.atan2", math_atan2},
      {"math.hypot", math_hypot},
      {"math.degrees", math_degrees},
      {"math.radians", math_radians},
      {"math.isnan", math_isnan},
      {"math.isinf", math_isinf},
      {"math.isfinite", math_isfinite},
      {"math.isclose", math_isclose},
      {"math.fma", math_fma},
      {"math.dist", math_dist},
      {"math.remainder", math_remainder},
      {"math.modf", math_modf},
      {"math.frexp", math_frexp},
      {"math.ldexp", math_ldexp},
      {"math.nextafter", math_nextafter},
      {"math.ulp", math_ulp},
      {"math.gcd", math_gcd},
      {"math.lcm", math_lcm},
      {"math.isqrt", math_isqrt},
      {"math.factorial", math_factorial},
      {"math.comb", math_comb},
      {"math.perm", math_perm},
  };
  return table;
}

}  // namespace rooftop::frontend
