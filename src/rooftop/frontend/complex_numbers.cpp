// Division by scaling with the larger part (Smith, Algorithm 116, CACM 1962); powers by repeated multiplication for small
// integer exponents and in polar form otherwise.
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
  const Expr re = pick(ar + ai * ratio, ar * ratio + ai) / denominator;
  const Expr im = pick(ai - ar * ratio, ai * ratio - ar) / denominator;
  if (rules == ComplexRules::Python) {
    // Neither part is the larger only when one is NaN.
    const Expr ordered = logical_or(by_real, ir::operation(Op::ge, {size_i, size_r}));
    const Expr nan = ir::float_constant(std::numeric_limits<double>::quiet_NaN(), ar.type());
    return make(ir::operation(Op::select, {ordered, re, nan}), ir::operation(Op::select, {ordered, im, nan}));
  }
  const Expr both_zero = logical_and(ir::operation(Op::eq, {size_r, zero}), ir::operation(Op::eq, {size_i, zero}));
  return make(ir::operation(Op::select, {both_zero, ar / size_r, re}),
              ir::operation(Op::select, {both_zero, ai / size_r, im}));
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
    const Expr bad = logical_and(base_zero, logical_or(ir::operation(Op::ne, {bi, zero}), ir::operation(Op::lt, {br, zero})));
    e.check(logical_or(logical_not(bad), exponent_zero), ExceptionKind::ZeroDivisionError,
            e.message("complex_zero_to_negative_power"));
  }
  const Expr size = e.let("t", ir::operation(Op::hypot, {ar, ai}));
  const Expr angle = e.let("t", ir::operation(Op::atan2, {ai, ar}));
  const Expr real_length = e.let("t", ir::operation(Op::pow, {size, br}));
  const Expr has_imag = ir::operation(Op::ne, {bi, zero});
  const Expr length = e.let("t", ir::operation(Op::select, {has_imag, real_length / ir::operation(Op::exp, {angle * bi}),
                                                            real_length}));
  const Expr turned = angle * br;
  const Expr phase = e.let("t", ir::operation(Op::select, {has_imag, turned + bi * ir::operation(Op::log, {size}), turned}));
  const Expr power = make(length * ir::operation(Op::cos, {phase}), length * ir::operation(Op::sin, {phase}));
  const Expr special = ir::operation(Op::select, {exponent_zero, make(one, zero), make(zero, zero)});
  return ir::operation(Op::select, {logical_or(exponent_zero, base_zero), special, power});
}

Expr power(Emitter& e, const Expr& a, const Expr& b, ComplexRules rules) {
  // A constant made complex from a real one: complex(n, 0).
  const bool from_real = b.is_op(Op::complex) && b.arg(0).is_constant() && b.arg(1).is_constant();
  const ir::Constant c = b.is_constant() ? b.constant()
                         : from_real     ? ir::Constant{.real = b.arg(0).constant().real, .imag = b.arg(1).constant().real}
                                         : ir::Constant{.imag = 1};
  if (c.imag == 0 && c.real == std::floor(c.real) && std::abs(c.real) <= 100) {
    const auto n = static_cast<std::int64_t>(c.real);
    if (n >= 0) return integer_power(e, a, n);
    return divide(e, ir::constant(a.type(), {.real = 1}), e.let("t", integer_power(e, a, -n)), rules);
  }
  return polar_power(e, a, b, rules);
}

}  // namespace

Expr complex_binary(Emitter& e, BinaryOperator op, const Expr& x, const Expr& y, ComplexRules rules) {
  const Expr a = e.let("t", x), b = e.let("t", y);
  switch (op) {
    case BinaryOperator::Add: return a + b;
    case BinaryOperator::Sub: return a - b;
    case BinaryOperator::Mult: return a * b;
    case BinaryOperator::Div: return divide(e, a, b, rules);
    case BinaryOperator::Pow: return power(e, a, y.is_constant() ? y : b, rules);
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
