// The same elements at other places: roll, rot90, rollaxis, tile, repeat, resize.
#include "rooftop/lib/rearranging.h"

#include <algorithm>
#include <cstring>

#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "core/without_gil.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/joining.h"

namespace rooftop::python {
namespace {

/// Bytes from which others may run Python while elements are copied.
constexpr std::int64_t kReleasingBytes = 1 << 18;

// One int or a sequence of them, at most `kMaxRank`; false for anything else.
bool read_ints(PyObject* object, std::int64_t* values, int& count) {
  PyObject* const* items = is_list_or_tuple(object) ? PySequence_Fast_ITEMS(object) : &object;
  const Py_ssize_t given = is_list_or_tuple(object) ? PySequence_Fast_GET_SIZE(object) : 1;
  if (given > array::kMaxRank) return false;
  count = static_cast<int>(given);
  return std::all_of(items, items + count, [&](PyObject* item) { return read_int_or_leave(item, *values++); });
}

// The array itself where its elements lie in row-major order, else a copy that does.
Ref row_major(ArrayObject* array) {
  if (array->has(kRowMajor)) return Ref::borrow(as_object(array));
  return Ref(as_object(copied(array->view(), array->dtype, Order::RowMajor)));
}

View flat_view(const ArrayObject* array, Extents& storage) {
  storage.rank = 0;
  storage.push(array->size, static_cast<std::int64_t>(array::size_of(array->dtype)));
  return storage.view(array->dtype, array->data);
}

// --- roll, rot90, rollaxis

// Shifts by axis, from numbers and axes of which either may be one for all.
bool read_shifts(PyObject* given, PyObject* axes_given, int rank, std::int64_t* shifts) {
  std::int64_t by[array::kMaxRank], axes[array::kMaxRank];
  int count = 0, axis_count = 0;
  if (!read_ints(given, by, count) || !read_ints(axes_given, axes, axis_count)) return false;
  if (count == 0 || axis_count == 0 || (count != axis_count && count != 1 && axis_count != 1)) return false;
  std::fill_n(shifts, rank, 0);
  for (int i = 0; i < std::max(count, axis_count); ++i) {
    std::int64_t axis = axes[axis_count == 1 ? 0 : i];
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank || __builtin_add_overflow(shifts[axis], by[count == 1 ? 0 : i], &shifts[axis])) {
      return false;
    }
  }
  return true;
}

Outcome rolled(ArrayObject* out, const View& to, const View& from, const std::int64_t* shifts, PyObject*& result) {
  Ref guard(as_object(out));
  const WithoutGil released(out->bytes() >= kReleasingBytes);
  lib::roll(to, from, {shifts, static_cast<std::size_t>(to.rank)});
  return made(guard.release(), result);
}

Outcome roll(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"roll", {"shift", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  ArrayObject* source = as_array(array);
  std::int64_t shifts[array::kMaxRank];
  if (is_given(values[1])) {
    if (!read_shifts(values[0], values[1], source->rank, shifts)) return Outcome::Delegate;
    ArrayObject* out = new_like(source->view(), source->dtype);
    return out == nullptr ? Outcome::Error : rolled(out, out->view(), source->view(), shifts, result);
  }
  shifts[0] = 0;
  if (!read_int_or_leave(values[0], shifts[0])) return Outcome::Delegate;
  Ref dense = row_major(source);
  ArrayObject* out = dense ? new_array(source->dtype, source->view().lengths()) : nullptr;
  if (out == nullptr) return Outcome::Error;
  Extents to, from;
  return rolled(out, flat_view(out, to), flat_view(as_array(dense.get()), from), shifts, result);
}

Outcome rot90(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
              PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"rot90", {"k", "axes"}, 2, 0};
  ArgumentReader<2>::Values values;
  ArrayObject* source = as_array(array);
  std::int64_t turns = 1, axes[array::kMaxRank] = {0, 1};
  int count = 2;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_int_or_leave(values[0], turns) ||
      (values[1] != nullptr && !read_ints(values[1], axes, count)) || count != 2) {
    return Outcome::Delegate;
  }
  for (std::int64_t* axis : {&axes[0], &axes[1]}) {
    if (*axis < 0) *axis += source->rank;
    if (*axis < 0 || *axis >= source->rank) return Outcome::Delegate;
  }
  if (axes[0] == axes[1]) return Outcome::Delegate;
  turns &= 3;
  Extents extents(source->view());
  char* data = source->data;
  const auto flip = [&](std::int64_t axis) {
    if (source->size > 0) data += (extents.shape[axis] - 1) * extents.strides[axis];
    extents.strides[axis] = -extents.strides[axis];
  };
  if (turns == 1 || turns == 2) flip(axes[1]);
  if (turns == 2 || turns == 3) flip(axes[0]);
  if (turns == 1 || turns == 3) {
    std::swap(extents.shape[axes[0]], extents.shape[axes[1]]);
    std::swap(extents.strides[axes[0]], extents.strides[axes[1]]);
  }
  return made(new_view(extents.view(source->dtype, data), array, source->has(kWriteable)), result);
}

