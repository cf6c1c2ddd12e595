// clip as a method and as a function of the module.
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
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  return clip_array(array, values[0], values[1], values[2], result);
}

ROOFTOP_METHOD_AND_FUNCTION(clip, clip)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("clip", clip_method, "clip(min=None, max=None, out=None)\n--\n\nThe elements limited to a range."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("clip", clip_function, "clip(a, a_min=None, a_max=None, out=None)\n--\n\nAs ndarray.clip."),
};

}  // namespace

std::span<PyMethodDef> clip_methods() { return methods; }
std::span<PyMethodDef> clip_functions() { return functions; }

}  // namespace rooftop::python
