// Floor division and modulo of floats: the quotient rounds down, the remainder has the divisor's sign.
#pragma once

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

struct DivMod {
  ir::Expr quotient, remainder;
};

/// Python's float // and % for a divisor that is not zero (the caller has checked).
DivMod float_divmod(Emitter& e, const ir::Expr& a, const ir::Expr& b);

/// NumPy's: as Python's, but a zero divisor gives a / b and fmod(a, b).
DivMod numpy_divmod(Emitter& e, const ir::Expr& a, const ir::Expr& b);

}  // namespace rooftop::frontend
