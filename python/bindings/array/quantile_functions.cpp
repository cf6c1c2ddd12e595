// median, quantile and percentile as functions of the module. `out` is NumPy's.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <vector>

#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/axis_rows.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/quantile.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/weighted_quantile.h"

namespace rooftop::python {
namespace {

/// What is computed of every row.
struct QuantileCall {
  std::uint64_t axes = 0;  ///< those that are reduced, bit by bit
  bool keeps = false;      ///< as axes of length one
  std::vector<double> quantiles;
  bool is_one = true;   ///< one quantile, which adds no axis to the result
  bool is_weak = true;  ///< a number of Python's, which leaves floats their type
  bool is_median = false;
  lib::QuantileMethod method = lib::QuantileMethod::Linear;
  Ref weights;  ///< as float64: a row for each row of the elements, or one for all; null without weights

  std::size_t count() const { return is_median ? 1 : quantiles.size(); }
};

/// None, an axis or a tuple of axes, and whether they are kept; false where NumPy takes or refuses them.
bool read_reduced(PyObject* axis, PyObject* keeps, int rank, QuantileCall& call) {
  call.keeps = keeps == Py_True;
  if ((keeps != nullptr && !PyBool_Check(keeps)) || (call.keeps && rank == 0)) return false;
  const bool is_plain = !is_given(axis) || (rank > 0 && (PyLong_CheckExact(axis) || PyTuple_CheckExact(axis)));
  if (is_plain && read_axes(axis == nullptr ? Py_None : axis, rank, call.axes)) return true;
  PyErr_Clear();
  return false;
}

/// Quantiles in [0, 1], divided by `whole` first; false where NumPy takes or refuses them.
bool read_quantiles(PyObject* object, double whole, QuantileCall& call) {
  Operand given;
  if (read_operand(object, given) != Reading::Ok || (given.is_weak() && !given.settle(DType::F64))) {
    PyErr_Clear();
    return false;
  }
  Ref kept;
  if (array::is_integer(given.view.dtype) && whole != 1) {
    kept = Ref(as_object(copied(given.view, DType::F64, Order::RowMajor)));
    if (!kept) return false;
    given.view = as_array(kept.get())->view();
  }
  if (given.weak == array::Weak::Int && whole == 1) return false;  // 0 and 1 leave integers what they are
  if (given.view.dtype != DType::F64 || given.view.rank > 1 || !array::is_row_major(given.view)) return false;
  const auto* values = reinterpret_cast<const double*>(given.view.data);
  call.is_one = given.view.rank == 0;
  call.is_weak = given.is_weak();
  call.quantiles.assign(values, values + given.view.size());
  for (double& quantile : call.quantiles) quantile /= whole;
  return std::all_of(call.quantiles.begin(), call.quantiles.end(), [](double q) { return q >= 0 && q <= 1; });
}

bool read_method(PyObject* object, QuantileCall& call) {
  if (object == nullptr) return true;
  const auto method = lib::quantile_method_from_name(text_of(object));
  if (method) call.method = *method;
  return method.has_value();
}

/// The elements as rows in memory of their own, the axes that stay first.
ArrayObject* copy_of_rows(const View& view, DType dtype, const QuantileCall& call) {
  Extents kept_storage, reduced_storage;
  const View kept = array::select_axes(view, ~call.axes, kept_storage);
  const View reduced = array::select_axes(view, call.axes, reduced_storage);
  Extents rows(kept.lengths());
  rows.push(reduced.size(), 0);
  ArrayObject* copy = new_array(dtype, rows.lengths());
  if (copy == nullptr) return nullptr;
  Extents from(kept), to(kept.lengths());
  for (int axis = 0; axis < reduced.rank; ++axis) {
    from.push(reduced.shape[axis], reduced.strides[axis]);
    to.push(reduced.shape[axis], 0);
  }
  to.set_row_major(array::size_of(dtype));
  if (!convert_elements(to.view(dtype, copy->data), from.view(view.dtype, view.data))) Py_CLEAR(copy);
  return copy;
}

/// Weights of every element, or of the places along the one axis; false where NumPy takes or refuses them.
bool read_weights(PyObject* object, const View& elements, QuantileCall& call) {
  if (!is_given(object)) return true;
  Operand given;
  if (call.method != lib::QuantileMethod::InvertedCdf || read_operand(object, given) != Reading::Ok ||
      (given.is_weak() && !given.settle(array::default_type(given.weak))) || array::is_complex(given.view.dtype)) {
    PyErr_Clear();
    return false;
  }
  const bool is_like_elements = std::ranges::equal(given.view.lengths(), elements.lengths());
  const bool is_along_axis = std::has_single_bit(call.axes) && given.view.rank == 1 &&
                             given.view.shape[0] == elements.shape[std::countr_zero(call.axes)];
  if (!is_like_elements && !is_along_axis) return false;
  call.weights = Ref(as_object(is_like_elements ? copy_of_rows(given.view, DType::F64, call)
                                                : copied(given.view, DType::F64, Order::RowMajor)));
  if (!call.weights) {
    PyErr_Clear();
    return false;
  }
  const ArrayObject* weights = as_array(call.weights.get());
  const auto* first = reinterpret_cast<const double*>(weights->data);
  return std::none_of(first, first + weights->size, [](double weight) { return weight < 0; });
}

/// What rows of `rows` are computed in, and what the result is of.
struct Types {
  DType values;
  lib::QuantilePrecision precision;
  DType output;
};

Types types_of(DType source, const View& rows, const QuantileCall& call) {
  if (!call.is_median && lib::picks_elements(call.method)) return {rows.dtype, {}, source};
  const DType own = array::is_float(source) ? source : DType::F64;
  const DType output = call.is_median || call.is_weak ? own : DType::F64;
  return {DType::F64, {own, output}, output};
}

/// The results of all rows one after the other in `values`; false where NumPy must tell of something.
bool compute(const View& rows, const QuantileCall& call, const Types& types, char* values) {
  const std::int64_t n = rows.shape[rows.rank - 1];
  std::vector<lib::QuantilePlace> places;
  for (const double quantile : call.quantiles) places.push_back(lib::quantile_place(call.method, n, quantile));
  const std::size_t bytes = call.count() * array::size_of(types.values);
  const ArrayObject* weights = call.weights ? as_array(call.weights.get()) : nullptr;
  const std::int64_t next_weights = weights != nullptr && weights->size == rows.size() ? n : 0;
  std::atomic<bool> is_plain{true};
  lib::for_rows(rows, 2, [&](std::int64_t row, char* data) {
    char* const to = values + static_cast<std::size_t>(row) * bytes;
    bool is_done = true;
    if (call.is_median) {
      is_done = lib::median(rows.dtype, data, n, *reinterpret_cast<double*>(to));
    } else if (weights != nullptr) {
      const auto* own = reinterpret_cast<const double*>(weights->data) + row * next_weights;
      is_done = lib::weighted_quantiles(rows.dtype, data, own, n, call.quantiles, to);
    } else if (lib::picks_elements(call.method)) {
      lib::pick_quantiles(rows.dtype, data, n, places, to);
    } else {
      is_done = lib::quantiles(rows.dtype, types.precision, data, n, places, reinterpret_cast<double*>(to));
    }
    if (!is_done) is_plain.store(false, std::memory_order_relaxed);
  });
  return is_plain.load(std::memory_order_relaxed);
}

/// The values as they are shown: the quantiles' axis first, then those of the array.
Outcome shown(const View& source, const QuantileCall& call, const Types& types, char* values, PyObject*& result) {
  Extents shape;
  const auto each = static_cast<std::int64_t>(call.count());
  const auto size = static_cast<std::int64_t>(array::size_of(types.values));
  if (!call.is_one) shape.push(each, size);
  const int first = shape.rank;
  for (int axis = 0; axis < source.rank; ++axis) {
    const bool is_reduced = (call.axes >> axis & 1) != 0;
    if (!is_reduced || call.keeps) shape.push(is_reduced ? 1 : source.shape[axis], 0);
  }
  std::int64_t stride = each * size;
  for (int axis = shape.rank - 1; axis >= first; --axis) {
    shape.strides[axis] = stride;
    stride *= shape.shape[axis];
  }
  Ref made_array(as_object(copied(shape.view(types.values, values), types.output, Order::RowMajor)));
  if (!made_array) return Outcome::Error;
  if (shape.rank > 0) return made(made_array.release(), result);
  if (call.weights) {  // NumPy gives an array without axes, but where it is NaN a number
    double value = 0;
    array::cast_loop(types.values, DType::F64)(reinterpret_cast<char*>(&value), 0, values, 0, 1);
    if (!std::isnan(value)) return made(made_array.release(), result);
  }
  return made(new_scalar(types.output, as_array(made_array.get())->data), result);
}

Outcome run(PyObject* array, const QuantileCall& call, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  if (source->size == 0 || array::is_complex(source->dtype) || source->dtype == DType::BF16) return Outcome::Delegate;
  const DType kept = array::is_half(source->dtype) ? DType::F32 : source->dtype;  // which holds halves
  Ref held(as_object(copy_of_rows(source->view(), kept, call)));
  if (!held) return Outcome::Error;
  const View rows = as_array(held.get())->view();
  const Types types = types_of(source->dtype, rows, call);
  const std::int64_t length = lib::row_count(rows) * static_cast<std::int64_t>(call.count());
  Ref values(as_object(new_array(types.values, std::span<const std::int64_t>(&length, 1))));
  if (!values) return Outcome::Error;
  bool is_plain = true;
  const Outcome outcome =
      run_without_gil(rows.size(), [&] { is_plain = compute(rows, call, types, as_array(values.get())->data); });
  if (outcome != Outcome::Done) return outcome;
  return is_plain ? shown(source->view(), call, types, as_array(values.get())->data, result) : Outcome::Delegate;
}

Outcome median(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"median", {"axis", "out", "overwrite_input", "keepdims"}};
  ArgumentReader<4>::Values values;
  QuantileCall call;
  call.is_median = true;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || is_given(values[1]) ||
      !read_reduced(values[0], values[3], as_array(array)->rank, call)) {
    return Outcome::Delegate;
  }
  return run(array, call, result);
}

