// Assignment into arrays: which values an element type takes, how they convert, and whole views filled or copied.
#pragma once

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// array[indices] = value for indices that are in range.
void store_element(Emitter& e, const Value& array, const std::vector<ir::Expr>& indices, const Value& value);

/// view[...] = value: a number everywhere, or an array that broadcasts to the view's shape, copied as if through a
/// temporary.
void store_view(Emitter& e, const Value& view, const Value& value);

}  // namespace rooftop::frontend
