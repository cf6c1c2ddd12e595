// Strides, views and overlap.
#include "rooftop/backend/llvm/arrays.h"

#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

ll::Value* element_size(Builder& b, const Array& array) { return b.getInt64(array::size_of(array.type.dtype())); }

/// Whether the layout fixes the stride of the dimension as the element size.
bool is_unit(const Array& array, int dimension) {
  return array.type.layout() != ir::Layout::Strided && dimension + 1 == array.type.rank();
}

/// First byte and one past the last byte of an array that is not empty.
std::pair<ll::Value*, ll::Value*> range_of(Builder& b, const Array& array) {
  ll::Value* low = b.CreatePtrToInt(array.data, b.getInt64Ty());
  ll::Value* high = b.CreateAdd(low, element_size(b, array));
  for (int d = 0; d < array.type.rank(); ++d) {
    ll::Value* last = b.CreateSub(array.lengths[static_cast<std::size_t>(d)], b.getInt64(1));
    ll::Value* extent = b.CreateMul(last, stride_of(b, array, d));
    if (array.type.layout() == ir::Layout::C || is_unit(array, d)) {
      high = b.CreateAdd(high, extent);
      continue;
    }
    ll::Value* negative = b.CreateICmpSLT(extent, b.getInt64(0));
    low = b.CreateAdd(low, b.CreateSelect(negative, extent, b.getInt64(0)));
    high = b.CreateAdd(high, b.CreateSelect(negative, b.getInt64(0), extent));
  }
  return {low, high};
}

ll::Value* is_empty(Builder& b, const Array& array) {
  ll::Value* empty = b.getFalse();
  for (ll::Value* n : array.lengths) empty = b.CreateOr(empty, b.CreateICmpEQ(n, b.getInt64(0)));
  return empty;
}

}  // namespace

ll::Value* stride_of(Builder& b, const Array& array, int dimension) {
  if (is_unit(array, dimension)) return element_size(b, array);
  if (array.type.layout() != ir::Layout::C) return array.strides[static_cast<std::size_t>(dimension)];
  ll::Value* elements = array.lengths.back();
  for (int d = array.type.rank() - 2; d > dimension; --d) {
    elements = b.CreateNSWMul(elements, array.lengths[static_cast<std::size_t>(d)]);
  }
  return b.CreateNSWMul(elements, element_size(b, array));
}

Array view_of(Builder& b, const Array& base, const ir::Type& type, const ViewValues& parts) {
  Array view{.type = type, .data = base.data};
  for (int d = 0; d < base.type.rank(); ++d) {
    // Not inbounds: an empty view may start outside.
    ll::Value* start = parts.starts[static_cast<std::size_t>(d)];
    if (const auto* constant = ll::dyn_cast<ll::ConstantInt>(start); constant != nullptr && constant->isZero())
      continue;
    view.data = b.CreateGEP(b.getInt8Ty(), view.data, b.CreateMul(start, stride_of(b, base, d)));
  }
  view.lengths.assign(parts.lengths.begin(), parts.lengths.end());
  for (std::size_t k = 0; k < static_cast<std::size_t>(open_strides(type)); ++k) {
    view.strides.push_back(parts.from[k] < 0 ? b.getInt64(0)
                                             : b.CreateMul(parts.steps[k], stride_of(b, base, parts.from[k])));
  }
  return view;
}

ll::Value* are_disjoint(Builder& b, const Array& x, const Array& y) {
  const auto [x_low, x_high] = range_of(b, x);
  const auto [y_low, y_high] = range_of(b, y);
  ll::Value* apart = b.CreateOr(b.CreateICmpULE(x_high, y_low), b.CreateICmpULE(y_high, x_low));
  return b.CreateOr(apart, b.CreateOr(is_empty(b, x), is_empty(b, y)));
}

}  // namespace rooftop::backend::llvm
