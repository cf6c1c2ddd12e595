// linspace, full_like, copyto, broadcast_arrays, broadcast_shapes, and what an array's lengths are.
#include <cmath>

#include "array/creation.h"
#include "array/dtype_object.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/selection.h"
#include "rooftop/lib/sequence.h"

namespace rooftop::python {
namespace {

// --- linspace, full_like

// A Python number that a float64 holds; false for anything else.
bool read_number(PyObject* object, double& value) {
  if (!PyFloat_CheckExact(object) && !PyLong_CheckExact(object)) return false;
  value = PyFloat_AsDouble(object);
  const bool fits = value != -1 || !PyErr_Occurred();
  PyErr_Clear();
  return fits;
}

// As NumPy: whole steps times the length of one, which may vanish although the distance does not.
void fill_line(double* to, std::int64_t count, double start, double stop, bool ends_with_stop) {
  const auto steps = static_cast<double>(ends_with_stop ? count - 1 : count);
  const double distance = stop - start;
  const double step = distance / steps;
  if (steps > 0 && step == 0) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<double>(i) / steps * distance + start;
  } else {
    lib::fill_sequence(to, count, start, steps > 0 ? step : distance);
  }
  if (ends_with_stop && count > 1) to[count - 1] = stop;
}

Outcome linspace(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<5> kReader{"linspace", {"start", "stop", "num", "endpoint", "retstep"}, 5, 2};
  ArgumentReader<5>::Values values;
  double start = 0, stop = 0;
  std::int64_t count = 50;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_number(values[0], start) ||
      !read_number(values[1], stop) || !read_int_or_leave(values[2], count) || count < 0) {
    return Outcome::Delegate;
  }
  const bool is_plain = std::isfinite(stop - start) && (values[3] == nullptr || PyBool_Check(values[3])) &&
                        (values[4] == nullptr || PyBool_Check(values[4]));
  const bool ends_with_stop = values[3] != Py_False;
  const std::int64_t steps = ends_with_stop ? count - 1 : count;
  if (!is_plain || (values[4] == Py_True && steps <= 0)) return Outcome::Delegate;
  ArrayObject* array = new_array(DType::F64, {&count, 1});
  Ref made_array(as_object(array));
  if (array == nullptr) return Outcome::Error;
  fill_line(reinterpret_cast<double*>(array->data), count, start, stop, ends_with_stop);
  if (values[4] != Py_True) return made(made_array.release(), result);
  Ref step(new_float64((stop - start) / static_cast<double>(steps)));
  return step ? made(PyTuple_Pack(2, made_array.get(), step.get()), result) : Outcome::Error;
}

Outcome full_like(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                  PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"full_like", {"fill_value", "dtype"}, 2, 1};
  ArgumentReader<2>::Values values;
  if (!is_exact_array(array) || !read_or_leave(kReader, arguments, given, keyword_names, values)) {
    return Outcome::Delegate;
  }
  DType dtype = as_array(array)->dtype;
  if (is_given(values[1]) && read_dtype(values[1], dtype) != DTypeName::Native) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  // What loses something is NumPy's: it casts where an assignment refuses, or warns.
  Operand operand;
  double value = 0;
  const bool is_single = array::part_of(dtype) == DType::F32;
  const bool is_float = PyFloat_CheckExact(values[0]) && read_number(values[0], value) &&
                        (array::part_of(dtype) == DType::F64 || (is_single && !(std::abs(value) > 1e38)));
  const bool is_int = PyLong_CheckExact(values[0]) && !array::is_bool(dtype) && !array::is_half(dtype);
  if ((!is_float && !is_int) || read_operand(values[0], operand) != Reading::Ok || !operand.settle(dtype)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  ArrayObject* out = new_like(as_array(array)->view(), dtype);
  Ref guard(as_object(out));
  if (out == nullptr) return Outcome::Error;
  Extents storage;
  if (!convert_elements(out->view(), array::broadcast_view(operand.view, out->view().lengths(), storage))) {
    return Outcome::Error;
  }
  return made(guard.release(), result);
}

// --- copyto, broadcasting

