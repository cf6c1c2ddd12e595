// a[integers], a[mask], and assignment to both: rows along the first axis, or elements where a mask of the array's own
// shape is true. The GIL is kept: places that another thread changed after they were checked could be anywhere.
#include "array/fancy_index.h"

#include <algorithm>

#include "array/creation.h"
#include "array/operand.h"
#include "core/errors.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/gather.h"

namespace rooftop::python {
namespace {

// The subscript as an array of integers or booleans; false (with or without an exception) when it is no such thing.
bool read_key(PyObject* key, Ref& kept, View& view) {
  if (PyTuple_Check(key) && PyTuple_GET_SIZE(key) == 1) key = PyTuple_GET_ITEM(key, 0);
  if (PyList_CheckExact(key)) {
    kept = Ref(array_from_sequence(key, std::nullopt));
    if (!kept) return false;
    key = kept.get();
    if (as_array(key)->size == 0) return false;
  }
  if (!is_array(key)) return false;
  view = as_array(key)->view();
  return view.rank > 0 && (array::is_integer(view.dtype) || array::is_bool(view.dtype));
}

bool has_shape_of(const View& mask, const View& array) {
  return mask.rank == array.rank && std::equal(mask.shape, mask.shape + mask.rank, array.shape);
}

// False with IndexError unless all places are inside the first axis.
bool check_places(const View& places, std::int64_t length) {
  const auto outside = lib::find_outside(places, length);
  if (!outside) return true;
  PyErr_Format(PyExc_IndexError, "index %lld is out of bounds for axis 0 with size %lld",
               static_cast<long long>(*outside), static_cast<long long>(length));
  return false;
}

// The shape of what a[places] names. False when there are too many axes.
bool result_shape(const View& places, const View& array, Extents& extents) {
  extents.rank = 0;
  if (places.rank + array.rank - 1 > array::kMaxRank) return false;
  for (int i = 0; i < places.rank; ++i) extents.push(places.shape[i], 0);
  for (int i = 1; i < array.rank; ++i) extents.push(array.shape[i], 0);
  return true;
}

// The value as elements of the type of `target` with the lengths given (row-major), or as one element without axes; its
// own memory where that is so already and none of the target's. Delegate for
// values that NumPy converts with a warning, and for wrong shapes, which it describes.
Outcome read_values(PyObject* value, const View& target, std::span<const std::int64_t> lengths, Operand& operand,
                    Ref& kept, View& values) {
  const DType dtype = target.dtype;
  switch (read_operand(value, operand)) {
    case Reading::Ok:
      break;
    case Reading::Foreign:
      return Outcome::Delegate;
    case Reading::Error:
      return Outcome::Error;
  }
  if (!operand.settle(dtype)) return Outcome::Error;
  const DType given = operand.view.dtype;
  if (given != dtype && !array::can_cast(given, dtype, array::Casting::Safe)) return Outcome::Delegate;
  if (!array::broadcasts_to(operand.view.lengths(), lengths)) return Outcome::Delegate;
  const bool is_as_wanted = std::ranges::equal(operand.view.lengths(), lengths) && array::is_row_major(operand.view) &&
                            !array::may_overlap(operand.view, target);
  if (given == dtype && (operand.view.rank == 0 || is_as_wanted)) {
    values = operand.view;
    return Outcome::Done;
  }
  Extents storage;
  ArrayObject* copy = copied(array::broadcast_view(operand.view, lengths, storage), dtype, Order::RowMajor);
  if (copy == nullptr) return Outcome::Error;
  kept = Ref(as_object(copy));
  values = copy->view();
  return Outcome::Done;
}

Outcome take_rows(ArrayObject* array, const View& places, PyObject*& result) {
  Extents extents;
  if (!result_shape(places, array->view(), extents)) return Outcome::Delegate;
  if (!check_places(places, array->shape()[0])) return Outcome::Error;
  Ref out(as_object(new_array(array->dtype, extents.lengths())));
  if (!out) return Outcome::Error;
  lib::gather(as_array(out.get())->view(), array->view(), places);
  result = out.release();
  return Outcome::Done;
}

Outcome take_true(ArrayObject* array, const View& mask, PyObject*& result) {
  const std::int64_t count = lib::count_true(mask);
  Ref out(as_object(new_array(array->dtype, {&count, 1})));
  if (!out) return Outcome::Error;
  lib::compress(as_array(out.get())->view(), array->view(), mask);
  result = out.release();
  return Outcome::Done;
}

Outcome take(ArrayObject* array, PyObject* key, PyObject*& result) {
  Ref kept;
  View index;
  if (!is_exact_array(as_object(array)) || array->rank == 0) return Outcome::Delegate;
  if (!read_key(key, kept, index)) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
  if (array::is_integer(index.dtype)) return take_rows(array, index, result);
  return has_shape_of(index, array->view()) ? take_true(array, index, result) : Outcome::Delegate;
}

Outcome put(ArrayObject* array, PyObject* key, PyObject* value) {
  Ref kept_key;
  Ref kept_value;
  View index;
  View values;
  Operand operand;
  if (array->rank == 0 || array->size == 0) return Outcome::Delegate;
  if (!read_key(key, kept_key, index)) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
  const View target = array->view();
  if (array::may_overlap(target, index)) return Outcome::Delegate;
  if (array::is_integer(index.dtype)) {
    Extents extents;
    if (!result_shape(index, target, extents)) return Outcome::Delegate;
    if (!check_places(index, array->shape()[0])) return Outcome::Error;
    const Outcome read = read_values(value, target, extents.lengths(), operand, kept_value, values);
    if (read != Outcome::Done) return read;
    lib::scatter(target, index, values);
    return Outcome::Done;
  }
  if (!has_shape_of(index, target)) return Outcome::Delegate;
  const std::int64_t count = lib::count_true(index);
  const Outcome read = read_values(value, target, {&count, 1}, operand, kept_value, values);
  if (read != Outcome::Done) return read;
  lib::expand(target, index, values);
  return Outcome::Done;
}

}  // namespace

Outcome fancy_subscript(ArrayObject* array, PyObject* key, PyObject*& result) {
  return guarded(Outcome::Error, [&] { return take(array, key, result); });
}

Outcome assign_fancy_subscript(ArrayObject* array, PyObject* key, PyObject* value) {
  return guarded(Outcome::Error, [&] { return put(array, key, value); });
}

}  // namespace rooftop::python
