// bincount and digitize as functions of the module.
#include <algorithm>
#include <vector>

#include "array/argument_reader.h"
#include "array/axis_rows.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/counts.h"
#include "rooftop/lib/search.h"

namespace rooftop::python {
namespace {

/// A vector of a type in dense memory: the operand's own, or a copy that `owner` holds. Null data with an exception.
View dense_vector(const View& view, DType dtype, Ref& owner) {
  if (view.dtype == dtype && array::is_row_major(view) && array::is_aligned(view)) return view;
  ArrayObject* copy = copied(view, dtype, Order::RowMajor);
  owner = Ref(as_object(copy));
  return copy == nullptr ? View{} : copy->view();
}

bool read_length(PyObject* object, std::int64_t& length) {
  length = 0;
  if (object == nullptr) return true;
  if (!PyLong_CheckExact(object)) return false;
  length = PyLong_AsLongLong(object);
  if (length == -1 && PyErr_Occurred()) PyErr_Clear();
  return length >= 0;
}

Outcome bincount(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"bincount", {"weights", "minlength"}};
  ArgumentReader<2>::Values values;
  std::int64_t length = 0;
  const ArrayObject* source = as_array(array);
  const bool is_counted = array::is_integer(source->dtype) && source->dtype != DType::U64 && source->rank == 1;
  Operand weights;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<2>::Result::Ok || !is_counted ||
      !read_length(values[1], length) ||
      (is_given(values[0]) && (read_operand(values[0], weights) != Reading::Ok || weights.is_weak()))) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const bool is_weighted = is_given(values[0]);
  if (is_weighted && source->size == 0) return Outcome::Delegate;  // of integers, whatever the weights
  if (is_weighted &&
      (weights.view.rank != 1 || weights.view.shape[0] != source->size || array::is_complex(weights.view.dtype))) {
    return Outcome::Delegate;
  }
  Ref owners[2];
  const View numbers = dense_vector(source->view(), DType::I64, owners[0]);
  const View weighing = is_weighted ? dense_vector(weights.view, DType::F64, owners[1]) : View{};
  if (numbers.data == nullptr || (is_weighted && weighing.data == nullptr)) return Outcome::Error;
  const auto* places = reinterpret_cast<const std::int64_t*>(numbers.data);
  const lib::Range range = lib::range_of(places, source->size);
  if (source->size > 0 && (range.least < 0 || range.largest == INT64_MAX)) return Outcome::Delegate;
  if (source->size > 0) length = std::max(length, range.largest + 1);
  Ref made(as_object(new_zeros(is_weighted ? DType::F64 : DType::I64, std::span<const std::int64_t>(&length, 1))));
  if (!made) return Outcome::Error;
  char* out = as_array(made.get())->data;
  // With the GIL: the numbers are indices now, and must stay what they were when they were checked.
  const Outcome outcome = run_without_gil(0, [&] {
    if (is_weighted) {
      lib::add_weights(places, reinterpret_cast<const double*>(weighing.data), source->size,
                       reinterpret_cast<double*>(out));
    } else {
      lib::count_places(places, source->size, reinterpret_cast<std::int64_t*>(out), length);
    }
  });
  if (outcome == Outcome::Done) result = made.release();
  return outcome;
}

Outcome digitize(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"digitize", {"bins", "right"}, 2, 1};
  ArgumentReader<2>::Values values;
  Operand bins;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<2>::Result::Ok ||
      (values[1] != nullptr && !PyBool_Check(values[1])) || read_operand(values[0], bins) != Reading::Ok ||
      bins.is_weak() || bins.view.rank != 1) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const ArrayObject* source = as_array(array);
  const DType dtype = array::promote(source->dtype, bins.view.dtype);
  if (array::is_complex(dtype) || source->rank == 0) return Outcome::Delegate;
  Ref owners[3];
  const View wanted = dense_vector(source->view(), dtype, owners[0]);
  const View edges = dense_vector(bins.view, dtype, owners[1]);
  if (wanted.data == nullptr || edges.data == nullptr) return Outcome::Error;
  const std::int64_t n = edges.shape[0];
  lib::SortedVector sorted{dtype, edges.data, n};
  const lib::Monotony monotony = lib::monotony_of(sorted);
  if (monotony == lib::Monotony::None) return Outcome::Delegate;
  std::vector<std::int64_t> backwards;
  if (monotony == lib::Monotony::Descending) {
    for (std::int64_t i = n; i-- > 0;) backwards.push_back(i);
    sorted.order = backwards.data();
  }
  Ref out(as_object(new_array(DType::I64, source->view().lengths())));
  if (!out) return Outcome::Error;
  auto* places = reinterpret_cast<std::int64_t*>(as_array(out.get())->data);
  const bool behind = values[1] != Py_True;
  const Outcome outcome = run_without_gil(source->size, [&] {
    lib::search_sorted(sorted, wanted.data, source->size, behind, places);
    if (!backwards.empty())
      std::transform(places, places + source->size, places, [n](std::int64_t i) { return n - i; });
  });
  if (outcome == Outcome::Done) result = out.release();
  return outcome;
}

ROOFTOP_PLAIN_FUNCTION(bincount, bincount)
ROOFTOP_PLAIN_FUNCTION(digitize, digitize)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY(
        "bincount", bincount_function,
        "bincount(x, /, weights=None, minlength=0)\n--\n\nHow often each number from 0 on occurs, or the sums "
        "of its weights."),
    ROOFTOP_ENTRY("digitize", digitize_function,
                  "digitize(x, bins, right=False)\n--\n\nWhich of the bins between edges each element lies in."),
};

}  // namespace

std::span<PyMethodDef> counting_functions() { return functions; }

}  // namespace rooftop::python
