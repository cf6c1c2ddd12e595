// mean, var and std as methods and as functions of the module.
#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/fast_reductions.h"
#include "array/method_tables.h"
#include "array/moments.h"
#include "array/native_call.h"

namespace rooftop::python {
namespace {

Outcome mean(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  if (is_exact_array(array)) {
    const OnlyAxis only(as_array(array)->rank, arguments, given, keyword_names);
    if (only.is_none()) result = fast_mean(as_array(array));
    if (only.is_one()) result = fast_mean_axis(as_array(array), only.axis());
    if (result != nullptr) return Outcome::Done;
    if (PyErr_Occurred()) return Outcome::Error;
  }
  static constexpr ArgumentReader<5> kReader{"mean", {"axis", "dtype", "out", "keepdims", "where"}, 4};
  ArgumentReader<5>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const ReduceOptions options{
      .axis = values[0], .dtype = values[1], .out = values[2], .keepdims = values[3], .where = values[4]};
  return mean_of_array(array, options, result);
}

template <bool TakesRoot>
Outcome variance(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  if (given == 0 && keyword_names == nullptr && is_exact_array(array)) {
    result = fast_variance(as_array(array), TakesRoot);
    if (result != nullptr) return Outcome::Done;
    if (PyErr_Occurred()) return Outcome::Error;
  }
  static constexpr ArgumentReader<8> kReader{
      "var", {"axis", "dtype", "out", "ddof", "keepdims", "where", "mean", "correction"}, 5};
  ArgumentReader<8>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (values[3] != nullptr && values[7] != nullptr) return Outcome::Delegate;  // which NumPy refuses
  const ReduceOptions options{
      .axis = values[0], .dtype = values[1], .out = values[2], .keepdims = values[4], .where = values[5]};
  const VarianceOptions more{
      .ddof = values[3] != nullptr ? values[3] : values[7], .mean = values[6], .takes_root = TakesRoot};
  return variance_of_array(array, options, more, result);
}

ROOFTOP_METHOD_AND_FUNCTION(mean, mean)
ROOFTOP_METHOD_AND_FUNCTION(var, variance<false>)
ROOFTOP_METHOD_AND_FUNCTION(std, variance<true>)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("mean", mean_method,
                  "mean(axis=None, dtype=None, out=None, keepdims=False, *, where=True)\n--\n\nThe arithmetic mean."),
    ROOFTOP_ENTRY("var", var_method,
                  "var(axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None)\n--\n\n"
                  "The variance."),
    ROOFTOP_ENTRY("std", std_method,
                  "std(axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None)\n--\n\n"
                  "The standard deviation."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("mean", mean_function, "mean(a, ...)\n--\n\nAs ndarray.mean."),
    ROOFTOP_ENTRY("var", var_function, "var(a, ..., correction=0)\n--\n\nAs ndarray.var."),
    ROOFTOP_ENTRY("std", std_function, "std(a, ..., correction=0)\n--\n\nAs ndarray.std."),
};

}  // namespace

std::span<PyMethodDef> moment_methods() { return methods; }
std::span<PyMethodDef> moment_functions() { return functions; }

}  // namespace rooftop::python
