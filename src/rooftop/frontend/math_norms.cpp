// Lengths of vectors in the math module.
#include <limits>

#include "rooftop/frontend/arithmetic.h"
#include "rooftop/frontend/math_functions.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

/// A sum carried in two floats.
struct DoubleSum {
  Expr high, low;

  /// Adds a float that is not negative, and its rounding error.
  void add(Emitter& e, const Expr& value, const Expr& error) {
    const Expr sum = e.let("t", high + value);
    const Expr part = e.let("t", sum - high);
    const Expr lost = (high - (sum - part)) + (value - part);
    low = e.let("t", low + (lost + error));
    high = sum;
  }
};

/// sqrt of the sum of squares, correctly rounded in all but very rare cases: as CPython's.
Expr exact_norm(Emitter& e, const std::vector<Expr>& sizes) {
  Expr largest = ir::float_constant(0), any_infinite = ir::bool_constant(false), any_nan = ir::bool_constant(false);
  for (const Expr& x : sizes) {
    largest = ir::operation(Op::max, {largest, x});
    any_infinite = logical_or(any_infinite, is_infinite(x));
    any_nan = logical_or(any_nan, is_nan(x));
  }
  largest = e.let("largest", largest);
  // Scaled by a power of two the largest lies between 1/2 and 1, so that no square overflows. Two factors reach every
  // power.
  const Fraction parts = split_float(e, largest);
  const Expr half = e.let("t", ir::operation(Op::shr, {parts.exponent, ir::int_constant(1)}));
  const Expr rest = e.let("t", sub(parts.exponent, half));
  const Expr down_half = e.let("t", power_of_two(sub(ir::int_constant(0), half)));
  const Expr down_rest = e.let("t", power_of_two(sub(ir::int_constant(0), rest)));
  DoubleSum sum{ir::float_constant(0), ir::float_constant(0)};
  for (const Expr& x : sizes) {
    const Expr scaled = e.let("t", x * down_half * down_rest);
    const Expr square = e.let("t", scaled * scaled);
    sum.add(e, square, ir::operation(Op::fma, {scaled, scaled, ir::operation(Op::neg, {square})}));
  }
  const Expr root = e.let("t", ir::operation(Op::sqrt, {sum.high + sum.low}));
  const Expr square = e.let("t", root * root);
  const Expr error = ir::operation(Op::fma, {root, root, ir::operation(Op::neg, {square})});
  const Expr residual = (sum.high - square) + (sum.low - error);
  const Expr norm = (root + residual / (ir::float_constant(2) * root)) * power_of_two(half) * power_of_two(rest);
  const Expr finite = select(ir::operation(Op::eq, {largest, ir::float_constant(0)}), largest, norm);
  const Expr nan = ir::float_constant(std::numeric_limits<double>::quiet_NaN());
  return select(any_infinite, ir::float_constant(std::numeric_limits<double>::infinity()),
                select(any_nan, nan, finite));
}

Value norm(Emitter& e, std::vector<Expr> components) {
  for (Expr& x : components) x = e.let("t", abs_of(x));
  if (components.empty()) return float_value(ir::float_constant(0));
  if (components.size() == 1) return float_value(components[0]);
  if (components.size() == 2 && !e.strict())
    return float_value(ir::operation(Op::hypot, {components[0], components[1]}));
  return float_value(exact_norm(e, components));
}

}  // namespace

Value math_hypot(Emitter& e, const Arguments& a) {
  if (!a.keywords.empty()) e.fail("math.hypot() takes no keyword arguments");
  std::vector<Expr> components;
  for (const Value& x : a.positional) components.push_back(as_float(e, x));
  return norm(e, std::move(components));
}

Value math_dist(Emitter& e, const Arguments& a) {
  expect_arguments(e, "math.dist", a, 2, 2);
  const Value &p = a.positional[0], &q = a.positional[1];
  if (!p.is(PyKind::Tuple) || !q.is(PyKind::Tuple)) {
    e.fail("math.dist() takes two tuples here, not " + describe(p) + " and " + describe(q),
           "write the coordinates out: math.dist((p[0], p[1]), (q[0], q[1]))");
  }
  if (p.items.size() != q.items.size()) {
    e.raise(ExceptionKind::ValueError, "both points must have the same number of dimensions");
    return float_value(ir::float_constant(0));
  }
  std::vector<Expr> components;
  for (std::size_t i = 0; i < p.items.size(); ++i) {
    components.push_back(as_float(e, p.items[i]) - as_float(e, q.items[i]));
  }
  return norm(e, std::move(components));
}

}  // namespace rooftop::frontend
