// The math module: arguments become floats, results are Python floats, errors are those of CPython.
#include <cmath>
#include <limits>
#include <numbers>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/float_division.h"
#include "rooftop/frontend/numbers.h"
#include "rooftop/frontend/powers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

Expr abs_of(const Expr& x) { return ir::operation(Op::abs, {x}); }
Expr is_nan(const Expr& x) { return ir::operation(Op::ne, {x, x}); }
Expr is_infinite(const Expr& x) { return ir::operation(Op::eq, {abs_of(x), ir::float_constant(kInfinity)}); }
Expr is_finite(const Expr& x) { return ir::operation(Op::lt, {abs_of(x), ir::float_constant(kInfinity)}); }

void check_domain(Emitter& e, const Expr& condition) {
  e.check(condition, ExceptionKind::ValueError, e.message("math_domain"));
}

/// One float argument, bound.
Expr argument(Emitter& e, const std::string& name, const Arguments& a) {
  expect_arguments(e, "math." + name, a, 1, 1);
  return e.let("x", as_float(e, a.positional[0]));
}

struct Pair {
  Expr x, y;
};
Pair two_arguments(Emitter& e, const std::string& name, const Arguments& a) {
  expect_arguments(e, "math." + name, a, 2, 2);
  return {e.let("x", as_float(e, a.positional[0])), e.let("y", as_float(e, a.positional[1]))};
}

// Where a function is defined. NaN passes every test.
enum class Domain : std::uint8_t { All, Finite, NotNegative, UnitInterval, OpenUnitInterval, FromOne, Positive, AboveMinusOne };

void check_argument(Emitter& e, Domain domain, const Expr& x) {
  const auto constant = [](double v) { return ir::float_constant(v); };
  switch (domain) {
    case Domain::All: return;
    case Domain::Finite: return check_domain(e, logical_not(is_infinite(x)));
    case Domain::NotNegative: return check_domain(e, logical_not(ir::operation(Op::lt, {x, constant(0)})));
    case Domain::UnitInterval: return check_domain(e, logical_not(ir::operation(Op::gt, {abs_of(x), constant(1)})));
    case Domain::OpenUnitInterval:
      return check_domain(e, logical_not(ir::operation(Op::ge, {abs_of(x), constant(1)})));
    case Domain::FromOne: return check_domain(e, logical_not(ir::operation(Op::lt, {x, constant(1)})));
    case Domain::Positive: return check_domain(e, logical_not(ir::operation(Op::le, {x, constant(0)})));
    case Domain::AboveMinusOne: return check_domain(e, logical_not(ir::operation(Op::le, {x, constant(-1)})));
  }
}

