// Products of stacks of vectors: vecdot, matvec, vecmat.
#include <algorithm>

#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/products.h"
#include "array/scalar_object.h"
#include "array/tensor_operands.h"
#include "rooftop/lib/einsum.h"

namespace rooftop::python {
namespace {

using array::AxisLabels;
using array::Subscripts;

/// One of the functions: how its operands' last axes hang together.
struct StackedProduct {
  const char* name;
  const char* subscripts;
  int ranks[2];     ///< at least
  bool conjugates;  ///< the left operand
};
constexpr StackedProduct kVecdot = {"vecdot", "...i,...i->...", {1, 1}, true};
constexpr StackedProduct kMatvec = {"matvec", "...ij,...j->...i", {2, 1}, false};
constexpr StackedProduct kVecmat = {"vecmat", "...i,...ij->...j", {1, 2}, true};

/// The view with an axis as the last one.
View with_last(const View& view, int axis, Extents& storage) {
  for (int k = 0; k < view.rank; ++k) {
    if (k != axis) storage.push(view.shape[k], view.strides[k]);
  }
  storage.push(view.shape[axis], view.strides[axis]);
  return storage.view(view.dtype, view.data);
}

/// Lengths of the stacks repeat, those of vectors and matrices do not. `own` is how many axes are theirs.
bool lengths_agree(const AxisLabels& labels, const TensorOperands& operands, const int (&own)[2]) {
  for (int k = 0; k < 2; ++k) {
    const View& view = operands.views[k];
    for (int axis = view.rank - own[k]; axis < view.rank; ++axis) {
      if (view.shape[axis] != labels.lengths[labels.axes[k][axis]]) return false;
    }
  }
  return true;
}

Outcome multiply(const StackedProduct& product, const TensorOperands& operands, PyObject*& result) {
  const DType dtype = operands.promoted();
  // NumPy conjugates the left operand after its conversion: the zeros of real numbers get a sign, too.
  if (dtype == DType::BF16 || (product.conjugates && array::is_complex(dtype))) return Outcome::Delegate;
  const AxisLabels labels(Subscripts(product.subscripts), operands.all());
  if (labels.fault != array::LabelsFault::None || !lengths_agree(labels, operands, product.ranks)) {
    return Outcome::Delegate;
  }
  unsigned errors = 0;
  Ref found;
  if (const Outcome done = contract_in_rows(labels, operands, dtype, found, errors); done != Outcome::Done) return done;
  if (!report_errors_of(product.name, errors)) return Outcome::Error;
  const ArrayObject* array = as_array(found.get());
  return made(array->rank == 0 ? new_scalar(dtype, array->data) : found.release(), result);
}

/// Two arrays of ours with as many axes as it takes, or more.
bool read_pair(const StackedProduct& product, PyObject* const* arguments, TensorOperands& operands) {
  for (int k = 0; k < 2; ++k) {
    if (!is_exact_array(arguments[k]) || as_array(arguments[k])->rank < product.ranks[k]) return false;
  }
  return operands.add_all(arguments, 2) == Outcome::Done;
}

bool are_vectors(const TensorOperands& operands) {
  return operands.views[0].rank == 1 && operands.views[1].rank == 1 && !array::is_complex(operands.views[0].dtype);
}

Outcome vecdot(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"vecdot", {nullptr, nullptr, "axis"}, 2, 2};
  ArgumentReader<3>::Values values;
  std::int64_t axis = -1;
  TensorOperands operands;
  if (given != 2 || (keyword_names != nullptr && !read_or_leave(kReader, arguments, given, keyword_names, values))) {
    return Outcome::Delegate;
  }
  if (keyword_names != nullptr && !read_int_or_leave(values[2], axis)) return Outcome::Delegate;
  if (!read_pair(kVecdot, arguments, operands)) return Outcome::Delegate;
  const int rank = std::min(operands.views[0].rank, operands.views[1].rank);
  if (axis < -rank || (axis >= 0 && operands.views[0].rank != operands.views[1].rank) || axis >= rank) {
    return Outcome::Delegate;
  }
  if (are_vectors(operands)) {
    const bool is_native =
        operands.views[0].dtype == operands.views[1].dtype && operands.views[0].shape[0] == operands.views[1].shape[0];
    if (is_native) return made(matmul_operator(arguments[0], arguments[1]), result);
  }
  Extents storage[2];
  for (int k = 0; k < 2 && axis != -1; ++k) {
    View& view = operands.views[k];
    view = with_last(view, static_cast<int>(axis < 0 ? axis + view.rank : axis), storage[k]);
  }
  return multiply(kVecdot, operands, result);
}

template <const StackedProduct& Product>
Outcome multiply_stacks(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  TensorOperands operands;
  if (given != 2 || keyword_names != nullptr || !read_pair(Product, arguments, operands)) return Outcome::Delegate;
  return multiply(Product, operands, result);
}

ROOFTOP_FREE_FUNCTION(vecdot, vecdot)
ROOFTOP_FREE_FUNCTION(matvec, multiply_stacks<kMatvec>)
ROOFTOP_FREE_FUNCTION(vecmat, multiply_stacks<kVecmat>)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("vecdot", vecdot_function,
                  "vecdot(x1, x2, /, *, axis=-1)\n--\n\nSums of products of conj(x1) and x2 along an axis."),
    ROOFTOP_ENTRY("matvec", matvec_function, "matvec(x1, x2, /)\n--\n\nThe products of matrices and vectors."),
    ROOFTOP_ENTRY("vecmat", vecmat_function, "vecmat(x1, x2, /)\n--\n\nThe products of vectors and matrices."),
};

}  // namespace

std::span<PyMethodDef> vector_functions() { return functions; }

}  // namespace rooftop::python
