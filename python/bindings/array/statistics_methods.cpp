// clip, std and var as methods and as functions of the module.
#include "array/argument_reader.h"
#include "array/array_functions.h"
#include "array/method_tables.h"
#include "array/native_call.h"

namespace rooftop::python {
namespace {

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

ROOFTOP_METHOD_AND_FUNCTION(clip, clip)
ROOFTOP_METHOD_AND_FUNCTION(var, variance<false>)
ROOFTOP_METHOD_AND_FUNCTION(std, variance<true>)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("clip", clip_method, "clip(min=None, max=None, out=None)\n--\n\nThe elements limited to a range."),
    ROOFTOP_ENTRY("var", var_method,
                  "var(axis=None, dtype=None, out=None, ddof=0, keepdims=False)\n--\n\nThe variance."),
    ROOFTOP_ENTRY("std", std_method,
                  "std(axis=None, dtype=None, out=None, ddof=0, keepdims=False)\n--\n\nThe standard deviation."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("clip", clip_function, "clip(a, a_min=None, a_max=None, out=None)\n--\n\nAs ndarray.clip."),
    ROOFTOP_ENTRY("var", var_function, "var(a, axis=None, dtype=None, out=None, ddof=0)\n--\n\nAs ndarray.var."),
    ROOFTOP_ENTRY("std", std_function, "std(a, axis=None, dtype=None, out=None, ddof=0)\n--\n\nAs ndarray.std."),
};

}  // namespace

std::span<PyMethodDef> statistics_methods() { return methods; }
std::span<PyMethodDef> statistics_functions() { return functions; }

}  // namespace rooftop::python
