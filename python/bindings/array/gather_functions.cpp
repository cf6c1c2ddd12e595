// Elements by their places, read and written: take, put, take_along_axis, put_along_axis, place, putmask.
#include <algorithm>

#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/along_axis.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/nonzero.h"
#include "rooftop/lib/offsets.h"
#include "rooftop/lib/selection.h"

namespace rooftop::python {
namespace {

// An array of integers, a list of them or one. Delegate for anything else.
Outcome read_places(PyObject* object, Operand& operand) {
  if (read_operand(object, operand) != Reading::Ok) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
  if (operand.weak == array::Weak::Int) {
    if (operand.settle(DType::I64)) return Outcome::Done;
    PyErr_Clear();
    return Outcome::Delegate;
  }
  return !operand.is_weak() && array::is_integer(operand.view.dtype) ? Outcome::Done : Outcome::Delegate;
}

// The elements of a row-major array along one axis.
View flat_view(const ArrayObject* array, Extents& storage) {
  storage.rank = 0;
  storage.push(array->size, static_cast<std::int64_t>(array::size_of(array->dtype)));
  return storage.view(array->dtype, array->data);
}

bool refuse_outside(std::optional<std::int64_t> outside, std::int64_t length, int axis) {
  if (!outside) return true;
  PyErr_Format(PyExc_IndexError, "index %lld is out of bounds for axis %d with size %lld",
               static_cast<long long>(*outside), axis, static_cast<long long>(length));
  return false;
}

bool are_inside(const View& places, std::int64_t length, int axis) {
  return refuse_outside(lib::find_outside(places, length), length, axis);
}

// out = the source at a vector of places along an axis that is not the first: offsets, and the other axes at each.
bool take_inner(const View& out, const View& source, const View& places, int axis) {
  Ref offsets(as_object(new_zeros(DType::I64, places.lengths())));
  if (!offsets) return false;
  const ArrayObject* held = as_array(offsets.get());
  const auto outside = lib::add_places(held->view(), places, source.shape[axis], source.strides[axis]);
  if (!refuse_outside(outside, source.shape[axis], axis)) return false;
  Extents to, from;
  to.push(held->size, out.strides[axis]);
  for (int k = 0; k < source.rank; ++k) {
    if (k == axis) continue;
    to.push(source.shape[k], out.strides[k]);
    from.push(source.shape[k], source.strides[k]);
  }
  lib::gather_at(to.view(out.dtype, out.data), from.view(source.dtype, source.data),
                 {reinterpret_cast<const std::int64_t*>(held->data), static_cast<std::size_t>(held->size)});
  return true;
}

// Whether a vector with gaps is worth copying first: it does not fit into a cache, and many of its elements are taken.
bool gains_by_copy(const ArrayObject* vector, const View& places) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 22;  // bytes
  return !vector->has(kRowMajor) && vector->bytes() >= kLarge && places.size() >= vector->size / 4;
}

Outcome take(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"take", {"indices", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  ArrayObject* source = as_array(array);
  int axis = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (source->size == 0 || (is_given(values[1]) && !read_axis_or_leave(values[1], source->rank, axis)))
    return Outcome::Delegate;
  Operand operand;
  if (const Outcome read = read_places(values[0], operand); read != Outcome::Done) return read;
  const View& places = operand.view;
  const bool is_flat = !is_given(values[1]) && (source->rank != 1 || gains_by_copy(source, places));
  Ref dense = Ref::borrow(array);
  if (is_flat && !source->has(kRowMajor)) {
    dense = Ref(as_object(copied(source->view(), source->dtype, Order::RowMajor)));
    if (!dense) return Outcome::Error;
  }
  Extents flat, shape;
  const View from = is_flat ? flat_view(as_array(dense.get()), flat) : source->view();
  if (from.rank - 1 + places.rank > array::kMaxRank || (axis > 0 && places.rank != 1)) return Outcome::Delegate;
  for (int k = 0; k < axis; ++k) shape.push(from.shape[k], 0);
  for (const std::int64_t length : places.lengths()) shape.push(length, 0);
  for (int k = axis + 1; k < from.rank; ++k) shape.push(from.shape[k], 0);
  ArrayObject* out = new_array(source->dtype, shape.lengths());
  Ref guard(as_object(out));
  if (out == nullptr) return Outcome::Error;
  if (axis == 0) {
    if (!refuse_outside(lib::gather(out->view(), from, places), from.shape[0], 0)) return Outcome::Error;
  } else if (!take_inner(out->view(), from, places, axis)) {
    return Outcome::Error;
  }
  return made(shape.rank == 0 && is_exact_array(array) ? new_scalar(out->dtype, out->data) : guard.release(), result);
}

// Values as elements of the target's type, without a conversion that loses anything; Delegate for others.
Outcome read_kept_values(PyObject* object, const ArrayObject* target, Operand& operand, Ref& kept) {
  if (read_operand(object, operand) != Reading::Ok) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
  if (!operand.settle(target->dtype)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  if (!array::can_cast(operand.view.dtype, target->dtype, array::Casting::Safe)) return Outcome::Delegate;
  const bool is_apart = operand.view.dtype == target->dtype && !array::may_overlap(operand.view, target->view());
  if (is_apart && array::is_row_major(operand.view)) return Outcome::Done;
  kept = Ref(as_object(copied(operand.view, target->dtype, Order::RowMajor)));
  if (!kept) return Outcome::Error;
  operand.view = as_array(kept.get())->view();
  return Outcome::Done;
}

Outcome put(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"put", {"indices", "values"}, 2, 2};
  ArgumentReader<2>::Values values;
  ArrayObject* target = as_array(array);
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !target->has(kWriteable) ||
      (target->rank != 1 && !target->has(kRowMajor)) || target->size == 0) {
    return Outcome::Delegate;
  }
  Operand places, operand;
  if (const Outcome read = read_places(values[0], places); read != Outcome::Done) return read;
  Ref kept;
  if (const Outcome read = read_kept_values(values[1], target, operand, kept); read != Outcome::Done) return read;
  const std::int64_t count = operand.view.size();
  // Values that are too few are repeated, those that are too many left out.
  if ((count != 1 && count < places.view.size()) || array::may_overlap(places.view, target->view())) {
    return Outcome::Delegate;
  }
  if (!are_inside(places.view, target->size, 0)) return Outcome::Error;
  if (count == 1) operand.view.rank = 0;
  Extents storage;
  lib::scatter(target->rank == 1 ? target->view() : flat_view(target, storage), places.view, operand.view);
  return made(Py_NewRef(Py_None), result);
}

// Places with the array's lengths on all axes but one; Delegate where they are to be broadcast.
Outcome read_line_places(PyObject* object, const View& view, int axis, Operand& operand) {
  if (!is_array(object)) return Outcome::Delegate;
  if (const Outcome read = read_places(object, operand); read != Outcome::Done) return read;
  if (operand.view.rank != view.rank) return Outcome::Delegate;
  for (int k = 0; k < view.rank; ++k) {
    if (k != axis && operand.view.shape[k] != view.shape[k]) return Outcome::Delegate;
  }
  return Outcome::Done;
}

Outcome take_along_axis(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                        PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"take_along_axis", {"indices", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  const View source = as_array(array)->view();
  int axis = source.rank - 1;
  if (!is_exact_array(array) || source.rank == 0 || !read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_axis_or_leave(values[1], source.rank, axis)) {
    return Outcome::Delegate;
  }
  Operand places;
  if (const Outcome read = read_line_places(values[0], source, axis, places); read != Outcome::Done) return read;
  ArrayObject* out = new_array(source.dtype, places.view.lengths());
  Ref guard(as_object(out));
  if (out == nullptr) return Outcome::Error;
  if (source.rank == 1) {
    if (!refuse_outside(lib::gather(out->view(), source, places.view), source.shape[0], 0)) return Outcome::Error;
  } else {
    if (!are_inside(places.view, source.shape[axis], axis)) return Outcome::Error;
    lib::take_along(out->view(), source, places.view, axis);
  }
  return made(guard.release(), result);
}

Outcome put_along_axis(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                       PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"put_along_axis", {"indices", "values", "axis"}, 3, 3};
  ArgumentReader<3>::Values values;
  ArrayObject* target = as_array(array);
  const View view = target->view();
  int axis = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !is_given(values[2]) ||
      !read_axis_or_leave(values[2], view.rank, axis) || !target->has(kWriteable)) {
    return Outcome::Delegate;
  }
  Operand places, operand;
  Ref kept;
  if (const Outcome read = read_kept_values(values[1], target, operand, kept); read != Outcome::Done) return read;
  if (const Outcome read = read_line_places(values[0], view, axis, places); read != Outcome::Done) return read;
  if (!array::broadcasts_to(operand.view.lengths(), places.view.lengths()) || array::may_overlap(places.view, view)) {
    return Outcome::Delegate;
  }
  if (!are_inside(places.view, view.shape[axis], axis)) return Outcome::Error;
  Extents storage;
  const bool is_vector = view.rank == 1 && operand.view.rank == 1 && operand.view.size() == places.view.size();
  if (is_vector) {
    lib::scatter(view, places.view, operand.view);
  } else {
    lib::put_along(view, array::broadcast_view(operand.view, places.view.lengths(), storage), places.view, axis);
  }
  return made(Py_NewRef(Py_None), result);
}

