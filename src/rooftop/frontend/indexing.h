// Subscripts of arrays: bounds, negative indices, slices as views, element reads and stores with NumPy's conversions.
#pragma once

#include <vector>

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// One item of a subscript, already evaluated.
struct IndexItem {
  enum class Kind : std::uint8_t { Integer, Slice, NewAxis, Ellipsis };
  Kind kind;
  ir::Expr index;              ///< Integer, i64
  ir::Expr start, stop, step;  ///< Slice, i64, each may be empty
};

/// An evaluated subscript, its indices checked and wrapped: an element's place or a view. Evaluating it once lets an
/// augmented assignment read and write the same place.
struct Place {
  Value array;
  std::vector<ir::Expr> indices;  ///< of an element, when `is_element`
  bool is_element = false;
  Value view;  ///< otherwise
};

enum class Access : std::uint8_t { Read, Write };

Place place(Emitter& e, const Value& array, const std::vector<IndexItem>& items, Access access);
Value load(Emitter& e, const Place& place);
void store(Emitter& e, const Place& place, const Value& value);

/// Element `index` (in range by construction) along the first dimension: a number or a view.
Value element(Emitter& e, const Value& array, const ir::Expr& index);

/// The array with its dimensions in reverse order, as a view.
Value transpose(Emitter& e, const Value& array);

/// Bounds and clamping of a slice over `length` elements, as Python's slice.indices(): start, number of elements, step.
struct SliceBounds {
  ir::Expr start, count, step;
};
SliceBounds slice_bounds(Emitter& e, const IndexItem& slice, const ir::Expr& length);

/// Checks an index into a sequence of `length` elements and wraps a negative one. `message` is raised as IndexError
/// with the index, `axis` and the length as arguments.
ir::Expr wrap_index(Emitter& e, const ir::Expr& index, const ir::Expr& length, const std::string& message, int axis);

}  // namespace rooftop::frontend
