// where and concatenate as functions of the module.
#include "array/argument_reader.h"
#include "array/array_functions.h"
#include "array/delegate.h"
#include "array/method_tables.h"

namespace rooftop::python {
namespace {

PyObject* where(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* result = nullptr;
  if (given == 3 && keyword_names == nullptr) {
    if (where_arrays(arguments[0], arguments[1], arguments[2], result) != Outcome::Delegate) return result;
  }
  return delegate_call("where", arguments, given, keyword_names);
}

PyObject* concatenate(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<2> kReader{"concatenate", {nullptr, "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  if (kReader.read(arguments, given, keyword_names, values) == ArgumentReader<2>::Result::Ok) {
    const bool is_plain = values[1] == nullptr || PyLong_CheckExact(values[1]);
    const Py_ssize_t axis = is_plain && values[1] != nullptr ? PyLong_AsSsize_t(values[1]) : 0;
    PyObject* result = nullptr;
    if (is_plain && !PyErr_Occurred()) {
      if (concatenate_arrays(values[0], axis, result) != Outcome::Delegate) return result;
    }
  }
  PyErr_Clear();
  return delegate_call("concatenate", arguments, given, keyword_names);
}

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("where", where,
                  "where(condition, x, y, /)\n--\n\nElements of x where the condition is true, else of y."),
    ROOFTOP_ENTRY("concatenate", concatenate,
                  "concatenate(arrays, /, axis=0)\n--\n\nThe arrays one after the other along an axis."),
    ROOFTOP_ENTRY("concat", concatenate, "concat(arrays, /, axis=0)\n--\n\nAs concatenate."),
};

}  // namespace

std::span<PyMethodDef> joining_functions() { return functions; }

}  // namespace rooftop::python