template <int Whole>
Outcome quantile(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<7> kReader{
      "quantile", {"q", "axis", "out", "overwrite_input", "method", "keepdims", "weights"}, 6, 1};
  ArgumentReader<7>::Values values;
  QuantileCall call;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || is_given(values[2]) ||
      !read_quantiles(values[0], Whole, call) || !read_method(values[4], call) ||
      !read_reduced(values[1], values[5], as_array(array)->rank, call) ||
      !read_weights(values[6], as_array(array)->view(), call)) {
    return Outcome::Delegate;
  }
  return run(array, call, result);
}

ROOFTOP_PLAIN_FUNCTION(median, median)
ROOFTOP_PLAIN_FUNCTION(quantile, quantile<1>)
ROOFTOP_PLAIN_FUNCTION(percentile, quantile<100>)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("median", median_function,
                  "median(a, axis=None, out=None, overwrite_input=False, keepdims=False)\n--\n\nThe middle element, or "
                  "the mean of the two in the middle."),
    ROOFTOP_ENTRY("quantile", quantile_function,
                  "quantile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, "
                  "weights=None)\n--\n\nWhat lies at parts of the way from the smallest to the largest element."),
    ROOFTOP_ENTRY("percentile", percentile_function,
                  "percentile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, "
                  "weights=None)\n--\n\nAs quantile, in hundredths."),
};

}  // namespace

std::span<PyMethodDef> quantile_functions() { return functions; }

}  // namespace rooftop::python