Outcome rollaxis(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"rollaxis", {"axis", "start"}, 2, 1};
  ArgumentReader<2>::Values values;
  ArrayObject* source = as_array(array);
  int axis = 0;
  std::int64_t start = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_axis_or_leave(values[0], source->rank, axis) || !read_int_or_leave(values[1], start)) {
    return Outcome::Delegate;
  }
  if (start < 0) start += source->rank;
  if (start < 0 || start > source->rank) return Outcome::Delegate;
  if (axis < start) --start;
  Extents extents(source->view());
  const auto move = [&](std::int64_t* dims) {
    axis < start ? std::rotate(dims + axis, dims + axis + 1, dims + start + 1)
                 : std::rotate(dims + start, dims + axis, dims + axis + 1);
  };
  move(extents.shape);
  move(extents.strides);
  return made(new_view(extents.view(source->dtype, source->data), array, source->has(kWriteable)), result);
}

// --- tile, repeat, resize

Outcome tile(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"tile", {"reps"}, 1, 1};
  ArgumentReader<1>::Values values;
  std::int64_t times[array::kMaxRank];
  int count = 0;
  if (!is_exact_array(array) || !read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_ints(values[0], times, count)) {
    return Outcome::Delegate;
  }
  ArrayObject* source = as_array(array);
  if (!source->has(kRowMajor) && std::all_of(times, times + count, [](std::int64_t n) { return n == 1; })) {
    return Outcome::Delegate;  // a copy that keeps the order of memory
  }
  const int rank = std::max(count, static_cast<int>(source->rank));
  Extents from, to;
  std::int64_t repeated[array::kMaxRank];
  for (int axis = 0; axis < rank; ++axis) {
    const int own = axis - (rank - source->rank), named = axis - (rank - count);
    from.push(own < 0 ? 1 : source->shape()[own], own < 0 ? 0 : source->strides()[own]);
    repeated[axis] = named < 0 ? 1 : times[named];
    std::int64_t length = 0;
    if (repeated[axis] < 0 || __builtin_mul_overflow(from.shape[axis], repeated[axis], &length)) {
      return Outcome::Delegate;
    }
    to.push(length, 0);
  }
  ArrayObject* out = new_array(source->dtype, to.lengths());
  if (out == nullptr) return Outcome::Error;
  Ref guard(as_object(out));
  const WithoutGil released(out->bytes() >= kReleasingBytes);
  lib::tile(out->view(), from.view(source->dtype, source->data), {repeated, static_cast<std::size_t>(rank)});
  return made(guard.release(), result);
}

Outcome refuse_total(std::int64_t length) {  // NumPy's own sum would wrap
  PyErr_Format(PyExc_ValueError, "repeat: an axis of %lld repeated so often is longer than an address can count",
               static_cast<long long>(length));
  return Outcome::Error;
}

// How often, from an int or integers along the axis; the sum of all.
Outcome read_counts(PyObject* given, std::int64_t length, lib::Counts& counts, Ref& kept, std::int64_t& total) {
  if (PyLong_CheckExact(given)) {
    counts = {nullptr, 0};
    if (!read_int_or_leave(given, counts.all) || counts.all < 0) return Outcome::Delegate;
    return __builtin_mul_overflow(length, counts.all, &total) ? refuse_total(length) : Outcome::Done;
  }
  kept = is_list_or_tuple(given) ? Ref(array_from_sequence(given, std::nullopt)) : Ref::borrow(given);
  if (!kept) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
  if (!is_exact_array(kept.get())) return Outcome::Delegate;
  ArrayObject* array = as_array(kept.get());
  if (array->rank != 1 || array->size != length || !array::can_cast(array->dtype, DType::I64, array::Casting::Safe)) {
    return Outcome::Delegate;
  }
  kept = Ref(as_object(copied(array->view(), DType::I64, Order::RowMajor)));  // others may write to it meanwhile
  if (!kept) return Outcome::Error;
  counts = {reinterpret_cast<const std::int64_t*>(as_array(kept.get())->data)};
  total = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    if (counts.each[i] < 0) return Outcome::Delegate;
    if (__builtin_add_overflow(total, counts.each[i], &total)) return refuse_total(length);
  }
  return Outcome::Done;
}

