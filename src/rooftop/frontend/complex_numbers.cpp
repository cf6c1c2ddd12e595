// Division by scaling with the larger part (Smith, Algorithm 116, CACM 1962); powers by repeated multiplication for
// small integer exponents and in polar form otherwise.
#include "rooftop/frontend/complex_numbers.h"

#include <cmath>
#include <limits>

#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

Expr real(const Expr& z) { return ir::operation(Op::real, {z}); }
Expr imag(const Expr& z) { return ir::operation(Op::imag, {z}); }
Expr make(const Expr& re, const Expr& im) { return ir::operation(Op::complex, {re, im}); }

Expr divide(Emitter& e, const Expr& a, const Expr& b, ComplexRules rules) {
  const Expr ar = e.let("t", real(a)), ai = e.let("t", imag(a)), br = e.let("t", real(b)), bi = e.let("t", imag(b));
  const Expr zero = ir::float_constant(0, ar.type());
  if (rules == ComplexRules::Python) {
    const Expr nonzero = logical_or(ir::operation(Op::ne, {br, zero}), ir::operation(Op::ne, {bi, zero}));
    e.check(nonzero, ExceptionKind::ZeroDivisionError, e.message("complex_division"));
  }
  const Expr size_r = e.let("t", ir::operation(Op::abs, {br})), size_i = e.let("t", ir::operation(Op::abs, {bi}));
  const Expr by_real = e.let("t", ir::operation(Op::ge, {size_r, size_i}));
  const auto pick = [&](const Expr& x, const Expr& y) { return ir::operation(Op::select, {by_real, x, y}); };
  const Expr large = e.let("t", pick(br, bi)), small = e.let("t", pick(bi, br));
  const Expr ratio = e.let("t", small / large);
  const Expr denominator = e.let("t", large + small * ratio);
  if (rules == ComplexRules::NumPy) {
    const Expr both_zero = logical_and(ir::operation(Op::eq, {size_r, zero}), ir::operation(Op::eq, {size_i, zero}));
    const Expr scale = e.let("t", ir::float_constant(1, ar.type()) / denominator);
    const Expr re = pick(ar + ai * ratio, ar * ratio + ai) * scale;
    const Expr im = pick(ai - ar * ratio, ai * ratio - ar) * scale;
    return make(ir::operation(Op::select, {both_zero, ar / size_r, re}),
                ir::operation(Op::select, {both_zero, ai / size_r, im}));
  }
  const Expr re = pick(ar + ai * ratio, ar * ratio + ai) / denominator;
  const Expr im = pick(ai - ar * ratio, ai * ratio - ar) / denominator;
  {
    // Neither part is the larger only when one is NaN.
    const Expr ordered = logical_or(by_real, ir::operation(Op::ge, {size_i, size_r}));
    const Expr nan = ir::float_constant(std::numeric_limits<double>::quiet_NaN(), ar.type());
    return make(ir::operation(Op::select, {ordered, re, nan}), ir::operation(Op::select, {ordered, im, nan}));
  }
}

/// z ** n for a constant n >= 0.
Expr integer_power(Emitter& e, const Expr& z, std::int64_t n) {
  Expr result = ir::constant(z.type(), {.real = 1});
  Expr square = e.let("t", z);
  for (std::int64_t bit = 1; bit <= n; bit <<= 1) {
    if ((n & bit) != 0) result = e.let("t", result * square);
    if (bit <= n / 2) square = e.let("t", square * square);
  }
  return result;
}

