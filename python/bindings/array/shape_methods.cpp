// reshape, ravel and flatten: the same elements under other lengths.
#include <optional>

#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reshape.h"

namespace rooftop::python {
namespace {

Outcome reshape(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                PyObject*& result) {
  if (keyword_names != nullptr || given == 0 || given > array::kMaxRank) return Outcome::Delegate;
  Extents wanted;
  if (given == 1) {
    if (!read_shape(arguments[0], wanted)) return Outcome::Error;
  } else {
    for (Py_ssize_t i = 0; i < given; ++i) {
      std::int64_t length = 0;
      if (refuses_bool(arguments[i])) return Outcome::Error;
      if (!read_int_or_leave(arguments[i], length)) length = PyNumber_AsSsize_t(arguments[i], PyExc_ValueError);
      if (length == -1 && PyErr_Occurred()) return Outcome::Error;
      wanted.push(length, 0);
    }
  }
  return made(reshaped(as_array(array), wanted), result);
}

// The function takes one shape, and an order where the method has lengths.
Outcome reshape_by_shape(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                         PyObject*& result) {
  if (given != 1) return Outcome::Delegate;
  return reshape(array, arguments, given, keyword_names, result);
}

// A new array of one axis, in row-major order.
PyObject* flat_copy(ArrayObject* array) {
  ArrayObject* copy = copied(array->view(), array->dtype, Order::RowMajor);
  if (copy == nullptr) return nullptr;
  Extents wanted;
  wanted.push(array->size, static_cast<std::int64_t>(array::size_of(array->dtype)));
  if (!set_dims(copy, wanted)) Py_CLEAR(copy);
  return as_object(copy);
}

Outcome ravel(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  // Always row-major: a view of strides that happen to fit is not what NumPy gives.
  ArrayObject* source = as_array(array);
  if (!source->has(kRowMajor)) return made(flat_copy(source), result);
  const auto stride = static_cast<std::int64_t>(array::size_of(source->dtype));
  return made(new_vector_view(source, source->data, source->size, stride), result);
}

Outcome flatten(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  return made(flat_copy(as_array(array)), result);
}

PyObject* reshape_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("reshape", self, arguments, given, keyword_names, ROOFTOP_BODY(reshape));
}
PyObject* reshape_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_function("reshape", arguments, given, keyword_names, reshape_by_shape);
}
ROOFTOP_METHOD_AND_FUNCTION(ravel, ravel)
PyObject* flatten_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("flatten", self, arguments, given, keyword_names, flatten);
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("reshape", reshape_method,
                  "reshape(*shape)\n--\n\nThe same elements under other lengths; a view where possible."),
    ROOFTOP_ENTRY("ravel", ravel_method, "ravel(order='C')\n--\n\nThe elements along one axis; a view where possible."),
    ROOFTOP_ENTRY("flatten", flatten_method, "flatten(order='C')\n--\n\nA copy of the elements along one axis."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("reshape", reshape_function, "reshape(a, shape, order='C')\n--\n\nAs ndarray.reshape."),
    ROOFTOP_ENTRY("ravel", ravel_function, "ravel(a, order='C')\n--\n\nAs ndarray.ravel."),
};

}  // namespace

std::span<PyMethodDef> shape_methods() { return methods; }
std::span<PyMethodDef> shape_functions() { return functions; }

}  // namespace rooftop::python
