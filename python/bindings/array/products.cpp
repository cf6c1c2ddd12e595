// Products of matrices and vectors of floats and complex numbers; others in batched_products, or by NumPy.
#include "array/products.h"

#include <new>

#include "array/array_object.h"
#include "array/batched_products.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/without_gil.h"
#include "rooftop/lib/products.h"
#include "rooftop/lib/vector_products.h"

namespace rooftop::python {
namespace {

/// Multiplications from which others may run Python meanwhile.
constexpr std::int64_t kReleasingProduct = 32768;

// The lengths of left (m x k), right (k x n): vectors are rows on the left, columns on the right.
struct Sizes {
  std::int64_t m, k, n;
};

// A new array for the product of x and y. Null with an exception.
ArrayObject* new_product(const ArrayObject* x, const ArrayObject* y, const Sizes& sizes) {
  if (x->rank == 2 && y->rank == 2) return new_matrix(x->dtype, sizes.m, sizes.n);
  const std::int64_t length = x->rank == 2 ? sizes.m : sizes.n;
  return new_array(x->dtype, {&length, 1});
}

// The product of two vectors, a number.
PyObject* vector_product(const ArrayObject* x, const ArrayObject* y) {
  alignas(16) char sum[8];
  unsigned errors = 0;
  try {
    const WithoutGil released(x->size >= kReleasingProduct);
    errors = lib::dot(sum, x->view(), y->view());
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  return report_product_errors(errors) ? new_scalar(x->dtype, sum) : nullptr;
}

// An operand with two axes: a vector is a row on the left, a column on the right.
struct Matrix {
  std::int64_t shape[2], strides[2];
  View view;

  Matrix(const ArrayObject* array, std::int64_t rows, std::int64_t columns, bool is_column)
      : shape{rows, columns}, view(array->view()) {
    const auto item_size = static_cast<std::int64_t>(array::size_of(array->dtype));
    strides[0] = array->rank == 2 || is_column ? array->strides()[0] : columns * item_size;
    strides[1] = is_column && array->rank == 1 ? item_size : array->strides()[array->rank - 1];
    view.rank = 2;
    view.shape = shape;
    view.strides = strides;
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
};

PyObject* matrix_product(ArrayObject* x, ArrayObject* y, const Sizes& sizes) {
  ArrayObject* out = new_product(x, y, sizes);
  Ref guard(as_object(out));
  if (out == nullptr) return nullptr;
  const Matrix left(x, sizes.m, sizes.k, false), right(y, sizes.k, sizes.n, true);
  const Matrix result(out, sizes.m, sizes.n, y->rank == 1);
  unsigned errors = 0;
  try {
    const double work = static_cast<double>(sizes.m) * static_cast<double>(sizes.k) * static_cast<double>(sizes.n);
    const WithoutGil released(work >= static_cast<double>(kReleasingProduct));
    errors = lib::multiply(result.view, left.view, right.view);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  return report_product_errors(errors) ? guard.release() : nullptr;
}

// Null without an exception where NumPy is to be asked.
PyObject* product(ArrayObject* x, ArrayObject* y) {
  if (x->dtype != y->dtype || !lib::can_multiply(x->dtype)) return nullptr;
  if (x->rank < 1 || x->rank > 2 || y->rank < 1 || y->rank > 2) return nullptr;
  const Sizes sizes{x->rank == 2 ? x->shape()[0] : 1, x->shape()[x->rank - 1], y->rank == 2 ? y->shape()[1] : 1};
  if (y->shape()[0] != sizes.k) return nullptr;  // NumPy says what is wrong
  const bool is_dot = x->rank + y->rank == 2;
  if (is_dot && array::is_complex(x->dtype)) return nullptr;
  Ref aligned[2];
  for (int i = 0; i < 2; ++i) {
    ArrayObject*& operand = i == 0 ? x : y;
    if (operand->has(kAligned)) continue;
    operand = copied(operand->view(), operand->dtype, Order::RowMajor);
    aligned[i] = Ref(as_object(operand));
    if (!aligned[i]) return nullptr;
  }
  return is_dot ? vector_product(x, y) : matrix_product(x, y, sizes);
}

// Two vectors are NumPy's where `product` leaves them to it.
bool has_matrix(const ArrayObject* x, const ArrayObject* y) { return x->rank > 1 || y->rank > 1; }

}  // namespace

PyObject* matmul_operator(PyObject* left, PyObject* right) {
  if (is_exact_array(left) && is_exact_array(right)) {
    PyObject* result = product(as_array(left), as_array(right));
    if (result != nullptr || PyErr_Occurred()) return result;
    result = has_matrix(as_array(left), as_array(right)) ? stacked_product(as_array(left), as_array(right)) : nullptr;
    if (result != nullptr || PyErr_Occurred()) return result;
  }
  PyObject* other = is_array(left) || is_scalar(left) ? right : left;
  const bool is_plain = is_array(other) || is_scalar(other) || PyObject_CheckBuffer(other) || PyList_Check(other) ||
                        PyTuple_Check(other) || PyNumber_Check(other);
  if (!is_plain) Py_RETURN_NOTIMPLEMENTED;
  Ref arguments(PyTuple_Pack(2, left, right));
  return arguments ? delegate_call("matmul", arguments.get(), nullptr) : nullptr;
}

}  // namespace rooftop::python