Outcome copyto(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"copyto", {"src", "casting", "where"}, 3, 1};
  ArgumentReader<3>::Values values;
  ArrayObject* target = as_array(array);
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || is_given(values[1]) ||
      !target->has(kWriteable) || !is_exact_array(values[0])) {
    return Outcome::Delegate;
  }
  const View to = target->view(), from = as_array(values[0])->view();
  if (!array::can_cast(from.dtype, to.dtype, array::Casting::SameKind) ||
      !array::broadcasts_to(from.lengths(), to.lengths())) {
    return Outcome::Delegate;
  }
  if (values[2] == nullptr || values[2] == Py_True) {
    return assign(to, values[0]) ? made(Py_NewRef(Py_None), result) : Outcome::Error;
  }
  if (!is_exact_array(values[2]) || from.dtype != to.dtype || array::may_overlap(to, from)) return Outcome::Delegate;
  const View mask = as_array(values[2])->view();
  if (!array::is_bool(mask.dtype) || array::may_overlap(to, mask) ||
      !array::broadcasts_to(mask.lengths(), to.lengths())) {
    return Outcome::Delegate;
  }
  Extents storage[2];
  lib::select(to, array::broadcast_view(mask, to.lengths(), storage[0]),
              array::broadcast_view(from, to.lengths(), storage[1]), to);
  return made(Py_NewRef(Py_None), result);
}

PyObject* tuple_of(std::span<const std::int64_t> lengths) {
  Ref tuple(PyTuple_New(static_cast<Py_ssize_t>(lengths.size())));
  for (std::size_t i = 0; tuple && i < lengths.size(); ++i) {
    PyObject* length = PyLong_FromLongLong(lengths[i]);
    if (length == nullptr) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), length);
  }
  return tuple.release();
}

Outcome broadcast_shapes(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (keyword_names != nullptr) return Outcome::Delegate;
  Extents shape, one;
  shape.rank = 0;
  for (Py_ssize_t i = 0; i < given; ++i) {
    const bool is_tuple = PyTuple_CheckExact(arguments[i]);
    const Py_ssize_t rank = is_tuple ? PyTuple_GET_SIZE(arguments[i]) : 1;
    if (rank > array::kMaxRank) return Outcome::Delegate;
    one.rank = 0;
    for (Py_ssize_t axis = 0; axis < rank; ++axis) {
      std::int64_t length = 0;
      if (!read_int_or_leave(is_tuple ? PyTuple_GET_ITEM(arguments[i], axis) : arguments[i], length) || length < 0) {
        return Outcome::Delegate;
      }
      one.push(length, 0);
    }
    if (!array::broadcast_shape(shape, one.lengths())) return Outcome::Delegate;
  }
  if (!array::checked_bytes(shape.lengths(), 1)) return Outcome::Delegate;
  return made(tuple_of(shape.lengths()), result);
}

// --- Lengths

Outcome ndim(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  return made(PyLong_FromLong(as_array(array)->rank), result);
}

Outcome shape(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  return made(tuple_of(as_array(array)->view().lengths()), result);
}

Outcome size(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"size", {"axis"}};
  ArgumentReader<1>::Values values;
  int axis = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (!is_given(values[0])) return made(PyLong_FromLongLong(as_array(array)->size), result);
  if (!read_axis_or_leave(values[0], as_array(array)->rank, axis)) return Outcome::Delegate;
  return made(PyLong_FromLongLong(as_array(array)->shape()[axis]), result);
}

ROOFTOP_FREE_FUNCTION(linspace, linspace)
ROOFTOP_FREE_FUNCTION(broadcast_shapes, broadcast_shapes)
ROOFTOP_WRITING_FUNCTION(copyto, copyto)
ROOFTOP_FUNCTION(full_like, full_like)
ROOFTOP_FUNCTION(ndim, ndim)
ROOFTOP_FUNCTION(shape, shape)
ROOFTOP_FUNCTION(size, size)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("linspace", linspace_function,
                  "linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0)\n--\n\nNumbers at "
                  "equal distances."),
    ROOFTOP_ENTRY("full_like", full_like_function,
                  "full_like(a, fill_value, dtype=None, order='K', subok=True, shape=None)\n--\n\nOne value, in an "
                  "array's shape and type."),
    ROOFTOP_ENTRY("copyto", copyto_function,
                  "copyto(dst, src, casting='same_kind', where=True)\n--\n\nWrites the elements of one array into "
                  "another."),
    ROOFTOP_ENTRY("broadcast_shapes", broadcast_shapes_function,
                  "broadcast_shapes(*args)\n--\n\nThe shape that all of these broadcast to."),
    ROOFTOP_ENTRY("ndim", ndim_function, "ndim(a)\n--\n\nThe number of axes."),
    ROOFTOP_ENTRY("shape", shape_function, "shape(a)\n--\n\nThe length of each axis."),
    ROOFTOP_ENTRY("size", size_function, "size(a, axis=None)\n--\n\nThe number of elements, or the length of an axis."),
};

}  // namespace

std::span<PyMethodDef> grid_functions() { return functions; }

}  // namespace rooftop::python