// A mask of the target's lengths and values for it, both apart from the target.
Outcome read_masked(ArrayObject* target, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                    View& mask, Operand& operand, Ref& kept) {
  if (given != 2 || keyword_names != nullptr || !is_exact_array(arguments[0]) || !target->has(kWriteable)) {
    return Outcome::Delegate;
  }
  mask = as_array(arguments[0])->view();
  if (!array::is_bool(mask.dtype) || !std::ranges::equal(mask.lengths(), target->view().lengths()) ||
      array::may_overlap(mask, target->view())) {
    return Outcome::Delegate;
  }
  return read_kept_values(arguments[1], target, operand, kept);
}

Outcome place(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
              PyObject*& result) {
  ArrayObject* target = as_array(array);
  View mask;
  Operand operand;
  Ref kept;
  const Outcome read = read_masked(target, arguments, given, keyword_names, mask, operand, kept);
  if (read != Outcome::Done) return read;
  const std::int64_t count = operand.view.size();
  if (count != 1 && count < std::max<std::int64_t>(lib::count_nonzero(mask), 1)) return Outcome::Delegate;
  const std::int64_t stride = static_cast<std::int64_t>(array::size_of(target->dtype));
  lib::expand(target->view(), mask, {operand.view.data, target->dtype, count == 1 ? 0 : 1, &count, &stride});
  return made(Py_NewRef(Py_None), result);
}

