// The quotient comes from the exact remainder, so that both belong together.
#include "rooftop/frontend/float_division.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

DivMod float_divmod(Emitter& e, const Expr& x, const Expr& y) {
  const Expr a = e.let("t", x), b = e.let("t", y);
  const Expr zero = ir::float_constant(0, a.type()), one = ir::float_constant(1, a.type());
  const Expr mod = e.let("t", ir::operation(Op::fmod, {a, b}));
  const Expr mod_nonzero = ir::operation(Op::ne, {mod, zero});
  const Expr signs_differ =
      ir::operation(Op::ne, {ir::operation(Op::lt, {b, zero}), ir::operation(Op::lt, {mod, zero})});
  const Expr adjust = e.let("t", logical_and(mod_nonzero, signs_differ));
  const Expr remainder = ir::operation(Op::select, {mod_nonzero, ir::operation(Op::select, {adjust, mod + b, mod}),
                                                    ir::operation(Op::copysign, {zero, b})});
  // (a - mod) / b is nearly an integer: the nearest one at or below, corrected for the division's rounding.
  const Expr quotient = e.let("t", (a - mod) / b);
  const Expr exact = e.let("t", ir::operation(Op::select, {adjust, quotient - one, quotient}));
  const Expr low = e.let("t", ir::operation(Op::floor, {exact}));
  const Expr half = ir::float_constant(0.5, a.type());
  const Expr rounded = ir::operation(Op::select, {ir::operation(Op::gt, {exact - low, half}), low + one, low});
  const Expr is_nonzero = ir::operation(Op::ne, {exact, zero});
  return {ir::operation(Op::select, {is_nonzero, rounded, ir::operation(Op::copysign, {zero, a / b})}), remainder};
}

DivMod numpy_divmod(Emitter& e, const Expr& x, const Expr& y) {
  const Expr a = e.let("t", x), b = e.let("t", y);
  const Expr by_zero = e.let("t", ir::operation(Op::eq, {b, ir::float_constant(0, b.type())}));
  const DivMod result = float_divmod(e, a, b);
  return {ir::operation(Op::select, {by_zero, a / b, result.quotient}),
          ir::operation(Op::select, {by_zero, ir::operation(Op::fmod, {a, b}), result.remainder})};
}

}  // namespace rooftop::frontend
