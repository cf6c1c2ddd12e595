// Choice, bounds, joining, places.
#include "rooftop/api/functions.h"

#include <algorithm>
#include <string>

#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/api/ufuncs.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/copy.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/nonzero.h"
#include "rooftop/lib/selection.h"

namespace rooftop {

using array::Extents;
using array::View;
using detail::view_of;

namespace {

/// The type of two operands together.
array::DType common_type(const Operand& x, const Operand& y) {
  const lib::OperandType a = detail::type_of(x);
  const lib::OperandType b = detail::type_of(y);
  const bool a_is_weak = a.weak != array::Weak::None;
  const bool b_is_weak = b.weak != array::Weak::None;
  if (a_is_weak && b_is_weak) return array::default_type(std::max(a.weak, b.weak));
  if (a_is_weak || b_is_weak) return array::promote_weak(a_is_weak ? b.dtype : a.dtype, a_is_weak ? a.weak : b.weak);
  return array::promote(a.dtype, b.dtype);
}

/// @pre all arrays are of one rank; the axis is inside
Array join(std::span<const Array> arrays, int axis) {
  Extents shape(arrays[0].shape());
  array::DType dtype = detail::inner(arrays[0].dtype());
  for (const Array& each : arrays.subspan(1)) {
    bool fits = each.rank() == shape.rank;
    for (int i = 0; fits && i < shape.rank; ++i) fits = i == axis || each.shape(i) == shape.shape[i];
    if (!fits) {
      throw ShapeError("arrays of shapes " + detail::shape_text(arrays[0].shape()) + " and " +
                       detail::shape_text(each.shape()) + " cannot be joined along axis " + std::to_string(axis));
    }
    if (__builtin_add_overflow(shape.shape[axis], each.shape(axis), &shape.shape[axis])) {
      throw ValueError("the arrays are too large together");
    }
    dtype = array::promote(dtype, detail::inner(each.dtype()));
  }
  Array result = detail::make(dtype, shape.lengths());
  Extents part(view_of(result));
  char* to = result.raw_block()->data;
  for (const Array& each : arrays) {
    part.shape[axis] = each.shape(axis);
    detail::note_errors(lib::copy(part.view(dtype, to), view_of(each)));
    to += each.shape(axis) * part.strides[axis];
  }
  return result;
}

}  // namespace

Array where(const Array& condition, const Operand& x, const Operand& y) {
  const Array mask = condition.dtype() == DType::Bool ? condition : not_equal(condition, 0);
  const array::DType dtype = common_type(x, y);
  detail::Settled values[2];
  const Operand* const given[] = {&x, &y};
  for (int i = 0; i < 2; ++i) {
    const View view = values[i].settle(*given[i], dtype);
    if (view.dtype != dtype) values[i].replace(detail::copied(view, dtype, true));
  }
  const View views[] = {view_of(mask), values[0].view(), values[1].view()};
  Extents shape;
  detail::broadcast_all(shape, views);
  Array result = detail::make_like_inputs(dtype, views, shape.lengths());
  Extents storage[3];
  View repeated[3];
  for (int i = 0; i < 3; ++i) repeated[i] = array::broadcast_view(views[i], shape.lengths(), storage[i]);
  lib::select(view_of(result), repeated[0], repeated[1], repeated[2]);
  return result;
}

Array clip(const Array& array, const Operand& low, const Operand& high) { return minimum(maximum(array, low), high); }

Array concatenate(std::span<const Array> arrays, int axis) {
  if (arrays.empty()) throw ValueError("at least one array is needed to concatenate");
  if (arrays[0].rank() == 0) throw ValueError("arrays without axes cannot be concatenated: stack them");
  return join(arrays, detail::read_axis(axis, arrays[0].rank()));
}

Array stack(std::span<const Array> arrays, int axis) {
  if (arrays.empty()) throw ValueError("at least one array is needed to stack");
  const int place = detail::read_axis(axis, arrays[0].rank() + 1);
  std::vector<Array> rows;
  for (const Array& each : arrays) {
    if (!std::ranges::equal(each.shape(), arrays[0].shape())) {
      throw ShapeError("arrays of shapes " + detail::shape_text(arrays[0].shape()) + " and " +
                       detail::shape_text(each.shape()) + " cannot be stacked");
    }
    std::vector<Index> indices(static_cast<std::size_t>(place), Index(slice()));
    indices.emplace_back(newaxis);
    rows.push_back(each.subscript(indices));
  }
  return join(rows, place);
}

Array take(const Array& array, const Array& places) {
  const View index = view_of(places);
  if (!array::is_integer(index.dtype))
    throw TypeError("places must be integers, not " + std::string(name_of(places.dtype())));
  if (array.rank() == 0) throw IndexError("an array without axes has no places");
  if (const auto outside = lib::find_outside(index, array.shape(0))) {
    throw IndexError("index " + std::to_string(*outside) + " is out of bounds for axis 0 with size " +
                     std::to_string(array.shape(0)));
  }
  Extents shape(index.lengths());
  if (shape.rank + array.rank() - 1 > array::kMaxRank) throw IndexError("the result would have too many axes");
  for (int i = 1; i < array.rank(); ++i) shape.push(array.shape(i), 0);
  Array result = detail::make(detail::inner(array.dtype()), shape.lengths());
  lib::gather(view_of(result), view_of(array), index);
  return result;
}

Array compress(const Array& array, const Array& mask) {
  if (mask.dtype() != DType::Bool) throw TypeError("a mask must be bool, not " + std::string(name_of(mask.dtype())));
  if (!std::ranges::equal(mask.shape(), array.shape())) {
    throw ShapeError("a mask of shape " + detail::shape_text(mask.shape()) + " does not fit an array of shape " +
                     detail::shape_text(array.shape()));
  }
  const std::int64_t count = lib::count_nonzero(view_of(mask));
  Array result = detail::make(detail::inner(array.dtype()), {&count, 1});
  lib::compress(view_of(result), view_of(array), view_of(mask));
  return result;
}

}  // namespace rooftop
