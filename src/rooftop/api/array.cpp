// Views, copies and conversions of arrays.
#include "rooftop/api/array.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/api/operand.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/array/layout.h"
#include "rooftop/lib/copy.h"

namespace rooftop {

using array::Extents;
using array::View;
using detail::view_of;
using ops::Ufunc;

namespace {

/// Resolves a length of -1.
Extents fill_in(const Extents& wanted, const Array& from) {
  Extents shape(wanted.lengths());
  int unknown = -1;
  std::int64_t known = 1;
  bool is_possible = true;
  for (int i = 0; i < shape.rank; ++i) {
    if (shape.shape[i] == -1 && unknown < 0) {
      unknown = i;
    } else {
      is_possible &= shape.shape[i] >= 0 && !__builtin_mul_overflow(known, shape.shape[i], &known);
    }
  }
  if (is_possible && unknown >= 0) {
    is_possible = known > 0 && from.size() % known == 0;
    if (is_possible) shape.shape[unknown] = from.size() / known;
  } else {
    is_possible = is_possible && known == from.size();
  }
  if (is_possible) return shape;
  throw ShapeError("cannot reshape an array of shape " + detail::shape_text(from.shape()) + " into shape " +
                   detail::shape_text(wanted.lengths()));
}

}  // namespace

std::int64_t Array::shape(int axis) const { return shape()[static_cast<std::size_t>(detail::read_axis(axis, rank()))]; }

void Array::operator=(const Array& value) const&& { assign(value); }

void Array::assign(const Operand& value) const {
  if (!is_writeable()) throw ValueError("the array is read-only");
  const View target = view_of(*this);
  detail::Settled source;
  source.settle(value, target.dtype);
  View from = source.view();
  while (from.rank > target.rank && from.shape[0] == 1) {  // leading ones are no axes here
    ++from.shape;
    ++from.strides;
    --from.rank;
  }
  if (!array::broadcasts_to(from.lengths(), target.lengths())) {
    throw ShapeError("cannot write an array of shape " + detail::shape_text(from.lengths()) + " into shape " +
                     detail::shape_text(target.lengths()));
  }
  Array separate;
  if (array::may_overlap(target, from) && !array::same_elements(target, from)) {
    separate = detail::copied(from, from.dtype, true);
    from = view_of(separate);
  }
  Extents storage;
  detail::note_errors(lib::copy(target, array::broadcast_view(from, target.lengths(), storage)));
}

Array Array::reshape(const Shape& shape) const {
  const std::span<const std::int64_t> lengths = shape.values();
  if (lengths.size() > static_cast<std::size_t>(array::kMaxRank)) detail::read_shape(lengths);
  Extents wanted = fill_in(Extents(lengths), *this);
  const View view = view_of(*this);
  if (size() == 0) {
    wanted.set_row_major(size_of(dtype()));
  } else if (!array::strides_of_reshaped(view, wanted)) {
    const Array dense = detail::copied(view, view.dtype, false);
    wanted.set_row_major(size_of(dtype()));
    return detail::make_view(wanted.view(view.dtype, dense.raw_block()->data), dense, true);
  }
  return detail::make_view(wanted.view(view.dtype, view.data), *this, is_writeable());
}

Array Array::transpose() const {
  Extents turned;
  for (int i = rank(); i-- > 0;) turned.push(block_->extents()[i], block_->extents()[rank() + i]);
  return detail::make_view(turned.view(detail::inner(dtype()), block_->data), *this, is_writeable());
}

Array Array::transpose(const Integers& axes) const {
  const std::span<const std::int64_t> order = axes.values();
  if (order.size() != static_cast<std::size_t>(rank())) {
    throw ValueError("axes " + detail::shape_text(order) + " do not match an array of shape " +
                     detail::shape_text(shape()));
  }
  Extents turned;
  std::uint64_t seen = 0;
  for (const std::int64_t given : order) {
    const int axis = detail::read_axis(given, rank());
    if ((seen >> axis & 1) != 0) throw ValueError("repeated axis in transpose: " + detail::shape_text(order));
    seen |= std::uint64_t{1} << axis;
    turned.push(block_->extents()[axis], block_->extents()[rank() + axis]);
  }
  return detail::make_view(turned.view(detail::inner(dtype()), block_->data), *this, is_writeable());
}

Array Array::broadcast_to(const Shape& shape) const {
  const Extents wanted = detail::read_shape(shape.values());
  if (!array::broadcasts_to(this->shape(), wanted.lengths())) {
    throw ShapeError("an array of shape " + detail::shape_text(this->shape()) + " cannot be broadcast to shape " +
                     detail::shape_text(wanted.lengths()));
  }
  if (!array::checked_bytes(wanted.lengths(), size_of(dtype()))) {
    throw ValueError("an array of shape " + detail::shape_text(wanted.lengths()) + " is larger than memory can be");
  }
  Extents storage;
  return detail::make_view(array::broadcast_view(view_of(*this), wanted.lengths(), storage), *this, false);
}

Array Array::squeeze() const {
  Extents kept;
  for (int i = 0; i < rank(); ++i) {
    if (block_->extents()[i] != 1) kept.push(block_->extents()[i], block_->extents()[rank() + i]);
  }
  return detail::make_view(kept.view(detail::inner(dtype()), block().data), *this, is_writeable());
}

Array Array::copy(Order order) const {
  const View view = view_of(*this);
  if (order != Order::F) return detail::copied(view, view.dtype, order == Order::Keep);
  Extents extents(view.lengths());
  extents.set_column_major(size_of(dtype()));
  Array result = detail::make(view.dtype, extents);
  lib::copy(view_of(result), view);
  return result;
}

Array Array::astype(DType dtype) const {
  return this->dtype() == dtype ? *this : detail::copied(view_of(*this), detail::inner(dtype), true);
}

Array Array::contiguous() const { return detail::has(*this, detail::kRowMajor | detail::kAligned) ? *this : copy(); }

void Array::read_item(DType dtype, void* value) const {
  if (size() != 1) {
    throw ValueError("an array of shape " + detail::shape_text(shape()) + " is not a single element");
  }
  const View view = view_of(*this);
  array::cast_loop(view.dtype, detail::inner(dtype))(static_cast<char*>(value), 0, view.data, 0, 1);
}

Array Array::operator-() const { return detail::apply(Ufunc::negative, *this); }
Array Array::operator~() const { return detail::apply(Ufunc::invert, *this); }

#define ROOFTOP_IN_PLACE(symbol, function)                          \
  const Array& Array::operator symbol(const Operand& right) const { \
    detail::apply_in_place(Ufunc::function, *this, right);          \
    return *this;                                                   \
  }
ROOFTOP_IN_PLACE(+=, add)
ROOFTOP_IN_PLACE(-=, subtract)
ROOFTOP_IN_PLACE(*=, multiply)
ROOFTOP_IN_PLACE(/=, divide)
ROOFTOP_IN_PLACE(%=, remainder)
ROOFTOP_IN_PLACE(&=, bitwise_and)
ROOFTOP_IN_PLACE(|=, bitwise_or)
ROOFTOP_IN_PLACE(^=, bitwise_xor)
ROOFTOP_IN_PLACE(<<=, left_shift)
ROOFTOP_IN_PLACE(>>=, right_shift)
#undef ROOFTOP_IN_PLACE

}  // namespace rooftop
