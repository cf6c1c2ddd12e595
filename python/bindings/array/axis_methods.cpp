// Views with other axes: transpose, squeeze, swapaxes, moveaxis, expand_dims, flip, broadcast_to and their like.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "array/axes.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reshape.h"

namespace rooftop::python {
namespace {

Outcome viewed(PyObject* array, const Extents& extents, PyObject*& result, std::int64_t offset = 0) {
  ArrayObject* source = as_array(array);
  const View view = extents.view(source->dtype, source->data + offset);
  return made(as_object(new_view(view, array, source->has(kWriteable))), result);
}

void push_axis(Extents& extents, const ArrayObject* array, int axis) {
  extents.push(array->shape()[axis], array->strides()[axis]);
}

// --- The order of axes

// The axes in the order of `order`, which names each once. Messages of what is wrong are NumPy's.
Outcome permuted(PyObject* array, PyObject* const* order, Py_ssize_t count, PyObject*& result) {
  const int rank = as_array(array)->rank;
  if (count != rank) return Outcome::Delegate;
  Extents extents;
  std::uint64_t seen = 0;
  for (int i = 0; i < rank; ++i) {
    if (!PyLong_CheckExact(order[i])) return Outcome::Delegate;
    Py_ssize_t axis = PyLong_AsSsize_t(order[i]);
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank || (seen >> axis & 1) != 0) {
      PyErr_Clear();
      return Outcome::Delegate;
    }
    seen |= std::uint64_t{1} << axis;
    push_axis(extents, as_array(array), static_cast<int>(axis));
  }
  return viewed(array, extents, result);
}

Outcome reversed(PyObject* array, PyObject*& result) {
  Extents extents;
  for (int axis = as_array(array)->rank; axis-- > 0;) push_axis(extents, as_array(array), axis);
  return viewed(array, extents, result);
}

Outcome permuted_by(PyObject* array, PyObject* order, PyObject*& result) {
  if (order == Py_None) return reversed(array, result);
  if (!is_list_or_tuple(order)) return Outcome::Delegate;
  return permuted(array, PySequence_Fast_ITEMS(order), PySequence_Fast_GET_SIZE(order), result);
}

Outcome transpose(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                  PyObject*& result) {
  if (keyword_names != nullptr) return Outcome::Delegate;
  if (given == 0) return reversed(array, result);
  if (given == 1 && !PyLong_CheckExact(arguments[0])) return permuted_by(array, arguments[0], result);
  return permuted(array, arguments, given, result);
}

// The function takes all axes as one argument.
Outcome transpose_by(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                     PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"transpose", {"axes"}};
  ArgumentReader<1>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  return permuted_by(array, values[0] == nullptr ? Py_None : values[0], result);
}

Outcome swapaxes(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  if (given != 2 || keyword_names != nullptr) return Outcome::Delegate;
  int first = 0, second = 0;
  const int rank = as_array(array)->rank;
  if (!read_axis(arguments[0], rank, first) || !read_axis(arguments[1], rank, second)) {
    PyErr_Clear();  // NumPy says which of the two it is
    return Outcome::Delegate;
  }
  Extents extents(as_array(array)->view());
  std::swap(extents.shape[first], extents.shape[second]);
  std::swap(extents.strides[first], extents.strides[second]);
  return viewed(array, extents, result);
}

Outcome matrix_transpose(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names,
                         PyObject*& result) {
  const int rank = as_array(array)->rank;
  if (given > 0 || keyword_names != nullptr || rank < 2) return Outcome::Delegate;
  Extents extents(as_array(array)->view());
  std::swap(extents.shape[rank - 2], extents.shape[rank - 1]);
  std::swap(extents.strides[rank - 2], extents.strides[rank - 1]);
  return viewed(array, extents, result);
}

// One axis or several, each once; false (no exception is set) for anything else.
bool read_places(PyObject* object, int rank, int* places, int& count) {
  PyObject* const* items = is_list_or_tuple(object) ? PySequence_Fast_ITEMS(object) : &object;
  count =
      is_list_or_tuple(object) ? static_cast<int>(std::min<Py_ssize_t>(PySequence_Fast_GET_SIZE(object), rank + 1)) : 1;
  if (count > rank) return false;
  std::uint64_t seen = 0;
  for (int i = 0; i < count; ++i) {
    if (!PyLong_CheckExact(items[i]) || !read_axis(items[i], rank, places[i])) {
      PyErr_Clear();
      return false;
    }
    if ((seen >> places[i] & 1) != 0) return false;
    seen |= std::uint64_t{1} << places[i];
  }
  return true;
}

