// Complex arithmetic as CPython and NumPy define it: built from operations on the parts where the ir has no row of its
// own.
#pragma once

#include "rooftop/frontend/arithmetic.h"

namespace rooftop::frontend {

enum class ComplexRules : std::uint8_t {
  Python,  ///< division by zero raises
  NumPy,   ///< division by zero gives infinities and NaN
};

ir::Expr complex_binary(Emitter& e, BinaryOperator op, const ir::Expr& a, const ir::Expr& b, ComplexRules rules);
/// NumPy's lexicographic order.
ir::Expr complex_order(ir::Op op, const ir::Expr& a, const ir::Expr& b);
/// abs(z): hypot of the parts; Python's raises OverflowError.
Value complex_absolute(Emitter& e, const Value& z);

}  // namespace rooftop::frontend
