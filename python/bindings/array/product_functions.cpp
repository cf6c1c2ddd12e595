// Functions of two arrays that multiply and add: matmul, dot, inner, outer, kron, vdot.
#include <algorithm>

#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/products.h"
#include "array/reshape.h"

namespace rooftop::python {
namespace {

// Two arrays of ours, without options.
bool are_arrays(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return given == 2 && keyword_names == nullptr && is_array(arguments[0]) && is_array(arguments[1]);
}

bool are_of_rank(PyObject* const* arguments, int left, int right) {
  return as_array(arguments[0])->rank == left && as_array(arguments[1])->rank == right;
}

bool are_complex(PyObject* const* arguments) {
  return array::is_complex(as_array(arguments[0])->dtype) || array::is_complex(as_array(arguments[1])->dtype);
}

Outcome product(PyObject* left, PyObject* right, PyObject*& result) {
  return made(matmul_operator(left, right), result);
}

Outcome matmul(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (!are_arrays(arguments, given, keyword_names)) return Outcome::Delegate;
  if (as_array(arguments[0])->rank == 0 || as_array(arguments[1])->rank == 0) return Outcome::Delegate;
  return product(arguments[0], arguments[1], result);
}

// With one or two axes on the right it is the matrix product.
Outcome dot(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (!are_arrays(arguments, given, keyword_names) || as_array(arguments[1])->rank > 2) return Outcome::Delegate;
  return matmul(arguments, given, keyword_names, result);
}

Outcome inner(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (!are_arrays(arguments, given, keyword_names)) return Outcome::Delegate;
  const ArrayObject* right = as_array(arguments[1]);
  if (right->rank == 1) return dot(arguments, given, keyword_names, result);
  const int left_rank = as_array(arguments[0])->rank;
  if (right->rank != 2 || left_rank < 1 || left_rank > 2 || !is_exact_array(arguments[0]) ||
      !is_exact_array(arguments[1]) || as_array(arguments[0])->shape()[left_rank - 1] != right->shape()[1]) {
    return Outcome::Delegate;
  }
  Extents turned;
  turned.push(right->shape()[1], right->strides()[1]);
  turned.push(right->shape()[0], right->strides()[0]);
  Ref view(as_object(new_view(turned.view(right->dtype, right->data), arguments[1], false)));
  return view ? product(arguments[0], view.get(), result) : Outcome::Error;
}

// All elements of both, one along the rows, one along the columns.
Outcome outer(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (!are_arrays(arguments, given, keyword_names) || !is_exact_array(arguments[0]) || !is_exact_array(arguments[1])) {
    return Outcome::Delegate;
  }
  Operand operands[2];
  Extents extents[2];
  for (int i = 0; i < 2; ++i) {
    const ArrayObject* array = as_array(arguments[i]);
    if (array->rank != 1 && !array->has(kRowMajor)) return Outcome::Delegate;
    const auto item_size = static_cast<std::int64_t>(array::size_of(array->dtype));
    const std::int64_t stride = array->rank == 1 ? array->strides()[0] : item_size;
    if (i == 1) extents[i].push(1, 0);
    extents[i].push(array->size, stride);
    if (i == 0) extents[i].push(1, 0);
    operands[i].object = arguments[i];
    operands[i].view = extents[i].view(array->dtype, array->data);
  }
  return apply_ufunc(ops::Ufunc::multiply, operands, {}, result);
}

// Every axis of the result is one of the left operand with one of the right inside.
Outcome kron(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (!are_arrays(arguments, given, keyword_names) || !is_exact_array(arguments[0]) || !is_exact_array(arguments[1])) {
    return Outcome::Delegate;
  }
  const int rank = std::max(as_array(arguments[0])->rank, as_array(arguments[1])->rank);
  if (rank == 0 || 2 * rank > array::kMaxRank) return Outcome::Delegate;
  Operand operands[2];
  Extents extents[2], joined;
  for (int axis = 0; axis < rank; ++axis) {
    joined.push(1, 0);
    for (int i = 0; i < 2; ++i) {
      const ArrayObject* array = as_array(arguments[i]);
      const int own = axis - (rank - array->rank);
      const std::int64_t length = own < 0 ? 1 : array->shape()[own];
      if (i == 1) extents[i].push(1, 0);
      extents[i].push(length, own < 0 ? 0 : array->strides()[own]);
      if (i == 0) extents[i].push(1, 0);
      if (__builtin_mul_overflow(joined.shape[axis], length, &joined.shape[axis])) return Outcome::Delegate;
    }
  }
  for (int i = 0; i < 2; ++i) {
    operands[i].object = arguments[i];
    operands[i].view = extents[i].view(as_array(arguments[i])->dtype, as_array(arguments[i])->data);
  }
  UfuncOptions options;
  options.order = Order::RowMajor;
  PyObject* product = nullptr;
  const Outcome outcome = apply_ufunc(ops::Ufunc::multiply, operands, options, product);
  if (outcome != Outcome::Done) return outcome;
  Ref kept(product);
  return made(reshaped(as_array(product), joined), result);
}

// Sums of products along the only axis; complex numbers on the left are conjugated, which is NumPy's.
Outcome vdot(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  const bool is_plain =
      are_arrays(arguments, given, keyword_names) && are_of_rank(arguments, 1, 1) && !are_complex(arguments);
  return is_plain ? product(arguments[0], arguments[1], result) : Outcome::Delegate;
}

Outcome dot_of(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  if (given != 1) return Outcome::Delegate;
  PyObject* const both[] = {array, arguments[0]};
  return dot(both, 2, keyword_names, result);
}

ROOFTOP_FREE_FUNCTION(matmul, matmul)
ROOFTOP_FREE_FUNCTION(dot, dot)
ROOFTOP_FREE_FUNCTION(inner, inner)
ROOFTOP_FREE_FUNCTION(outer, outer)
ROOFTOP_FREE_FUNCTION(kron, kron)
ROOFTOP_FREE_FUNCTION(vdot, vdot)
PyObject* dot_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("dot", self, arguments, given, keyword_names, dot_of);
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("dot", dot_method, "dot(b, out=None)\n--\n\nAs the function dot."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("matmul", matmul_function, "matmul(x1, x2, /)\n--\n\nThe matrix product."),
    ROOFTOP_ENTRY("dot", dot_function,
                  "dot(a, b, out=None)\n--\n\nSums of products along the last axis of a and the first of b."),
    ROOFTOP_ENTRY("inner", inner_function, "inner(a, b, /)\n--\n\nSums of products along the last axes of both."),
    ROOFTOP_ENTRY("outer", outer_function, "outer(a, b, out=None)\n--\n\nEvery element of a times every one of b."),
    ROOFTOP_ENTRY("kron", kron_function,
                  "kron(a, b)\n--\n\nThe Kronecker product: a with b in the place of each element."),
    ROOFTOP_ENTRY("vdot", vdot_function, "vdot(a, b, /)\n--\n\nThe sum of the products of conj(a) and b."),
};

}  // namespace

std::span<PyMethodDef> product_methods() { return methods; }
std::span<PyMethodDef> product_functions() { return functions; }

}  // namespace rooftop::python