Outcome moveaxis(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  if (given != 2 || keyword_names != nullptr) return Outcome::Delegate;
  const int rank = as_array(array)->rank;
  int sources[array::kMaxRank], targets[array::kMaxRank];
  int count = 0, others = 0;
  if (!read_places(arguments[0], rank, sources, count) || !read_places(arguments[1], rank, targets, others) ||
      count != others) {
    return Outcome::Delegate;
  }
  int order[array::kMaxRank];
  std::fill_n(order, rank, -1);
  std::uint64_t moved = 0;
  for (int i = 0; i < count; ++i) {
    order[targets[i]] = sources[i];
    moved |= std::uint64_t{1} << sources[i];
  }
  Extents extents;
  int next = 0;
  for (int place = 0; place < rank; ++place) {
    if (order[place] < 0) {  // the others follow in their order
      while ((moved >> next & 1) != 0) ++next;
      order[place] = next++;
    }
    push_axis(extents, as_array(array), order[place]);
  }
  return viewed(array, extents, result);
}

// --- Axes of length one

Outcome squeeze(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"squeeze", {"axis"}};
  ArgumentReader<1>::Values values{};
  std::uint64_t axes = ~std::uint64_t{0};
  ArrayObject* source = as_array(array);
  if (given > 0 || keyword_names != nullptr) {
    if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
    if (!read_axes(values[0], source->rank, axes)) return Outcome::Error;
  }
  Extents extents;
  for (int axis = 0; axis < source->rank; ++axis) {
    const bool is_named = (axes >> axis & 1) != 0;
    if (is_named && source->shape()[axis] == 1) continue;
    if (is_named && is_given(values[0])) return Outcome::Delegate;  // NumPy refuses it
    push_axis(extents, source, axis);
  }
  return extents.rank == source->rank ? made(Py_NewRef(array), result) : viewed(array, extents, result);
}

Outcome expand_dims(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                    PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"expand_dims", {"axis"}, 1, 1};
  ArgumentReader<1>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  ArrayObject* source = as_array(array);
  const Py_ssize_t added = is_list_or_tuple(values[0]) ? PySequence_Fast_GET_SIZE(values[0]) : 1;
  if (added == 0 || added + source->rank > array::kMaxRank) return Outcome::Delegate;
  const int rank = source->rank + static_cast<int>(added);
  int places[array::kMaxRank];
  int count = 0;
  if (!read_places(values[0], rank, places, count)) return Outcome::Delegate;
  Extents extents;
  int axis = 0;
  for (int place = 0; place < rank; ++place) {
    if (std::find(places, places + count, place) == places + count) {
      push_axis(extents, source, axis++);
    } else {
      extents.push(1, 0);
    }
  }
  result = reshaped(source, extents);  // always a view
  return result == nullptr ? Outcome::Error : Outcome::Done;
}

template <int Least>
Outcome at_least(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;  // several arrays
  ArrayObject* source = as_array(array);
  if (source->rank >= Least) {
    result = Py_NewRef(array);
    return Outcome::Done;
  }
  Extents extents;
  const std::int64_t stride = source->rank == 0 ? static_cast<std::int64_t>(array::size_of(source->dtype)) : 0;
  const auto add = [&extents, stride](int count) {
    for (int i = 0; i < count; ++i) extents.push(1, stride);
  };
  // (n) is (1, n) and (1, n, 1); (m, n) is (m, n, 1).
  if (source->rank < 2) add(Least == 3 && source->rank == 1 ? 1 : Least - source->rank);
  for (int axis = 0; axis < source->rank; ++axis) push_axis(extents, source, axis);
  add(Least - extents.rank);
  return viewed(array, extents, result);
}

// --- Axes that run backwards, and axes that repeat

Outcome flipped(PyObject* array, std::uint64_t axes, PyObject*& result) {
  ArrayObject* source = as_array(array);
  Extents extents(source->view());
  std::int64_t offset = 0;
  for (int axis = 0; axis < source->rank; ++axis) {
    if ((axes >> axis & 1) == 0) continue;
    if (source->size > 0) offset += (extents.shape[axis] - 1) * extents.strides[axis];
    extents.strides[axis] = -extents.strides[axis];
  }
  return viewed(array, extents, result, offset);
}

Outcome flip(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"flip", {"axis"}};
  ArgumentReader<1>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  ArrayObject* source = as_array(array);
  const bool is_plain = !is_given(values[0]) || PyTuple_CheckExact(values[0]) || PyLong_CheckExact(values[0]);
  std::uint64_t axes = 0;
  if (source->rank == 0 || !is_plain || !read_axes(values[0], source->rank, axes)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  return flipped(array, axes, result);
}

template <int Axis>
Outcome flip_axis(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr || as_array(array)->rank <= Axis) return Outcome::Delegate;
  return flipped(array, std::uint64_t{1} << Axis, result);
}

