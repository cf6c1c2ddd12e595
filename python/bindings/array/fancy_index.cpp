// a[integers], a[mask], and assignment to both: rows along the first axis, or elements where a mask of the array's own
// shape is true; other subscripts with arrays through mixed_index. The GIL is kept: places that another thread changed
// after they were checked could be anywhere.
#include "array/fancy_index.h"

#include <algorithm>
#include <cstring>

#include "array/allocation.h"
#include "array/creation.h"
#include "array/mixed_index.h"
#include "array/operand.h"
#include "core/errors.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/nonzero.h"
#include "rooftop/lib/offsets.h"

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

// False with IndexError where there is a place outside of the first axis.
bool refuse_outside(std::optional<std::int64_t> outside, std::int64_t length) {
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

// The value as an operand that broadcasts to these lengths. Delegate for values that NumPy converts with a warning, and
// for wrong shapes, which it describes.
Outcome read_value(PyObject* value, DType dtype, std::span<const std::int64_t> lengths, Operand& operand) {
  if (const Outcome read = read_input(value, operand); read != Outcome::Done) return read;
  if (!operand.settle(dtype)) return Outcome::Error;
  const DType given = operand.view.dtype;
  if (given != dtype && !array::can_cast(given, dtype, array::Casting::Safe)) return Outcome::Delegate;
  return array::broadcasts_to(operand.view.lengths(), lengths) ? Outcome::Done : Outcome::Delegate;
}

// The same as elements of the type of `target` with the lengths given (row-major), or as one element without axes; its
// own memory where that is so already and none of the target's.
Outcome read_values(PyObject* value, const View& target, std::span<const std::int64_t> lengths, Operand& operand,
                    Ref& kept, View& values) {
  const DType dtype = target.dtype;
  if (const Outcome read = read_value(value, dtype, lengths, operand); read != Outcome::Done) return read;
  const bool is_as_wanted = std::ranges::equal(operand.view.lengths(), lengths) && array::is_row_major(operand.view) &&
                            !array::may_overlap(operand.view, target);
  if (operand.view.dtype == dtype && (operand.view.rank == 0 || is_as_wanted)) {
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

/// Elements of a subscript that are taken one by one: to prepare more takes longer.
constexpr std::int64_t kFew = 64;

// The row-major array's rows at a few places; null without an exception where it has none at one of them.
ArrayObject* take_few_rows(const ArrayObject* array, const ArrayObject* places) {
  std::int64_t wanted[kFew], shape[kInlineRank], row = 1;
  if (places->rank + array->rank - 1 > kInlineRank || places->dtype == DType::U64) return nullptr;
  const auto item_size = static_cast<std::int64_t>(array::size_of(array->dtype));
  for (int i = 0; i < places->rank; ++i) shape[i] = places->shape()[i];
  for (int i = 1; i < array->rank; ++i) {
    shape[places->rank + i - 1] = array->shape()[i];
    row *= array->shape()[i];
  }
  const auto* given = reinterpret_cast<const std::int64_t*>(places->data);
  if (places->dtype != DType::I64) {
    array::cast_loop(places->dtype, DType::I64)(reinterpret_cast<char*>(wanted), sizeof wanted[0], places->data,
                                                static_cast<std::int64_t>(array::size_of(places->dtype)), places->size);
    given = wanted;
  }
  const std::int64_t length = array->shape()[0];
  for (std::int64_t i = 0; i < places->size; ++i) {
    const std::int64_t place = given[i] < 0 ? given[i] + length : given[i];
    if (place < 0 || place >= length) return nullptr;
    wanted[i] = place;
  }
  ArrayObject* out =
      new_inline_array(array->dtype, {shape, static_cast<std::size_t>(places->rank + array->rank - 1)}, item_size);
  if (out == nullptr) return nullptr;
  lib::with_size(row * item_size, [&](auto bytes) {
    for (std::int64_t i = 0; i < places->size; ++i) {
      std::memcpy(out->data + i * static_cast<std::int64_t>(bytes),
                  array->data + wanted[i] * static_cast<std::int64_t>(bytes), bytes);
    }
  });
  return out;
}

// The elements where a mask of few is true; both lie in order. Null without an exception where there are none.
ArrayObject* take_few_true(const ArrayObject* array, const ArrayObject* mask) {
  const char* const is_wanted = mask->data;
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < mask->size; ++i) count += is_wanted[i] != 0 ? 1 : 0;
  const auto item_size = static_cast<std::int64_t>(array::size_of(array->dtype));
  ArrayObject* out = new_inline_array(array->dtype, {&count, 1}, item_size);
  if (out == nullptr) return nullptr;
  lib::with_size(item_size, [&](auto bytes) {
    // Every element is written to the next place, where the next that is wanted stays.
    char* to = out->data;
    char* const end = to + count * item_size;
    for (std::int64_t i = 0; to < end; ++i) {
      std::memcpy(to, array->data + i * item_size, bytes);
      to += is_wanted[i] != 0 ? item_size : 0;
    }
  });
  return out;
}

// a[places] and a[mask] where both are small; null without an exception for others.
PyObject* take_few(const ArrayObject* array, PyObject* key) {
  if (!is_exact_array(key)) return nullptr;
  const ArrayObject* index = as_array(key);
  if (!index->has(kSmall) || index->size > kFew || index->rank == 0 || !array->has(kRowMajor)) return nullptr;
  if (array::is_integer(index->dtype)) return as_object(take_few_rows(array, index));
  const bool is_mask = array::is_bool(index->dtype) && has_shape_of(index->view(), array->view());
  return is_mask ? as_object(take_few_true(array, index)) : nullptr;
}

Outcome take_rows(ArrayObject* array, const View& places, PyObject*& result) {
  Extents extents;
  if (!result_shape(places, array->view(), extents)) return Outcome::Delegate;
  ArrayObject* out = new_array(array->dtype, extents.lengths());
  Ref guard(as_object(out));
  if (out == nullptr) return Outcome::Error;
  if (!refuse_outside(lib::gather(out->view(), array->view(), places), array->shape()[0])) return Outcome::Error;
  result = guard.release();
  return Outcome::Done;
}

Outcome take_true(ArrayObject* array, const View& mask, PyObject*& result) {
  const std::int64_t count = lib::count_nonzero(mask);
  ArrayObject* out = new_array(array->dtype, {&count, 1});
  if (out == nullptr) return Outcome::Error;
  lib::compress(out->view(), array->view(), mask);
  result = as_object(out);
  return Outcome::Done;
}

// As NumPy's result: in memory the index arrays' axes are the outer ones, the rest has the array's own order.
Outcome take_mixed(ArrayObject* array, PyObject* key, PyObject*& result) {
  MixedIndex index;
  if (const Outcome read = index.read(array, key); read != Outcome::Done) return read;
  const View rest = index.rest();
  int order[array::kMaxRank];
  array::order_of_memory(rest, order);
  Extents shape(index.index_lengths()), sorted, flat;
  const int indexed = shape.rank;
  flat.push(static_cast<std::int64_t>(index.offsets().size()), 0);
  for (int i = 0; i < rest.rank; ++i) {
    shape.push(rest.shape[order[i]], 0);
    flat.push(rest.shape[order[i]], 0);
    sorted.push(rest.shape[order[i]], rest.strides[order[i]]);
  }
  ArrayObject* out = new_array(array->dtype, shape.lengths());
  Ref guard(as_object(out));
  if (out == nullptr) return Outcome::Error;
  flat.set_row_major(array::size_of(array->dtype));
  lib::gather_at(flat.view(array->dtype, out->data), sorted.view(rest.dtype, rest.data), index.offsets());
  Extents placed(out->view());
  for (int i = 0; i < rest.rank; ++i) {
    placed.shape[indexed + order[i]] = out->shape()[indexed + i];
    placed.strides[indexed + order[i]] = out->strides()[indexed + i];
  }
  for (std::int64_t* dims : {placed.shape, placed.strides}) {
    std::rotate(dims, dims + indexed, dims + indexed + index.axes_before());
  }
  if (!set_dims(out, placed)) return Outcome::Error;
  result = guard.release();
  return Outcome::Done;
}

// The values with the index arrays' axes before the others, and as one.
bool flat_values(const View& values, const MixedIndex& index, Extents& flat) {
  const auto indexed = static_cast<int>(index.index_lengths().size());
  Extents moved(values);
  for (std::int64_t* dims : {moved.shape, moved.strides}) {
    std::rotate(dims, dims + index.axes_before(), dims + index.axes_before() + indexed);
  }
  flat.rank = 0;
  flat.push(moved.shape[0], moved.strides[0]);
  for (int axis = 1; axis < indexed; ++axis) {
    const bool joins = flat.strides[0] == moved.strides[axis] * moved.shape[axis];
    if (!joins) return false;
    flat.shape[0] *= moved.shape[axis];
    flat.strides[0] = moved.strides[axis];
  }
  for (int axis = indexed; axis < moved.rank; ++axis) flat.push(moved.shape[axis], moved.strides[axis]);
  return true;
}

Outcome assign_mixed(ArrayObject* array, PyObject* key, PyObject* value) {
  MixedIndex index;
  if (const Outcome read = index.read(array, key); read != Outcome::Done) return read;
  const View rest = index.rest();
  Extents shape(rest.lengths().first(static_cast<std::size_t>(index.axes_before())));
  for (const std::int64_t length : index.index_lengths()) shape.push(length, 0);
  for (int axis = index.axes_before(); axis < rest.rank; ++axis) shape.push(rest.shape[axis], 0);
  Operand operand;
  const Outcome read = read_value(value, array->dtype, shape.lengths(), operand);
  if (read != Outcome::Done) return read;
  Extents storage, flat;
  View values = array::broadcast_view(operand.view, shape.lengths(), storage);
  Ref kept;
  if (values.dtype != array->dtype || array::may_overlap(values, array->view()) || !flat_values(values, index, flat)) {
    kept = Ref(as_object(copied(values, array->dtype, Order::RowMajor)));
    if (!kept) return Outcome::Error;
    values = as_array(kept.get())->view();
    flat_values(values, index, flat);
  }
  lib::scatter_at(rest, flat.view(array->dtype, values.data), index.offsets());
  return Outcome::Done;
}

Outcome take(ArrayObject* array, PyObject* key, PyObject*& result) {
  Ref kept;
  View index;
  if (!is_exact_array(as_object(array)) || array->rank == 0) return Outcome::Delegate;
  result = take_few(array, key);
  if (result != nullptr || PyErr_Occurred()) return made(result, result);
  if (!read_key(key, kept, index)) return PyErr_Occurred() ? Outcome::Error : take_mixed(array, key, result);
  if (array::is_integer(index.dtype) && array->has(kRowMajor)) return take_rows(array, index, result);
  if (array::is_bool(index.dtype) && has_shape_of(index, array->view())) return take_true(array, index, result);
  return take_mixed(array, key, result);
}

Outcome put(ArrayObject* array, PyObject* key, PyObject* value) {
  Ref kept_key;
  Ref kept_value;
  View index;
  View values;
  Operand operand;
  if (array->rank == 0 || array->size == 0) return Outcome::Delegate;
  if (!read_key(key, kept_key, index)) return PyErr_Occurred() ? Outcome::Error : assign_mixed(array, key, value);
  const View target = array->view();
  if (array::is_integer(index.dtype)) {
    if (array::may_overlap(target, index)) return Outcome::Delegate;
    Extents extents;
    if (!result_shape(index, target, extents)) return Outcome::Delegate;
    if (!refuse_outside(lib::find_outside(index, array->shape()[0]), array->shape()[0])) return Outcome::Error;
    const Outcome read = read_values(value, target, extents.lengths(), operand, kept_value, values);
    if (read != Outcome::Done) return read;
    lib::scatter(target, index, values);
    return Outcome::Done;
  }
  if (!has_shape_of(index, target)) return assign_mixed(array, key, value);
  if (array::may_overlap(target, index)) return Outcome::Delegate;
  const std::int64_t count = lib::count_nonzero(index);
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