Outcome putmask(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                PyObject*& result) {
  ArrayObject* target = as_array(array);
  View mask;
  Operand operand;
  Ref kept;
  const Outcome read = read_masked(target, arguments, given, keyword_names, mask, operand, kept);
  if (read != Outcome::Done) return read;
  const View view = target->view();
  const bool is_one = operand.view.size() == 1;
  if (!is_one && !std::ranges::equal(operand.view.lengths(), view.lengths())) return Outcome::Delegate;
  if (is_one) operand.view.rank = 0;
  Extents storage;
  lib::select(view, mask, array::broadcast_view(operand.view, view.lengths(), storage), view);
  return made(Py_NewRef(Py_None), result);
}

ROOFTOP_METHOD_AND_FUNCTION(take, take)
PyObject* put_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("put", self, arguments, given, keyword_names, put);
}
ROOFTOP_WRITING_FUNCTION(put, put)
ROOFTOP_WRITING_FUNCTION(take_along_axis, take_along_axis)
ROOFTOP_WRITING_FUNCTION(put_along_axis, put_along_axis)
ROOFTOP_WRITING_FUNCTION(place, place)
ROOFTOP_WRITING_FUNCTION(putmask, putmask)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("take", take_method,
                  "take(indices, axis=None, out=None, mode='raise')\n--\n\nElements, or what lies at indices of an "
                  "axis."),
    ROOFTOP_ENTRY("put", put_method,
                  "put(indices, values, mode='raise')\n--\n\nWrites elements, counted in row-major order."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("take", take_function, "take(a, indices, axis=None, out=None, mode='raise')\n--\n\nAs ndarray.take."),
    ROOFTOP_ENTRY("put", put_function, "put(a, ind, v, mode='raise')\n--\n\nAs ndarray.put."),
    ROOFTOP_ENTRY(
        "take_along_axis", take_along_axis_function,
        "take_along_axis(arr, indices, axis=-1)\n--\n\nElements of each line along an axis, by indices of its "
        "own."),
    ROOFTOP_ENTRY("put_along_axis", put_along_axis_function,
                  "put_along_axis(arr, indices, values, axis)\n--\n\nWrites elements of each line along an axis."),
    ROOFTOP_ENTRY("place", place_function,
                  "place(arr, mask, vals)\n--\n\nWrites values, one after the other, where the mask is true."),
    ROOFTOP_ENTRY("putmask", putmask_function,
                  "putmask(a, mask, values)\n--\n\nWrites where the mask is true what the values have there."),
};

}  // namespace

std::span<PyMethodDef> gather_methods() { return methods; }
std::span<PyMethodDef> gather_functions() { return functions; }

}  // namespace rooftop::python
