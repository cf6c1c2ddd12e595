// Small expressions and checks that the math module's functions have in common.
#include "rooftop/frontend/math_functions.h"

#include <limits>

#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

Expr infinity() { return ir::float_constant(std::numeric_limits<double>::infinity()); }

}  // namespace

Expr abs_of(const Expr& x) { return ir::operation(Op::abs, {x}); }
Expr is_nan(const Expr& x) { return ir::operation(Op::ne, {x, x}); }
Expr is_infinite(const Expr& x) { return ir::operation(Op::eq, {abs_of(x), infinity()}); }
Expr is_finite(const Expr& x) { return ir::operation(Op::lt, {abs_of(x), infinity()}); }

void check_domain(Emitter& e, const Expr& condition) {
  e.check(condition, ExceptionKind::ValueError, e.message("math_domain"));
}

void check_range(Emitter& e, const Expr& result, const Expr& finite_arguments) {
  e.check(logical_not(logical_and(is_infinite(result), finite_arguments)), ExceptionKind::OverflowError,
          e.message("math_range"));
}

Expr math_argument(Emitter& e, const std::string& name, const Arguments& a) {
  expect_arguments(e, "math." + name, a, 1, 1);
  return e.let("x", as_float(e, a.positional[0]));
}

FloatPair two_math_arguments(Emitter& e, const std::string& name, const Arguments& a) {
  expect_arguments(e, "math." + name, a, 2, 2);
  return {e.let("x", as_float(e, a.positional[0])), e.let("y", as_float(e, a.positional[1]))};
}

}  // namespace rooftop::frontend
