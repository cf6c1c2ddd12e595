// Subscripts that are arrays: masks and places, read into a new array or stored one by one.
#pragma once

#include "rooftop/frontend/array_expression.h"
#include "rooftop/frontend/indexing.h"

namespace rooftop::frontend {

/// One item of a subscript of which some are arrays: such an array or expression, or what IndexItem holds.
struct SelectionItem {
  Value places;  ///< bools: where elements are; integers: which elements. None: `item` counts
  IndexItem item;

  bool is_array() const { return is_array_like(places); }
};

/// The elements that NumPy selects, as an expression.
Value select_elements(Emitter& e, const Value& array, const std::vector<SelectionItem>& items);
/// array[items] = value. All places are checked before the first element is stored.
void store_selected(Emitter& e, const Value& array, const std::vector<SelectionItem>& items, const Value& value);

/// Where a vector of bools is true, as int64 places.
Value true_places(Emitter& e, const Value& mask);

}  // namespace rooftop::frontend
