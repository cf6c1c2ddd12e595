// median, quantile and percentile as functions of the module: NumPy's default method. The others are NumPy's.
#include <algorithm>
#include <atomic>
#include <vector>

#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/axis_rows.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/lib/quantile.h"
#include "rooftop/lib/rows.h"

namespace rooftop::python {
namespace {

/// What is computed of every row, and the axes of the result.
struct QuantileCall {
  int axis = 0;
  bool is_flat = true;  ///< all elements as one row
  std::vector<double> quantiles;
  bool is_one = true;  ///< one quantile, which adds no axis to the result
  bool is_median = false;

  std::size_t count() const { return is_median ? 1 : quantiles.size(); }
};

bool read_quantile_axis(PyObject* object, int rank, QuantileCall& call) {
  call.is_flat = !is_given(object);
  if (call.is_flat) return true;
  if (PyLong_CheckExact(object) && read_axis(object, rank, call.axis)) return true;
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
  if (given.weak == array::Weak::Int && whole == 1) return false;  // 0 and 1 leave integers what they are
  if (given.view.dtype != DType::F64 || given.view.rank > 1 || !array::is_row_major(given.view)) return false;
  const auto* values = reinterpret_cast<const double*>(given.view.data);
  call.is_one = given.view.rank == 0;
  call.quantiles.assign(values, values + given.view.size());
  for (double& quantile : call.quantiles) quantile /= whole;
  return std::all_of(call.quantiles.begin(), call.quantiles.end(), [](double q) { return q >= 0 && q <= 1; });
}

/// The elements as rows in memory of their own.
ArrayObject* copy_of_rows(const View& view, const QuantileCall& call) {
  if (!call.is_flat) {
    Extents storage;
    return copied(with_axis_last(view, call.axis, storage), view.dtype, Order::RowMajor);
  }
  const std::int64_t size = view.size();
  ArrayObject* flat = new_array(view.dtype, std::span<const std::int64_t>(&size, 1));
  if (flat == nullptr) return nullptr;
  Extents shaped(view.lengths());
  shaped.set_row_major(array::size_of(view.dtype));
  if (!convert_elements(shaped.view(view.dtype, flat->data), view)) Py_CLEAR(flat);
  return flat;
}

Outcome compute(const View& rows, const QuantileCall& call, DType output, PyObject*& result) {
  const std::int64_t n = rows.shape[rows.rank - 1], count = lib::row_count(rows);
  const std::size_t each = call.count();
  std::vector<double> values(each * static_cast<std::size_t>(count));
  std::atomic<bool> is_plain{true};
  const Outcome outcome = run_without_gil(rows.size(), [&] {
    lib::for_rows(rows, 2, [&](std::int64_t row, char* data) {
      double* const to = values.data() + static_cast<std::size_t>(row) * each;
      const bool is_done = call.is_median ? lib::median(rows.dtype, data, n, *to)
                                          : lib::quantiles(rows.dtype, data, n, call.quantiles, to);
      if (!is_done) is_plain.store(false, std::memory_order_relaxed);
    });
  });
  if (outcome != Outcome::Done) return outcome;
  if (!is_plain.load(std::memory_order_relaxed)) return Outcome::Delegate;
  Extents shape;  // the quantiles' axis first
  if (!call.is_one) shape.push(static_cast<std::int64_t>(each), sizeof(double));
  for (int axis = 0; axis + 1 < rows.rank; ++axis) shape.push(rows.shape[axis], 0);
  Extents source(shape.lengths());
  std::int64_t stride = static_cast<std::int64_t>(each * sizeof(double));
  for (int axis = shape.rank - 1; axis >= (call.is_one ? 0 : 1); --axis) {
    source.strides[axis] = stride;
    stride *= shape.shape[axis];
  }
  if (!call.is_one) source.strides[0] = sizeof(double);
  const View made = source.view(DType::F64, reinterpret_cast<char*>(values.data()));
  if (shape.rank == 0) {
    const auto single = static_cast<float>(values[0]);
    result = output == DType::F32 ? new_scalar(output, &single) : new_scalar(output, values.data());
  } else {
    result = as_object(copied(made, output, Order::RowMajor));
  }
  return result == nullptr ? Outcome::Error : Outcome::Done;
}

Outcome run(PyObject* array, const QuantileCall& call, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  const bool is_narrow_float = source->dtype == DType::F32;
  if (source->size == 0 || array::is_complex(source->dtype) || array::is_half(source->dtype) ||
      (is_narrow_float && !call.is_median)) {
    return Outcome::Delegate;
  }
  Ref rows(as_object(copy_of_rows(source->view(), call)));
  if (!rows) return Outcome::Error;
  return compute(as_array(rows.get())->view(), call, is_narrow_float ? DType::F32 : DType::F64, result);
}

Outcome median(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"median", {"axis"}};
  ArgumentReader<1>::Values values;
  QuantileCall call;
  call.is_median = true;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<1>::Result::Ok ||
      !read_quantile_axis(values[0], as_array(array)->rank, call)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  return run(array, call, result);
}

template <int Whole>
Outcome quantile(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"quantile", {"q", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  QuantileCall call;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<2>::Result::Ok ||
      !read_quantiles(values[0], Whole, call) || !read_quantile_axis(values[1], as_array(array)->rank, call)) {
    PyErr_Clear();
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
