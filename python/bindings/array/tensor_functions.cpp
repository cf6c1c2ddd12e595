// einsum and tensordot: sums of products over axes that operands share.
#include <algorithm>

#include "array/einsum_arguments.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"
#include "array/tensor_operands.h"
#include "rooftop/lib/einsum.h"

namespace rooftop::python {
namespace {

using array::AxisLabels;
using array::Subscripts;

// --- einsum

/// Whether the caller's array can be written straight away.
bool takes_result(PyObject* out, const AxisLabels& labels, const TensorOperands& operands, DType dtype) {
  const ArrayObject* array = as_array(out);
  if (array->dtype != dtype || array->rank != labels.result_rank || !array->has(kWriteable | kAligned)) return false;
  for (int axis = 0; axis < labels.result_rank; ++axis) {
    if (array->shape()[axis] != labels.lengths[labels.result[axis]]) return false;
  }
  const View view = array->view();
  return std::none_of(operands.views, operands.views + operands.count,
                      [&view](const View& operand) { return array::may_overlap(view, operand); });
}

/// Whether NumPy's optimised product of two is one of matrices: without axes it is an array, where others are numbers.
bool is_matrix_product(const AxisLabels& labels, const TensorOperands& operands) {
  std::uint64_t sets[2] = {};
  for (int k = 0; k < 2; ++k) {
    for (int axis = 0; axis < operands.views[k].rank; ++axis) {
      if (operands.views[k].shape[axis] != 1) sets[k] |= std::uint64_t{1} << labels.axes[k][axis];
    }
  }
  return (sets[0] & sets[1]) != 0;
}

Outcome sums_of_products(const AxisLabels& labels, const TensorOperands& operands, const EinsumOptions& options,
                         PyObject*& result) {
  const DType dtype = options.dtype.value_or(operands.promoted());
  const bool all_cast = std::all_of(operands.views, operands.views + operands.count, [&](const View& view) {
    return array::can_cast(view.dtype, dtype, options.casting);
  });
  if (!all_cast || dtype == DType::BF16) return Outcome::Delegate;
  // Whether its result is a number depends on NumPy's own path.
  if (options.is_optimised && operands.count > 2 && labels.result_rank == 0) return Outcome::Delegate;
  std::optional<std::vector<lib::ContractionStep>> optimal;
  if (options.is_optimal) {
    optimal = lib::optimal_einsum_path(labels, {operands.views, static_cast<std::size_t>(operands.count)});
  }
  const auto* path = optimal ? &*optimal : options.path ? &*options.path : nullptr;
  unsigned errors = 0;
  if (options.out != nullptr) {
    if (!takes_result(options.out, labels, operands, dtype)) return Outcome::Delegate;
    if (!contract_into(labels, operands, as_array(options.out), path, errors)) return Outcome::Error;
    result = Py_NewRef(options.out);
  } else {
    Extents extents;
    if (!einsum_extents(options.order, labels, operands.all(), dtype, extents)) return Outcome::Delegate;
    const Ref found = contracted(labels, operands, dtype, extents, path, errors);
    if (!found) return Outcome::Error;
    const bool is_number =
        extents.rank == 0 && !(options.is_optimised && operands.count == 2 && is_matrix_product(labels, operands));
    result = is_number ? new_scalar(dtype, as_array(found.get())->data) : Py_NewRef(found.get());
    if (result == nullptr) return Outcome::Error;
  }
  if (!options.is_optimised || report_product_errors(errors)) return Outcome::Done;
  Py_CLEAR(result);
  return Outcome::Error;
}

/// A view of the only operand; null without an exception where it takes more.
PyObject* as_view(const AxisLabels& labels, const TensorOperands& operands) {
  Extents storage;
  const auto view = lib::einsum_view(labels, operands.all(), storage);
  if (!view) return nullptr;
  const ArrayObject* operand = as_array(operands.kept[0].get());
  if (view->rank == 0) return new_scalar(view->dtype, view->data);
  return as_object(new_view(*view, operands.kept[0].get(), operand->has(kWriteable)));
}

Outcome einsum(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  EinsumCall call;
  EinsumOptions options;
  if (!call.read(arguments, given) || !options.read(arguments + given, keyword_names, call.count)) {
    return Outcome::Delegate;
  }
  const Subscripts subscripts(call.text);
  if (subscripts.fault != array::SubscriptsFault::None) return Outcome::Delegate;
  TensorOperands operands;
  const Outcome outcome = operands.add_all(call.operands, call.count);
  if (outcome != Outcome::Done) return outcome;
  const AxisLabels labels(subscripts, operands.all());
  if (labels.fault != array::LabelsFault::None) return Outcome::Delegate;
  if (call.count == 1 && options.out == nullptr) {
    PyObject* view = as_view(labels, operands);
    if (view != nullptr || PyErr_Occurred()) return made(view, result);
  }
  return sums_of_products(labels, operands, options, result);
}

// --- tensordot

/// The axes of one operand that are summed over, in their order.
struct SummedAxes {
  int count = 0;
  int axes[array::kMaxRank];  // NOLINT: the first `count`

