// Methods and functions that fold elements: sum, prod, min, max, all, any, mean.
#include <array>

#include "array/argument_reader.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reductions.h"
#include "array/ufunc_call.h"

namespace rooftop::python {
using ops::Ufunc;

namespace {

enum class Fold : std::uint8_t { Ufunc, Mean };

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
constexpr Signature kMean{{"mean", {"axis", "dtype", "out", "keepdims", "where", nullptr}, 4},
                          {kAxis, kDType, kOut, kKeepdims, kWhere, nullptr}};

template <Fold Kind, Ufunc U, const Signature& Places>
Outcome reduce(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  ReduceOptions options;
  if (given > 0 || keyword_names != nullptr) {
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
  } else if (Kind == Fold::Ufunc && is_exact_array(array)) {
    result = fast_reduce(U, as_array(array));
    if (result != nullptr) return Outcome::Done;
    if (PyErr_Occurred()) return Outcome::Error;
  }
  return Kind == Fold::Mean ? mean_of_array(array, options, result) : reduce_array(U, array, options, result);
}

ROOFTOP_METHOD_AND_FUNCTION(sum, reduce<Fold::Ufunc, Ufunc::add, kSum>)
ROOFTOP_METHOD_AND_FUNCTION(prod, reduce<Fold::Ufunc, Ufunc::multiply, kSum>)
ROOFTOP_METHOD_AND_FUNCTION(min, reduce<Fold::Ufunc, Ufunc::minimum, kMin>)
ROOFTOP_METHOD_AND_FUNCTION(max, reduce<Fold::Ufunc, Ufunc::maximum, kMin>)
ROOFTOP_METHOD_AND_FUNCTION(all, reduce<Fold::Ufunc, Ufunc::logical_and, kAny>)
ROOFTOP_METHOD_AND_FUNCTION(any, reduce<Fold::Ufunc, Ufunc::logical_or, kAny>)
ROOFTOP_METHOD_AND_FUNCTION(mean, reduce<Fold::Mean, Ufunc::add, kMean>)

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
    ROOFTOP_ENTRY("mean", mean_method,
                  "mean(axis=None, dtype=None, out=None, keepdims=False, *, where=True)\n--\n\nThe arithmetic mean."),
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
    ROOFTOP_ENTRY("mean", mean_function, "mean(a, ...)\n--\n\nAs ndarray.mean."),
};

}  // namespace

std::span<PyMethodDef> reduction_methods() { return methods; }
std::span<PyMethodDef> reduction_functions() { return functions; }

}  // namespace rooftop::python
