// cumsum and cumprod, as methods and functions, and the array API's cumulative_sum and cumulative_prod.
#include <type_traits>

#include "array/accumulations.h"
#include "array/allocation.h"
#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/reshape.h"

namespace rooftop::python {
namespace {

using ops::Ufunc;

// False where the last result is infinite or no number: then one of them may have something to tell.
template <Ufunc U, typename T>
bool fold_up(const char* data, std::int64_t n, char* out) {
  const auto* const from = reinterpret_cast<const T*>(data);
  auto* const to = reinterpret_cast<T*>(out);
  T folded = from[0];
  to[0] = folded;
  for (std::int64_t i = 1; i < n; ++i) {
    folded = U == Ufunc::add ? folded + from[i] : folded * from[i];
    to[i] = folded;
  }
  if constexpr (std::is_floating_point_v<T>) return folded - folded == 0;
  return true;
}

// Few elements of a type that holds the results: element by element. Null without an exception for others.
template <Ufunc U>
PyObject* cumulate_few(const ArrayObject* array) {
  constexpr std::int64_t kFew = 64;
  if (!array->has(kSmall) || array->size == 0 || array->size > kFew) return nullptr;
  const auto fold = [array](auto fold_up) -> PyObject* {
    const auto item_size = static_cast<std::int64_t>(array::size_of(array->dtype));
    ArrayObject* out = new_inline_vector(array->dtype, array->size, item_size);
    if (out == nullptr || fold_up(array->data, array->size, out->data)) return as_object(out);
    Py_DECREF(out);
    return nullptr;
  };
  switch (array->dtype) {
    case DType::F64:
      return fold(fold_up<U, double>);
    case DType::F32:
      return fold(fold_up<U, float>);
    case DType::I64:  // they wrap as unsigned ones do
    case DType::U64:
      return fold(fold_up<U, std::uint64_t>);
    default:
      return nullptr;
  }
}

// Without an axis: all elements in row-major order.
template <Ufunc U>
Outcome cumulate(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  if (given == 0 && keyword_names == nullptr) {
    result = cumulate_few<U>(as_array(array));
    if (result != nullptr || PyErr_Occurred()) return made(result, result);
  }
  static constexpr ArgumentReader<3> kReader{"cumsum", {"axis", "dtype", "out"}};
  ArgumentReader<3>::Values values{};
  if ((given > 0 || keyword_names != nullptr) && !read_or_leave(kReader, arguments, given, keyword_names, values)) {
    return Outcome::Delegate;
  }
  const AccumulateOptions options{.dtype = values[1], .out = values[2]};
  ArrayObject* source = as_array(array);
  int axis = 0;
  if (is_given(values[0])) {
    if (source->rank == 0 || PyTuple_Check(values[0])) return Outcome::Delegate;
    if (!read_axis(values[0], source->rank, axis)) return Outcome::Error;
    return accumulate_array(U, source, axis, options, result);
  }
  if (source->rank == 1) return accumulate_array(U, source, 0, options, result);
  Extents flat;
  flat.push(source->size, 0);
  const Ref line(reshaped(source, flat));
  return line ? accumulate_array(U, as_array(line.get()), 0, options, result) : Outcome::Error;
}

// The array API's: one axis, which vectors need not name.
template <Ufunc U>
Outcome cumulate_along(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                       PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"cumulative_sum", {"axis", "dtype", "out", "include_initial"}, 0};
  ArgumentReader<4>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  ArrayObject* source = as_array(array);
  const int includes = values[3] == nullptr ? 0 : PyObject_IsTrue(values[3]);
  if (includes < 0) return Outcome::Error;
  int axis = 0;
  if (source->rank == 0 || (source->rank > 1 && !is_given(values[0]))) return Outcome::Delegate;
  if (is_given(values[0]) && PyTuple_Check(values[0])) return Outcome::Delegate;
  if (is_given(values[0]) && !read_axis(values[0], source->rank, axis)) return Outcome::Error;
  return accumulate_array(U, source, axis, {values[1], values[2], includes != 0}, result);
}

ROOFTOP_METHOD_AND_FUNCTION(cumsum, cumulate<Ufunc::add>)
ROOFTOP_METHOD_AND_FUNCTION(cumprod, cumulate<Ufunc::multiply>)

PyObject* cumulative_sum(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_native("cumulative_sum", arguments, given, keyword_names, cumulate_along<Ufunc::add>);
}
PyObject* cumulative_prod(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_native("cumulative_prod", arguments, given, keyword_names, cumulate_along<Ufunc::multiply>);
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("cumsum", cumsum_method,
                  "cumsum(axis=None, dtype=None, out=None)\n--\n\nThe sums up to each element."),
    ROOFTOP_ENTRY("cumprod", cumprod_method,
                  "cumprod(axis=None, dtype=None, out=None)\n--\n\nThe products up to each element."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("cumsum", cumsum_function, "cumsum(a, axis=None, dtype=None, out=None)\n--\n\nAs ndarray.cumsum."),
    ROOFTOP_ENTRY("cumprod", cumprod_function,
                  "cumprod(a, axis=None, dtype=None, out=None)\n--\n\nAs ndarray.cumprod."),
    ROOFTOP_ENTRY("cumulative_sum", cumulative_sum,
                  "cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False)\n--\n\n"
                  "The sums up to each element along an axis, with 0 before the first if that is asked for."),
    ROOFTOP_ENTRY("cumulative_prod", cumulative_prod,
                  "cumulative_prod(x, /, *, axis=None, dtype=None, out=None, include_initial=False)\n--\n\n"
                  "The products up to each element along an axis, with 1 before the first if that is asked for."),
};

}  // namespace

std::span<PyMethodDef> cumulative_methods() { return methods; }
std::span<PyMethodDef> cumulative_functions() { return functions; }

}  // namespace rooftop::python
