// Arrays taken apart: strides, views, overlap, and the loads and stores of their elements.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include "rooftop/backend/llvm/aliasing.h"
#include "rooftop/backend/llvm/values.h"

namespace rooftop::backend::llvm {

/// Bytes from one element of the dimension to the next.
ll::Value* stride_of(Builder& b, const Array& array, int dimension);

/// The parts of ir::ViewParts, emitted.
struct ViewValues {
  ArrayRef<ll::Value*> starts;
  ArrayRef<int> from;
  ArrayRef<ll::Value*> lengths;
  ArrayRef<ll::Value*> steps;
};
/// The view as an array of `type`; its memory's identity is left to the caller.
Array view_of(Builder& b, const Array& base, const ir::Type& type, const ViewValues& parts);

/// Whether the memory ranges of the two do not overlap; an empty array overlaps with nothing.
ll::Value* are_disjoint(Builder& b, const Array& x, const Array& y);

/// Which elements a load or a store touches: one subscript a dimension, and lanes that are switched on or, without a
/// mask, all.
struct Place {
  const Array& array;
  ArrayRef<Scalar> subscripts;
  int lanes;
  ll::Value* mask;  ///< or null
};
Scalar load(Builder& b, const AliasFacts& aliases, const Place& place);
void store(Builder& b, const AliasFacts& aliases, const Place& place, const Scalar& value);
void prefetch(Builder& b, const Place& place);  ///< one lane

}  // namespace rooftop::backend::llvm