Expr polar_power(Emitter& e, const Expr& a, const Expr& b, ComplexRules rules) {
  const Expr ar = e.let("t", real(a)), ai = e.let("t", imag(a)), br = e.let("t", real(b)), bi = e.let("t", imag(b));
  const Expr zero = ir::float_constant(0, ar.type()), one = ir::float_constant(1, ar.type());
  const Expr base_zero = e.let("t", logical_and(ir::operation(Op::eq, {ar, zero}), ir::operation(Op::eq, {ai, zero})));
  const Expr exponent_zero =
      e.let("t", logical_and(ir::operation(Op::eq, {br, zero}), ir::operation(Op::eq, {bi, zero})));
  if (rules == ComplexRules::Python) {
    const Expr bad =
        logical_and(base_zero, logical_or(ir::operation(Op::ne, {bi, zero}), ir::operation(Op::lt, {br, zero})));
    e.check(logical_or(logical_not(bad), exponent_zero), ExceptionKind::ZeroDivisionError,
            e.message("complex_zero_to_negative_power"));
  }
  const Expr size = e.let("t", ir::operation(Op::hypot, {ar, ai}));
  const Expr angle = e.let("t", ir::operation(Op::atan2, {ai, ar}));
  const Expr real_length = e.let("t", ir::operation(Op::pow, {size, br}));
  const Expr has_imag = ir::operation(Op::ne, {bi, zero});
  const Expr length = e.let(
      "t", ir::operation(Op::select, {has_imag, real_length / ir::operation(Op::exp, {angle * bi}), real_length}));
  const Expr turned = angle * br;
  const Expr phase =
      e.let("t", ir::operation(Op::select, {has_imag, turned + bi * ir::operation(Op::log, {size}), turned}));
  const Expr power = make(length * ir::operation(Op::cos, {phase}), length * ir::operation(Op::sin, {phase}));
  const Expr special = ir::operation(Op::select, {exponent_zero, make(one, zero), make(zero, zero)});
  return ir::operation(Op::select, {logical_or(exponent_zero, base_zero), special, power});
}

/// z ** n for n >= 0 known at run time, multiplying in the order of integer_power.
Expr counted_power(Emitter& e, const Expr& z, const Expr& n) {
  const ir::Var result = ir::make_var("power", z.type()), square = ir::make_var("square", z.type());
  const ir::Var bit = ir::make_var("bit", ir::kI64);
  e.emit(ir::declare(result, ir::constant(z.type(), {.real = 1}), e.location()));
  e.emit(ir::declare(square, z, e.location()));
  e.emit(ir::declare(bit, ir::int_constant(1), e.location()));
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    const Expr taken = compare(Op::ne, ir::operation(Op::bit_and, {n, ir::variable(bit)}), ir::int_constant(0));
    e.emit(ir::if_then(taken, {ir::assign(result, ir::variable(result) * ir::variable(square), e.location())}, {},
                       e.location()));
    e.emit(ir::assign(bit, ir::operation(Op::shl, {ir::variable(bit), ir::int_constant(1)}), e.location()));
    e.emit(ir::assign(square, ir::variable(square) * ir::variable(square), e.location()));
  }
  e.emit(ir::while_loop(compare(Op::le, ir::variable(bit), n), std::move(body), e.location()));
  return e.let("t", ir::variable(result));
}

/// 1 / z ** n from z ** n, with Python's error of a zero to a negative power.
Expr inverse_power(Emitter& e, const Expr& z, const Expr& power, ComplexRules rules) {
  if (rules == ComplexRules::Python) {
    const Expr zero = ir::float_constant(0, real(z).type());
    const Expr nonzero = logical_or(ir::operation(Op::ne, {real(z), zero}), ir::operation(Op::ne, {imag(z), zero}));
    e.check(nonzero, ExceptionKind::ZeroDivisionError, e.message("complex_zero_to_negative_power"));
  }
  return divide(e, ir::constant(z.type(), {.real = 1}), power, rules);
}

