// Assignment of whole arrays and expressions of them.
#pragma once

#include "rooftop/frontend/array_expression.h"

namespace rooftop::frontend {

/// The expression's elements in an array that lives to the end of the block; an array is returned as it is.
Value materialise(Emitter& e, const Value& value);
/// The expression's elements in an array with an owner, of which the caller holds the one reference.
Value create_array(Emitter& e, const Value& expression);

/// Every element of the view gets the number, which has its element type.
void fill(Emitter& e, const Value& view, const ir::Expr& number);
/// view[...] = expression, which has been evaluated before the first element is stored.
void store_expression(Emitter& e, const Value& view, const Value& expression);
/// view op= change, in place.
void update_view(Emitter& e, BinaryOperator op, const Value& view, const Value& change);

}  // namespace rooftop::frontend
