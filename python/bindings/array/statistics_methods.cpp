// argmax, argmin and clip as methods and as functions of the module.
#include "array/argument_reader.h"
#include "array/array_functions.h"
#include "array/method_tables.h"
#include "array/native_call.h"

namespace rooftop::python {
namespace {

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

ROOFTOP_METHOD_AND_FUNCTION(argmax, extreme<true>)
ROOFTOP_METHOD_AND_FUNCTION(argmin, extreme<false>)
ROOFTOP_METHOD_AND_FUNCTION(clip, clip)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("argmax", argmax_method,
                  "argmax(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the largest element."),
    ROOFTOP_ENTRY("argmin", argmin_method,
                  "argmin(axis=None, out=None, *, keepdims=False)\n--\n\nThe place of the smallest element."),
    ROOFTOP_ENTRY("clip", clip_method, "clip(min=None, max=None, out=None)\n--\n\nThe elements limited to a range."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("argmax", argmax_function, "argmax(a, axis=None, out=None)\n--\n\nAs ndarray.argmax."),
    ROOFTOP_ENTRY("argmin", argmin_function, "argmin(a, axis=None, out=None)\n--\n\nAs ndarray.argmin."),
    ROOFTOP_ENTRY("clip", clip_function, "clip(a, a_min=None, a_max=None, out=None)\n--\n\nAs ndarray.clip."),
};

}  // namespace

std::span<PyMethodDef> statistics_methods() { return methods; }
std::span<PyMethodDef> statistics_functions() { return functions; }

}  // namespace rooftop::python
