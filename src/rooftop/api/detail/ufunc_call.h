// Universal functions on operands: the fast path of small arrays, and the call that is resolved.
#pragma once

#include "rooftop/api/ufunc_options.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::detail {

/// `results` has as many places as the function has outputs. @pre as many inputs as the function has
void apply(ops::Ufunc ufunc, const Operand* const* inputs, const UfuncOptions& options, Array* results);

Array apply(ops::Ufunc ufunc, const Operand& x);
Array apply(ops::Ufunc ufunc, const Operand& x, const Operand& y);
/// target = target op value.
void apply_in_place(ops::Ufunc ufunc, const Array& target, const Operand& value);

/// Adds to float_errors().
void note_errors(unsigned errors);

}  // namespace rooftop::detail
