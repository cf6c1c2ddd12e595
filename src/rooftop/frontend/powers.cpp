// Repeated squaring for integers, the C library's pow with Python's special cases for floats.
#include "rooftop/frontend/powers.h"

#include <cmath>
#include <functional>
#include <limits>

#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

using Multiply = std::function<Expr(const Expr&, const Expr&)>;

/// base ** exponent for exponent >= 0 by repeated squaring; the last, unneeded square is left out, since it may
/// overflow.
Expr repeated_squaring(Emitter& e, const Expr& base, const Expr& exponent, const Multiply& multiply) {
  const ir::Type type = base.type();
  const ir::Var result = ir::make_var("power", type), square = ir::make_var("square", type),
                left = ir::make_var("left", exponent.type());
  const Expr one = dtype_constant(exponent.dtype(), 1), zero = dtype_constant(exponent.dtype(), 0);
  e.emit(ir::declare(result, dtype_constant(type.dtype(), 1), e.location()));
  e.emit(ir::declare(square, base, e.location()));
  e.emit(ir::declare(left, exponent, e.location()));
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    ir::Block odd, more;
    {
      const Emitter::Redirect into_odd(e, odd);
      e.emit(ir::assign(result, multiply(ir::variable(result), ir::variable(square)), e.location()));
    }
    e.emit(ir::if_then(ir::operation(Op::ne, {ir::operation(Op::bit_and, {ir::variable(left), one}), zero}),
                       std::move(odd), {}, e.location()));
    e.emit(ir::assign(left, ir::operation(Op::shr, {ir::variable(left), one}), e.location()));
    {
      const Emitter::Redirect into_more(e, more);
      e.emit(ir::assign(square, multiply(ir::variable(square), ir::variable(square)), e.location()));
    }
    e.emit(ir::if_then(ir::operation(Op::gt, {ir::variable(left), zero}), std::move(more), {}, e.location()));
  }
  e.emit(ir::while_loop(ir::operation(Op::gt, {ir::variable(left), zero}), std::move(body), e.location()));
  return e.let("t", ir::variable(result));
}

/// a * b % m for a, b < m: where the product leaves 64 bits, by doubling and adding.
Expr product_modulo(Emitter& e, const Expr& a, const Expr& b, const Expr& m) {
  const ir::Type type = m.type();
  const Expr zero = dtype_constant(DType::U64, 0), one = dtype_constant(DType::U64, 1);
  const Expr x = e.let("t", a), y = e.let("t", b);
  const ir::Var result = ir::make_var("product", type), term = ir::make_var("term", type),
                left = ir::make_var("left", type);
  // Sums of two rests stay below 2 ** 64, since a modulus is at most 2 ** 63.
  const auto add_modulo = [&](const ir::Var& to) {
    const Expr sum = e.let("t", ir::variable(to) + ir::variable(term));
    e.emit(ir::assign(to, ir::operation(Op::select, {ir::operation(Op::ge, {sum, m}), sum - m, sum}), e.location()));
  };
  e.emit(ir::declare(result, zero, e.location()));
  ir::Block fits, doubling, body;
  {
    const Emitter::Redirect into(e, fits);
    e.emit(ir::assign(result, ir::operation(Op::rem, {x * y, m}), e.location()));
  }
  {
    const Emitter::Redirect into(e, doubling);
    e.emit(ir::declare(term, x, e.location()));
    e.emit(ir::declare(left, y, e.location()));
    {
      const Emitter::Redirect into_body(e, body);
      ir::Block odd;
      {
        const Emitter::Redirect into_odd(e, odd);
        add_modulo(result);
      }
      const Expr is_odd = ir::operation(Op::ne, {ir::operation(Op::bit_and, {ir::variable(left), one}), zero});
      e.emit(ir::if_then(is_odd, std::move(odd), {}, e.location()));
      add_modulo(term);
      e.emit(ir::assign(left, ir::operation(Op::shr, {ir::variable(left), one}), e.location()));
    }
    e.emit(ir::while_loop(ir::operation(Op::ne, {ir::variable(left), zero}), std::move(body), e.location()));
  }
  e.emit(ir::if_then(ir::operation(Op::mul_overflows, {x, y}), std::move(doubling), std::move(fits), e.location()));
  return e.let("t", ir::variable(result));
}

bool is_finite_constant(const Expr& x) { return x.is_constant() && std::isfinite(x.constant().real); }

Expr is_finite(const Expr& x) {
  return ir::operation(
      Op::lt, {ir::operation(Op::abs, {x}), ir::float_constant(std::numeric_limits<double>::infinity(), x.type())});
}

}  // namespace

