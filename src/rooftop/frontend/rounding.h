// round(): to an integer (ties to even) and to decimal digits, as CPython rounds.
#pragma once

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

Value round_to_integer(Emitter& e, const Value& value);
Value round_to_digits(Emitter& e, const Value& value, const Value& digits);

/// Number of elements of a range entity, i64.
ir::Expr range_length(Emitter& e, const Value& range);

}  // namespace rooftop::frontend