template <Op op, Domain domain, bool overflows>
Value unary_function(Emitter& e, const Arguments& a) {
  const Expr x = argument(e, std::string(ops::info(op).name), a);
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

Value math_gamma(Emitter& e, const Arguments& a) {
  const Expr x = argument(e, "gamma", a);
  const Expr zero = ir::float_constant(0);
  const Expr pole = logical_and(ir::operation(Op::le, {x, zero}), ir::operation(Op::eq, {ir::operation(Op::floor, {x}), x}));
  check_domain(e, logical_not(pole));
  const Expr result = e.let("t", ir::operation(Op::gamma, {x}));
  e.check(logical_or(logical_not(is_infinite(result)), logical_not(is_finite(x))), ExceptionKind::OverflowError,
          e.message("math_range"));
  return float_value(result);
}

Value math_lgamma(Emitter& e, const Arguments& a) {
  const Expr x = argument(e, "lgamma", a);
  const Expr pole = logical_and(ir::operation(Op::le, {x, ir::float_constant(0)}),
                                ir::operation(Op::eq, {ir::operation(Op::floor, {x}), x}));
  check_domain(e, logical_not(logical_and(pole, is_finite(x))));
  const Expr result = e.let("t", ir::operation(Op::lgamma, {x}));
  e.check(logical_or(logical_not(is_infinite(result)), logical_not(is_finite(x))), ExceptionKind::OverflowError,
          e.message("math_range"));
  return float_value(ir::operation(Op::select, {is_infinite(x), ir::float_constant(kInfinity), result}));
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

Value math_fabs(Emitter& e, const Arguments& a) { return float_value(abs_of(argument(e, "fabs", a))); }

Value math_copysign(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_arguments(e, "copysign", a);
  return float_value(ir::operation(Op::copysign, {x, y}));
}

Value math_fmod(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_arguments(e, "fmod", a);
  const Expr bad = logical_or(logical_and(is_infinite(x), logical_not(is_nan(y))),
                              logical_and(ir::operation(Op::eq, {y, ir::float_constant(0)}), logical_not(is_nan(x))));
  check_domain(e, logical_not(bad));
  return float_value(ir::operation(Op::fmod, {x, y}));
}

Value math_pow(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_arguments(e, "pow", a);
  const Expr result = e.let("t", plain_power(e, x, y));
  const Expr finite = e.let("finite", logical_and(is_finite(x), is_finite(y)));
  const Expr zero_base = ir::operation(Op::eq, {x, ir::float_constant(0)});
  const Expr infinite = is_infinite(result);
  check_domain(e, logical_not(logical_and(finite, logical_or(is_nan(result), logical_and(infinite, zero_base)))));
  e.check(logical_not(logical_and(finite, infinite)), ExceptionKind::OverflowError, e.message("math_range"));
  return float_value(result);
}

Value math_atan2(Emitter& e, const Arguments& a) {
  const auto [x, y] = two_arguments(e, "atan2", a);
  return float_value(ir::operation(Op::atan2, {x, y}));
}

Value math_hypot(Emitter& e, const Arguments& a) {
  if (!a.keywords.empty()) e.fail("math.hypot() takes no keyword arguments");
  if (a.positional.empty()) return float_value(ir::float_constant(0));
  Expr size = abs_of(as_float(e, a.positional[0]));
  for (std::size_t i = 1; i < a.positional.size(); ++i) {
    size = ir::operation(Op::hypot, {size, as_float(e, a.positional[i])});
  }
  return float_value(size);
}

Value math_degrees(Emitter& e, const Arguments& a) {
  return float_value(argument(e, "degrees", a) * ir::float_constant(180.0 / std::numbers::pi));
}
Value math_radians(Emitter& e, const Arguments& a) {
  return float_value(argument(e, "radians", a) * ir::float_constant(std::numbers::pi / 180.0));
}

Value math_isnan(Emitter& e, const Arguments& a) { return bool_value(is_nan(argument(e, "isnan", a))); }
Value math_isinf(Emitter& e, const Arguments& a) { return bool_value(is_infinite(argument(e, "isinf", a))); }
Value math_isfinite(Emitter& e, const Arguments& a) { return bool_value(is_finite(argument(e, "isfinite", a))); }

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
  const Expr close = logical_or(logical_or(within(abs_of(relative * y)), within(abs_of(relative * x))), within(absolute));
  const Expr infinite = logical_or(is_infinite(x), is_infinite(y));
  return bool_value(logical_or(ir::operation(Op::eq, {x, y}), logical_and(logical_not(infinite), close)));
}

Value math_modf(Emitter& e, const Arguments& a) {
  const Expr x = argument(e, "modf", a);
  const Expr integral = e.let("t", ir::operation(Op::trunc, {x}));
  const Expr fraction = ir::operation(Op::select, {is_infinite(x), ir::float_constant(0), x - integral});
  return tuple_value({float_value(ir::operation(Op::copysign, {fraction, x})), float_value(integral)});
}

std::vector<Expr> integers(Emitter& e, const std::string& name, const Arguments& a) {
  if (!a.keywords.empty()) e.fail(name + "() takes no keyword arguments");
  std::vector<Expr> result;
  for (const Value& x : a.positional) {
    if (!x.type.is_integer()) {
      e.fail("'" + to_string(x.type) + "' object cannot be interpreted as an integer in " + name + "()");
    }
    result.push_back(e.let("t", as_index(e, x, name + "() argument")));
  }
  return result;
}

/// |x|, OverflowError for the one value whose negation does not fit.
Expr magnitude(Emitter& e, const Expr& x) { return e.let("t", absolute(e, int_value(x)).expr); }

Expr greatest_common_divisor(Emitter& e, const Expr& first, const Expr& second) {
  const ir::Var a = ir::make_var("a", ir::kI64), b = ir::make_var("b", ir::kI64);
  e.emit(ir::declare(a, first, e.location()));
  e.emit(ir::declare(b, second, e.location()));
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    const Expr rest = e.let("rest", ir::operation(Op::floormod, {ir::variable(a), ir::variable(b)}));
    e.emit(ir::assign(a, ir::variable(b), e.location()));
    e.emit(ir::assign(b, rest, e.location()));
  }
  e.emit(ir::while_loop(ir::operation(Op::ne, {ir::variable(b), ir::int_constant(0)}), std::move(body), e.location()));
  return e.let("gcd", ir::variable(a));
}

Value math_gcd(Emitter& e, const Arguments& a) {
  Expr result = ir::int_constant(0);
  for (const Expr& x : integers(e, "math.gcd", a)) {
    result = ir::is_int_constant(result, 0) ? magnitude(e, x) : greatest_common_divisor(e, result, magnitude(e, x));
  }
  return int_value(result);
}

Value math_isqrt(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.isqrt", a, 1, 1);
  const Expr n = integers(e, "math.isqrt", a)[0];
  e.check(compare(Op::ge, n, ir::int_constant(0)), ExceptionKind::ValueError, e.message("isqrt_negative"));
  // The float root is off by at most one; its square is compared as integers.
  const Expr root = e.let("t", minimum(ir::cast(ir::operation(Op::sqrt, {cast_number(n, DType::F64)}), DType::I64),
                                       ir::int_constant(3037000499)));
  const Expr down = e.let("t", select(compare(Op::gt, root * root, n), sub(root, ir::int_constant(1)), root));
  const Expr up = add(down, ir::int_constant(1));
  const Expr fits = logical_and(compare(Op::lt, down, ir::int_constant(3037000499)), compare(Op::le, up * up, n));
  return int_value(select(fits, up, down));
}

Value math_factorial(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.factorial", a, 1, 1);
  const Expr n = integers(e, "math.factorial", a)[0];
  e.check(compare(Op::ge, n, ir::int_constant(0)), ExceptionKind::ValueError, e.message("factorial_negative"));
  e.check(compare(Op::le, n, ir::int_constant(20)), ExceptionKind::OverflowError,
          "factorial({0}) does not fit in a 64-bit integer", {n});
  static const auto table = [] {
    ir::Table factorials{.name = "factorials", .dtype = DType::I64, .values = {1}};
    for (std::uint64_t i = 1; i <= 20; ++i) factorials.values.push_back(factorials.values.back() * i);
    return std::make_shared<const ir::Table>(std::move(factorials));
  }();
  return int_value(ir::lookup(table, n));
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
      {"math.modf", math_modf},
      {"math.gcd", math_gcd},
      {"math.isqrt", math_isqrt},
      {"math.factorial", math_factorial},
  };
  return table;
}

}  // namespace rooftop::frontend