Outcome repeat(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"repeat", {"repeats", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  ArrayObject* source = as_array(array);
  int axis = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const bool is_flat = !is_given(values[1]);
  if (!is_flat && !read_axis_or_leave(values[1], source->rank, axis)) return Outcome::Delegate;
  Ref dense = row_major(source);
  if (!dense) return Outcome::Error;
  Extents flat;
  const View from = is_flat ? flat_view(as_array(dense.get()), flat) : as_array(dense.get())->view();
  lib::Counts counts;
  Ref kept;
  Extents shape(from.lengths());
  const Outcome read = read_counts(values[0], from.shape[axis], counts, kept, shape.shape[axis]);
  if (read != Outcome::Done) return read;
  ArrayObject* out = new_array(source->dtype, shape.lengths());
  if (out == nullptr) return Outcome::Error;
  Ref guard(as_object(out));
  const WithoutGil released(out->bytes() >= kReleasingBytes);
  lib::repeat(out->view(), from, axis, counts);
  return made(guard.release(), result);
}

Outcome resize(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"resize", {"new_shape"}, 1, 1};
  ArgumentReader<1>::Values values;
  Extents shape;
  ArrayObject* source = as_array(array);
  if (!is_exact_array(array) || source->size == 0 || !read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_ints(values[0], shape.shape, shape.rank)) {
    return Outcome::Delegate;
  }
  if (std::any_of(shape.shape, shape.shape + shape.rank, [](std::int64_t n) { return n < 0; })) {
    return Outcome::Delegate;
  }
  Ref dense = row_major(source);
  ArrayObject* out = dense ? new_array(source->dtype, shape.lengths()) : nullptr;
  if (out == nullptr) return Outcome::Error;
  const std::int64_t first = std::min(out->bytes(), source->bytes());
  std::memcpy(out->data, as_array(dense.get())->data, static_cast<std::size_t>(first));
  lib::repeat_bytes(out->data, first, out->bytes());
  return made(out, result);
}

ROOFTOP_FUNCTION(roll, roll)
ROOFTOP_FUNCTION(rot90, rot90)
ROOFTOP_FUNCTION(rollaxis, rollaxis)
ROOFTOP_FUNCTION(tile, tile)
ROOFTOP_FUNCTION(resize, resize)
ROOFTOP_METHOD_AND_FUNCTION(repeat, repeat)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("repeat", repeat_method,
                  "repeat(repeats, axis=None)\n--\n\nEvery element, or index of an axis, several times."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("repeat", repeat_function, "repeat(a, repeats, axis=None)\n--\n\nAs ndarray.repeat."),
    ROOFTOP_ENTRY("roll", roll_function,
                  "roll(a, shift, axis=None)\n--\n\nElements moved along axes; what leaves at an end enters at the "
                  "other."),
    ROOFTOP_ENTRY("rot90", rot90_function,
                  "rot90(m, k=1, axes=(0, 1))\n--\n\nA view turned by k times 90 degrees, from the first axis towards "
                  "the second."),
    ROOFTOP_ENTRY("rollaxis", rollaxis_function,
                  "rollaxis(a, axis, start=0)\n--\n\nA view with an axis moved back until it lies before another."),
    ROOFTOP_ENTRY("tile", tile_function, "tile(A, reps)\n--\n\nThe array several times along each axis."),
    ROOFTOP_ENTRY("resize", resize_function,
                  "resize(a, new_shape)\n--\n\nA new array of this shape; the elements are repeated to fill it."),
};

}  // namespace

std::span<PyMethodDef> rearranging_methods() { return methods; }
std::span<PyMethodDef> rearranging_functions() { return functions; }

}  // namespace rooftop::python
