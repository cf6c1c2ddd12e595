// NumPy's functions on numbers: the meanings of ir/ufuncs.h, with their statements at the user's line.
#pragma once

#include <initializer_list>

#include "rooftop/frontend/emitter.h"
#include "rooftop/ir/ufuncs.h"

namespace rooftop::frontend {

/// The function's first output for operands of the types of one of its loops.
ir::Expr ufunc_value(Emitter& e, ops::Ufunc ufunc, std::initializer_list<ir::Expr> operands);

/// Python's float // and % for a divisor that is not zero (the caller has checked).
ir::DivMod float_divmod(Emitter& e, const ir::Expr& a, const ir::Expr& b);

}  // namespace rooftop::frontend
