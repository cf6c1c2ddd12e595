// argmax, argmin, clip, std and var as methods, and with where and concatenate as functions of the module.
#include "array/function_methods.h"

#include <cstring>

#include "array/argument_reader.h"
#include "array/array_functions.h"
#include "array/delegate.h"

namespace rooftop::python {
namespace {

bool is_given(PyObject* object) { return object != nullptr && object != Py_None; }

// A method, and the function that takes the array as its first argument: `body(array, arguments, given)` does what is
// native. Results of subclasses are left to NumPy, too.
template <typename Body>
PyObject* method(const char* name, PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                 PyObject* keyword_names, Body body) {
  PyObject* result = nullptr;
  if (is_exact_array(self)) {
    const Outcome outcome = body(self, arguments, given, keyword_names, result);
    if (outcome != Outcome::Delegate) return result;
  }
  return like_operands(delegate_method(name, self, arguments, given, keyword_names), &self, 1);
}
template <typename Body>
PyObject* function(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, Body body) {
  PyObject* result = nullptr;
  if (given > 0 && is_exact_array(arguments[0])) {
    const Outcome outcome = body(arguments[0], arguments + 1, given - 1, keyword_names, result);
    if (outcome != Outcome::Delegate) return result;
  }
  return delegate_call(name, arguments, given, keyword_names);
}

template <bool Largest>
Outcome extreme(PyObject* array, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  return extreme_place(array, Largest, result);
}

Outcome clip(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"clip", {"min", "max", "out"}};
  ArgumentReader<3>::Values values;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<3>::Result::Ok) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  return clip_array(array, values[0], values[1], values[2], result);
}

template <bool TakesRoot>
Outcome variance(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<5> kReader{"var", {"axis", "dtype", "out", "ddof", "keepdims"}};
  ArgumentReader<5>::Values values;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<5>::Result::Ok) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  double ddof = 0;
  if (is_given(values[3])) {
    if (!PyLong_CheckExact(values[3]) && !PyFloat_CheckExact(values[3])) return Outcome::Delegate;
    ddof = PyFloat_AsDouble(values[3]);
  }
  const ReduceOptions options{.axis = values[0], .dtype = values[1], .out = values[2], .keepdims = values[4]};
  return variance_of_array(array, options, ddof, TakesRoot, result);
}

#define ROOFTOP_BOTH(name, body)                                                                                   \
  PyObject* name##_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return method(#name, self, arguments, given, keyword_names, body);                                             \
  }                                                                                                                \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {    \
    return function(#name, arguments, given, keyword_names, body);                                                 \
  }
ROOFTOP_BOTH(argmax, extreme<true>)
ROOFTOP_BOTH(argmin, extreme<false>)
ROOFTOP_BOTH(clip, clip)
ROOFTOP_BOTH(var, variance<false>)
ROOFTOP_BOTH(std, variance<true>)
#undef ROOFTOP_BOTH

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

#define ROOFTOP_ENTRY(name, function, doc) \
  { name, as_c_function(function), METH_FASTCALL | METH_KEYWORDS, doc }

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("argmax", argmax_method,
                  "argmax(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the largest element."),
    ROOFTOP_ENTRY("argmin", argmin_method,
                  "argmin(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the smallest element."),
    ROOFTOP_ENTRY("clip", clip_method, "clip(min=None, max=None, out=None)\n--\n\nThe elements limited to a range."),
    ROOFTOP_ENTRY("var", var_method,
                  "var(axis=None, dtype=None, out=None, ddof=0, keepdims=False)\n--\n\nThe variance."),
    ROOFTOP_ENTRY("std", std_method,
                  "std(axis=None, dtype=None, out=None, ddof=0, keepdims=False)\n--\n\nThe standard deviation."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("argmax", argmax_function, "argmax(a, axis=None, out=None)\n--\n\nAs ndarray.argmax."),
    ROOFTOP_ENTRY("argmin", argmin_function, "argmin(a, axis=None, out=None)\n--\n\nAs ndarray.argmin."),
    ROOFTOP_ENTRY("clip", clip_function, "clip(a, a_min=None, a_max=None, out=None)\n--\n\nAs ndarray.clip."),
    ROOFTOP_ENTRY("var", var_function, "var(a, axis=None, dtype=None, out=None, ddof=0)\n--\n\nAs ndarray.var."),
    ROOFTOP_ENTRY("std", std_function, "std(a, axis=None, dtype=None, out=None, ddof=0)\n--\n\nAs ndarray.std."),
    ROOFTOP_ENTRY("where", where,
                  "where(condition, x, y, /)\n--\n\nElements of x where the condition is true, else of y."),
    ROOFTOP_ENTRY("concatenate", concatenate,
                  "concatenate(arrays, /, axis=0)\n--\n\nThe arrays one after the other along an axis."),
    ROOFTOP_ENTRY("concat", concatenate, "concat(arrays, /, axis=0)\n--\n\nAs concatenate."),
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

int add_function_methods(PyObject* module) {
  for (PyMethodDef& definition : methods) {
    Ref descriptor(PyDescr_NewMethod(&array_type, &definition));
    if (!descriptor || PyDict_SetItemString(array_type.tp_dict, definition.ml_name, descriptor.get()) != 0) return -1;
  }
  PyType_Modified(&array_type);
  return PyModule_AddFunctions(module, functions);
}

}  // namespace rooftop::python
