// Blocks behind arrays: how they are made, and how the other rooms see them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "rooftop/api/array.h"
#include "rooftop/array/promotion.h"
#include "rooftop/array/view.h"

namespace rooftop::detail {

// The public enumerations are the library's own, number by number.
constexpr array::DType inner(DType dtype) { return static_cast<array::DType>(dtype); }
constexpr DType outer(array::DType dtype) { return static_cast<DType>(dtype); }
constexpr array::Casting inner(Casting casting) { return static_cast<array::Casting>(casting); }

inline array::View view_of(const Block& block) {
  return {block.data, inner(block.dtype), block.rank, block.extents(), block.extents() + block.rank};
}
inline array::View view_of(const Array& array) { return view_of(array.block()); }

inline bool has(const Array& array, std::uint16_t flags) { return (array.block().flags & flags) == flags; }

/// A new array with these lengths and strides, which are dense. Throws ValueError where it would be too large, and
/// std::bad_alloc.
Array make(array::DType dtype, const array::Extents& extents, bool is_zeroed = false);
/// The same in row-major order.
Array make(array::DType dtype, std::span<const std::int64_t> shape);
/// The same in the order of the inputs of an elementwise function, whose lengths broadcast to the shape.
Array make_like_inputs(array::DType dtype, std::span<const array::View> inputs, std::span<const std::int64_t> shape);
/// Quickly: a small vector or array like another, in row-major order. @pre its elements fit into a block of few lines
Array make_small_like(const Block& like, array::DType dtype);
/// Bytes of elements up to which they lie in the array's own block.
inline constexpr std::int64_t kInlineBytes = 256;

/// A view of memory that `base` keeps alive.
Array make_view(const array::View& view, const Array& base, bool is_writeable);
/// An array on memory that `owner` keeps alive, or the caller.
Array make_foreign(const array::View& view, bool is_writeable, std::shared_ptr<const void> owner);

/// A copy in another type, in the source's order of axes or in row-major order.
Array copied(const array::View& source, array::DType dtype, bool keeps_order);

/// Views of the parts of complex numbers.
Array real_part(const Array& array);
Array imaginary_part(const Array& array);

/// "(2, 3)".
std::string shape_text(std::span<const std::int64_t> shape);
/// Lengths that were passed: ValueError for negative ones and for too many.
array::Extents read_shape(std::span<const std::int64_t> shape);
/// The axis from the start. Throws IndexError.
int read_axis(std::int64_t axis, int rank);

/// The arrays' common shape; ShapeError that names all of theirs where there is none.
void broadcast_all(array::Extents& shape, std::span<const array::View> views);

}  // namespace rooftop::detail