Outcome broadcast_to(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                     PyObject*& result) {
  if (given != 1 || keyword_names != nullptr || !(PyLong_CheckExact(arguments[0]) || is_list_or_tuple(arguments[0]))) {
    return Outcome::Delegate;
  }
  Extents wanted;
  if (!read_shape(arguments[0], wanted)) return Outcome::Error;
  ArrayObject* source = as_array(array);
  const int added = wanted.rank - source->rank;
  if (added < 0) return Outcome::Delegate;
  for (int axis = 0; axis < wanted.rank; ++axis) {
    wanted.strides[axis] = 0;
    if (wanted.shape[axis] < 0) return Outcome::Delegate;
    if (axis < added) continue;
    const std::int64_t length = source->shape()[axis - added];
    if (length != 1 && length != wanted.shape[axis]) return Outcome::Delegate;
    if (length != 1) wanted.strides[axis] = source->strides()[axis - added];
  }
  if (!array::checked_bytes(wanted.lengths(), array::size_of(source->dtype))) return Outcome::Delegate;
  return made(as_object(new_view(wanted.view(source->dtype, source->data), array, false)), result);
}

// --- Tables

PyObject* transpose_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("transpose", self, arguments, given, keyword_names, transpose);
}
PyObject* transpose_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_function("transpose", arguments, given, keyword_names, transpose_by);
}
ROOFTOP_METHOD_AND_FUNCTION(squeeze, squeeze)
ROOFTOP_METHOD_AND_FUNCTION(swapaxes, swapaxes)

// Functions that are no methods.
ROOFTOP_FUNCTION(matrix_transpose, matrix_transpose)
ROOFTOP_FUNCTION(moveaxis, moveaxis)
ROOFTOP_FUNCTION(expand_dims, expand_dims)
ROOFTOP_FUNCTION(atleast_1d, at_least<1>)
ROOFTOP_FUNCTION(atleast_2d, at_least<2>)
ROOFTOP_FUNCTION(atleast_3d, at_least<3>)
ROOFTOP_FUNCTION(flip, flip)
ROOFTOP_FUNCTION(flipud, flip_axis<0>)
ROOFTOP_FUNCTION(fliplr, flip_axis<1>)
ROOFTOP_PLAIN_FUNCTION(broadcast_to, broadcast_to)  // `subok` is NumPy's

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("transpose", transpose_method, "transpose(*axes)\n--\n\nA view with its axes in another order."),
    ROOFTOP_ENTRY("squeeze", squeeze_method, "squeeze(axis=None)\n--\n\nA view without axes of length one."),
    ROOFTOP_ENTRY("swapaxes", swapaxes_method, "swapaxes(axis1, axis2, /)\n--\n\nA view with two axes exchanged."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("transpose", transpose_function, "transpose(a, axes=None)\n--\n\nAs ndarray.transpose."),
    ROOFTOP_ENTRY("permute_dims", transpose_function, "permute_dims(a, axes=None)\n--\n\nAs transpose."),
    ROOFTOP_ENTRY("squeeze", squeeze_function, "squeeze(a, axis=None)\n--\n\nAs ndarray.squeeze."),
    ROOFTOP_ENTRY("swapaxes", swapaxes_function, "swapaxes(a, axis1, axis2)\n--\n\nAs ndarray.swapaxes."),
    ROOFTOP_ENTRY("matrix_transpose", matrix_transpose_function,
                  "matrix_transpose(x, /)\n--\n\nA view with the last two axes exchanged."),
    ROOFTOP_ENTRY("moveaxis", moveaxis_function,
                  "moveaxis(a, source, destination)\n--\n\nA view with some axes at other places."),
    ROOFTOP_ENTRY("expand_dims", expand_dims_function,
                  "expand_dims(a, axis)\n--\n\nA view with new axes of length one, at these places."),
    ROOFTOP_ENTRY("atleast_1d", atleast_1d_function, "atleast_1d(*arys)\n--\n\nViews with one axis at least."),
    ROOFTOP_ENTRY("atleast_2d", atleast_2d_function, "atleast_2d(*arys)\n--\n\nViews with two axes at least."),
    ROOFTOP_ENTRY("atleast_3d", atleast_3d_function, "atleast_3d(*arys)\n--\n\nViews with three axes at least."),
    ROOFTOP_ENTRY("flip", flip_function, "flip(m, axis=None)\n--\n\nA view with axes running backwards."),
    ROOFTOP_ENTRY("flipud", flipud_function, "flipud(m)\n--\n\nA view with the first axis running backwards."),
    ROOFTOP_ENTRY("fliplr", fliplr_function, "fliplr(m)\n--\n\nA view with the second axis running backwards."),
    ROOFTOP_ENTRY("broadcast_to", broadcast_to_function,
                  "broadcast_to(array, shape, subok=False)\n--\n\nA view of this shape in which elements repeat; it "
                  "can't be written."),
};

}  // namespace

std::span<PyMethodDef> axis_methods() { return methods; }
std::span<PyMethodDef> axis_functions() { return functions; }

}  // namespace rooftop::python