Value int_power(Emitter& e, const Expr& base, const Expr& exponent) {
  const Multiply multiply = [&](const Expr& a, const Expr& b) { return e.checked_mul(a, b); };
  if (exponent.is_constant()) {
    const std::int64_t n = exponent.constant().integer;
    if (n < 0) return float_value(float_power(e, cast_number(base, DType::F64), cast_number(exponent, DType::F64)));
    if (n == 0) return int_value(1);
    if (n <= 3) {
      Expr product = base;
      for (std::int64_t i = 1; i < n; ++i) product = e.let("t", e.checked_mul(product, base));
      return int_value(product);
    }
  } else {
    e.check(compare(Op::ge, exponent, ir::int_constant(0)), ExceptionKind::ValueError,
            "int ** {0}: a negative exponent would make a float; write float(x) ** y", {exponent});
  }
  return int_value(repeated_squaring(e, base, exponent, multiply));
}

Value int_power_modulo(Emitter& e, const Expr& base, const Expr& exponent, const Expr& modulus) {
  const Expr m = e.let("t", modulus);
  const Expr zero = ir::int_constant(0);
  e.check(compare(Op::ne, m, zero), ExceptionKind::ValueError, "pow() 3rd argument cannot be 0");
  e.check(compare(Op::ge, exponent, zero), ExceptionKind::ValueError,
          "pow() with a negative exponent and a modulus is not supported");
  const Expr size = e.let("t", ir::cast(select(compare(Op::lt, m, zero), sub(zero, m), m), DType::U64));
  const Expr signed_rest = e.let("t", ir::operation(Op::floormod, {base, m}));
  const Expr rest =
      e.let("t", ir::cast(select(compare(Op::lt, signed_rest, zero), sub(signed_rest, m), signed_rest), DType::U64));
  const Multiply multiply = [&](const Expr& a, const Expr& b) { return product_modulo(e, a, b, size); };
  const Expr power = repeated_squaring(e, rest, exponent, multiply);
  // Once more for x ** 0 modulo 1; then into the range that the modulus' sign asks for.
  const Expr reduced = e.let("t", ir::cast(ir::operation(Op::rem, {power, size}), DType::I64));
  return int_value(ir::operation(Op::floormod, {reduced, m}));
}

Expr plain_power(Emitter& e, const Expr& base, const Expr& exponent) {
  if (!e.strict() && exponent.is_constant() && exponent.constant().real == 2) {
    const Expr x = e.let("t", base);
    return x * x;
  }
  return ir::operation(Op::pow, {base, exponent});
}

Expr float_power(Emitter& e, const Expr& x, const Expr& y) {
  const Expr base = e.let("t", x), exponent = e.let("t", y);
  const Expr zero = ir::float_constant(0);
  const bool constant = exponent.is_constant();
  const double c = constant ? exponent.constant().real : 0;
  if (!constant || c < 0) {
    const Expr negative = ir::operation(Op::lt, {exponent, zero});
    const Expr finite = constant ? ir::bool_constant(std::isfinite(c)) : is_finite(exponent);
    const Expr bad = logical_and(ir::operation(Op::eq, {base, zero}), logical_and(negative, finite));
    e.check(logical_not(bad), ExceptionKind::ZeroDivisionError, e.message("zero_to_negative_power"));
  }
  if (!constant || (std::isfinite(c) && c != std::floor(c))) {
    const Expr fraction = ir::operation(Op::ne, {ir::operation(Op::floor, {exponent}), exponent});
    const Expr negative = logical_and(ir::operation(Op::lt, {base, zero}), is_finite(base));
    const Expr finite_exponent = constant ? ir::bool_constant(true) : is_finite(exponent);
    e.check(logical_not(logical_and(logical_and(negative, fraction), finite_exponent)), ExceptionKind::ValueError,
            "a negative number to a fractional power is complex; write complex(x) ** y");
  }
  const Expr result = e.let("t", plain_power(e, base, exponent));
  const Expr overflow = logical_and(
      ir::operation(Op::eq,
                    {ir::operation(Op::abs, {result}), ir::float_constant(std::numeric_limits<double>::infinity())}),
      logical_and(is_finite(base), is_finite_constant(exponent) ? ir::bool_constant(true) : is_finite(exponent)));
  e.check(logical_not(overflow), ExceptionKind::OverflowError, e.message("float_power_overflow"));
  return result;
}

Expr numpy_power(Emitter& e, const Expr& base, const Expr& exponent) {
  if (array::is_float(base.dtype())) return plain_power(e, base, exponent);
  if (array::is_signed(base.dtype())) {
    const Expr zero = dtype_constant(exponent.dtype(), 0);
    e.check(exponent.is_constant() ? ir::bool_constant(exponent.constant().integer >= 0)
                                   : ir::operation(Op::ge, {exponent, zero}),
            ExceptionKind::ValueError, "Integers to negative integer powers are not allowed.");
  }
  return repeated_squaring(e, base, exponent, [](const Expr& a, const Expr& b) { return a * b; });
}

}  // namespace rooftop::frontend
