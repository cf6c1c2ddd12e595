// Methods and functions that fold elements: sum, prod, min, max, all, any.
#include <array>

#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/fast_reductions.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reductions.h"
#include "array/ufunc_call.h"

namespace rooftop::python {
using ops::Ufunc;

namespace {

using ReductionReader = ArgumentReader<6>;

// Where a method takes its arguments, and which option each is.
struct Signature {
  ReductionReader reader;
  std::array<PyObject * ReduceOptions::*, 6> options;
};

constexpr auto kAxis = &ReduceOptions::axis;
constexpr auto kDType = &ReduceOptions::dtype;
constexpr auto kOut = &ReduceOptions::out;
constexpr auto kKeepdims = &ReduceOptions::keepdims;
constexpr auto kInitial = &ReduceOptions::initial;
constexpr auto kWhere = &ReduceOptions::where;

constexpr Signature kSum{{"sum", {"axis", "dtype", "out", "keepdims", "initial", "where"}},
                         {kAxis, kDType, kOut, kKeepdims, kInitial, kWhere}};
constexpr Signature kMin{{"min", {"axis", "out", "keepdims", "initial", "where", nullptr}, 5},
                         {kAxis, kOut, kKeepdims, kInitial, kWhere, nullptr}};
constexpr Signature kAny{{"any", {"axis", "out", "keepdims", "where", nullptr, nullptr}, 3},
                         {kAxis, kOut, kKeepdims, kWhere, nullptr, nullptr}};

template <Ufunc U, const Signature& Places>
Outcome reduce(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  if (is_exact_array(array)) {
    const OnlyAxis only(as_array(array)->rank, arguments, given, keyword_names);
    if (only.is_none()) result = fast_reduce(U, as_array(array));
    if (only.is_one()) result = fast_reduce_axis(U, as_array(array), only.axis());
    if (result != nullptr) return Outcome::Done;
    if (PyErr_Occurred()) return Outcome::Error;
  }
  ReduceOptions options;
  ReductionReader::Values values;
  switch (Places.reader.read(arguments, given, keyword_names, values)) {
    case ReductionReader::Result::Ok:
      break;
    case ReductionReader::Result::Unknown:
      return Outcome::Delegate;
    case ReductionReader::Result::Error:
      return Outcome::Error;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (Places.options[i] != nullptr) options.*Places.options[i] = values[i];
  }
  return reduce_array(U, array, options, result);
}

ROOFTOP_METHOD_AND_FUNCTION(sum, reduce<Ufunc::add, kSum>)
ROOFTOP_METHOD_AND_FUNCTION(prod, reduce<Ufunc::multiply, kSum>)
ROOFTOP_METHOD_AND_FUNCTION(min, reduce<Ufunc::minimum, kMin>)
ROOFTOP_METHOD_AND_FUNCTION(max, reduce<Ufunc::maximum, kMin>)
ROOFTOP_METHOD_AND_FUNCTION(all, reduce<Ufunc::logical_and, kAny>)
ROOFTOP_METHOD_AND_FUNCTION(any, reduce<Ufunc::logical_or, kAny>)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY(
        "sum", sum_method,
        "sum(axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True)\n--\n\nThe sum of elements."),
    ROOFTOP_ENTRY(
        "prod", prod_method,
        "prod(axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True)\n--\n\nThe product of elements."),
    ROOFTOP_ENTRY("min", min_method,
                  "min(axis=None, out=None, keepdims=False, initial=None, where=True)\n--\n\nThe smallest element."),
    ROOFTOP_ENTRY("max", max_method,
                  "max(axis=None, out=None, keepdims=False, initial=None, where=True)\n--\n\nThe largest element."),
    ROOFTOP_ENTRY("all", all_method,
                  "all(axis=None, out=None, keepdims=False, *, where=True)\n--\n\nWhether all elements are true."),
    ROOFTOP_ENTRY("any", any_method,
                  "any(axis=None, out=None, keepdims=False, *, where=True)\n--\n\nWhether some element is true."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("sum", sum_function, "sum(a, ...)\n--\n\nAs ndarray.sum."),
    ROOFTOP_ENTRY("prod", prod_function, "prod(a, ...)\n--\n\nAs ndarray.prod."),
    ROOFTOP_ENTRY("min", min_function, "min(a, ...)\n--\n\nAs ndarray.min."),
    ROOFTOP_ENTRY("amin", min_function, "amin(a, ...)\n--\n\nAs ndarray.min."),
    ROOFTOP_ENTRY("max", max_function, "max(a, ...)\n--\n\nAs ndarray.max."),
    ROOFTOP_ENTRY("amax", max_function, "amax(a, ...)\n--\n\nAs ndarray.max."),
    ROOFTOP_ENTRY("all", all_function, "all(a, ...)\n--\n\nAs ndarray.all."),
    ROOFTOP_ENTRY("any", any_function, "any(a, ...)\n--\n\nAs ndarray.any."),
};

}  // namespace

std::span<PyMethodDef> reduction_methods() { return methods; }
std::span<PyMethodDef> reduction_functions() { return functions; }

}  // namespace rooftop::python