  std::span<const int> all() const { return {axes, static_cast<std::size_t>(count)}; }

  bool add(PyObject* object, int rank) {
    int axis = rank;  // none
    if (!PyLong_CheckExact(object) || !read_axis_or_leave(object, rank, axis)) return false;
    if (std::find(axes, axes + count, axis) != axes + count) return false;
    axes[count++] = axis;
    return true;
  }
  bool read(PyObject* object, int rank) {
    if (!is_list_or_tuple(object)) return add(object, rank);
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
      if (!add(PySequence_Fast_GET_ITEM(object, i), rank)) return false;
    }
    return true;
  }
  void set_range(int first, int number) {
    for (int axis = first; axis < first + number; ++axis) axes[count++] = axis;
  }
};

/// `axes`: a number of axes, the last of a with the first of b, or a pair: axes of a, axes of b.
bool read_summed(PyObject* axes, const TensorOperands& operands, SummedAxes (&summed)[2]) {
  const int left = operands.views[0].rank, right = operands.views[1].rank;
  std::int64_t number = 2;
  if (axes == nullptr || PyLong_CheckExact(axes)) {
    if (!read_int_or_leave(axes, number) || number < 0 || number > std::min(left, right)) return false;
    summed[0].set_range(left - static_cast<int>(number), static_cast<int>(number));
    summed[1].set_range(0, static_cast<int>(number));
    return true;
  }
  return is_list_or_tuple(axes) && PySequence_Fast_GET_SIZE(axes) == 2 &&
         summed[0].read(PySequence_Fast_GET_ITEM(axes, 0), left) &&
         summed[1].read(PySequence_Fast_GET_ITEM(axes, 1), right) && summed[0].count == summed[1].count;
}

Outcome tensordot(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"tensordot", {"a", "b", "axes"}, 3, 2};
  ArgumentReader<3>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  TensorOperands operands;
  const Outcome outcome = operands.add_all(values.data(), 2);
  if (outcome != Outcome::Done) return outcome;
  SummedAxes summed[2];
  AxisLabels labels;
  const DType dtype = operands.promoted();
  if (dtype == DType::BF16 || !read_summed(values[2], operands, summed) ||
      !labels.pair(operands.views[0], summed[0].all(), operands.views[1], summed[1].all())) {
    return Outcome::Delegate;
  }
  unsigned errors = 0;
  Ref found;
  if (const Outcome done = contract_in_rows(labels, operands, dtype, found, errors); done != Outcome::Done) return done;
  if (!report_errors_of("dot", errors)) return Outcome::Error;  // as NumPy calls it
  return made(found.release(), result);
}

ROOFTOP_FREE_FUNCTION(einsum, einsum)
ROOFTOP_FREE_FUNCTION(tensordot, tensordot)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY(
        "einsum", einsum_function,
        "einsum(subscripts, *operands, out=None, dtype=None, order='K', casting='safe', optimize=False)\n--\n\n"
        "Sums of products over the axes that subscripts name, \"ij,jk->ik\"."),
    ROOFTOP_ENTRY("tensordot", tensordot_function,
                  "tensordot(a, b, axes=2)\n--\n\nSums of products over some axes of both arrays."),
};

}  // namespace

std::span<PyMethodDef> tensor_functions() { return functions; }

}  // namespace rooftop::python