/// An exponent known at run time: multiplied out where it is a small integer, else in polar form.
Expr power_by_value(Emitter& e, const Expr& a, const Expr& b, ComplexRules rules) {
  const Expr br = e.let("t", real(b));
  const Expr zero = ir::float_constant(0, br.type());
  const Expr whole = ir::operation(Op::eq, {ir::operation(Op::floor, {br}), br});
  const Expr small = ir::operation(Op::le, {ir::operation(Op::abs, {br}), ir::float_constant(100, br.type())});
  const Expr counted = e.let("t", logical_and(logical_and(whole, small), ir::operation(Op::eq, {imag(b), zero})));
  const ir::Var result = ir::make_var("chosen", a.type());
  e.emit(ir::declare(result, a, e.location()));
  const auto branch = [&](const auto& value) {
    ir::Block block;
    const Emitter::Redirect into(e, block);
    e.emit(ir::assign(result, value(), e.location()));
    return block;
  };
  ir::Block multiplied = branch([&] {
    const Expr n = e.let("t", ir::cast(br, DType::I64));
    const Expr size = e.let("t", ir::operation(Op::abs, {n}));
    const Expr positive = counted_power(e, a, size);
    const ir::Var inverse = ir::make_var("inverse", a.type());
    e.emit(ir::declare(inverse, positive, e.location()));
    ir::Block invert;
    {
      const Emitter::Redirect into(e, invert);
      e.emit(ir::assign(inverse, inverse_power(e, a, positive, rules), e.location()));
    }
    e.emit(ir::if_then(compare(Op::lt, n, ir::int_constant(0)), std::move(invert), {}, e.location()));
    return ir::variable(inverse);
  });
  ir::Block polar = branch([&] { return polar_power(e, a, b, rules); });
  e.emit(ir::if_then(counted, std::move(multiplied), std::move(polar), e.location()));
  return e.let("t", ir::variable(result));
}

Expr power(Emitter& e, const Expr& a, const Expr& b, ComplexRules rules) {
  // A constant made complex from a real one: complex(n, 0).
  const bool from_real = b.is_op(Op::complex) && b.arg(0).is_constant() && b.arg(1).is_constant();
  const ir::Constant c = b.is_constant() ? b.constant()
                         : from_real ? ir::Constant{.real = b.arg(0).constant().real, .imag = b.arg(1).constant().real}
                                     : ir::Constant{.imag = 1};
  if (c.imag == 0 && c.real == std::floor(c.real) && std::abs(c.real) <= 100) {
    const auto n = static_cast<std::int64_t>(c.real);
    if (n >= 0) return integer_power(e, a, n);
    return inverse_power(e, a, e.let("t", integer_power(e, a, -n)), rules);
  }
  if (b.is_constant() || from_real) return polar_power(e, a, b, rules);
  return power_by_value(e, a, b, rules);
}

}  // namespace

Expr complex_binary(Emitter& e, BinaryOperator op, const Expr& x, const Expr& y, ComplexRules rules) {
  const Expr a = e.let("t", x), b = e.let("t", y);
  switch (op) {
    case BinaryOperator::Add:
      return a + b;
    case BinaryOperator::Sub:
      return a - b;
    case BinaryOperator::Mult:
      return a * b;
    case BinaryOperator::Div:
      return divide(e, a, b, rules);
    case BinaryOperator::Pow:
      return power(e, a, y.is_constant() ? y : b, rules);
    default:
      e.fail("unsupported operand types for " + std::string(symbol(op)) + ": complex numbers",
             "use the .real and .imag parts");
  }
}

Expr complex_order(Op op, const Expr& a, const Expr& b) {
  const Expr ar = real(a), br = real(b);
  const Expr strict = ir::operation(op == Op::lt || op == Op::le ? Op::lt : Op::gt, {ar, br});
  return logical_or(strict, logical_and(ir::operation(Op::eq, {ar, br}), ir::operation(op, {imag(a), imag(b)})));
}

Value complex_absolute(Emitter& e, const Value& z) {
  const Expr value = e.let("t", z.expr);
  const Expr re = real(value), im = imag(value);
  const Expr size = e.let("t", ir::operation(Op::hypot, {re, im}));
  if (z.is(PyKind::NumPy)) return number_value(PyType::numpy(array::part_of(z.type.dtype())), size);
  const Expr infinity = ir::float_constant(std::numeric_limits<double>::infinity());
  const auto finite = [&](const Expr& x) { return ir::operation(Op::lt, {ir::operation(Op::abs, {x}), infinity}); };
  const Expr overflow = logical_and(ir::operation(Op::eq, {size, infinity}), logical_and(finite(re), finite(im)));
  e.check(logical_not(overflow), ExceptionKind::OverflowError, e.message("complex_abs_overflow"));
  return float_value(size);
}

}  // namespace rooftop::frontend
