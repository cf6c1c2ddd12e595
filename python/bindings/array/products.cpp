// Small products of float64 and float32 at once; everything else by NumPy.
#include "array/products.h"

#include "array/allocation.h"
#include "array/array_object.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {
namespace {

/// Multiplications up to which a plain loop is faster than asking anybody.
constexpr std::int64_t kSmallProduct = 2048;

// The lengths of left (m x k), right (k x n): vectors are rows on the left, columns on the right.
struct Sizes {
  std::int64_t m, k, n;
};

// A block of Width columns: sums in registers, each element's terms in their order.
template <int Width, typename T>
void multiply_columns(const Sizes& sizes, const T* left, const T* right, T* result) {
  for (std::int64_t i = 0; i < sizes.m; ++i, left += sizes.k, result += sizes.n) {
    T sums[Width] = {};
    const T* terms = right;
    for (std::int64_t p = 0; p < sizes.k; ++p, terms += sizes.n) {
      for (int j = 0; j < Width; ++j) sums[j] += left[p] * terms[j];
    }
    for (int j = 0; j < Width; ++j) result[j] = sums[j];
  }
}

template <typename T>
void multiply(const Sizes& sizes, const T* left, const T* right, T* result) {
  std::int64_t j = 0;
  for (; j + 8 <= sizes.n; j += 8) multiply_columns<8>(sizes, left, right + j, result + j);
  if (j + 4 <= sizes.n) {
    multiply_columns<4>(sizes, left, right + j, result + j);
    j += 4;
  }
  switch (sizes.n - j) {
    case 3:
      return multiply_columns<3>(sizes, left, right + j, result + j);
    case 2:
      return multiply_columns<2>(sizes, left, right + j, result + j);
    case 1:
      return multiply_columns<1>(sizes, left, right + j, result + j);
    default:
      return;
  }
}

PyObject* small_product(ArrayObject* x, ArrayObject* y) {
  if (x->dtype != y->dtype) return nullptr;
  if (x->dtype != DType::F64 && x->dtype != DType::F32) return nullptr;
  if (x->rank < 1 || x->rank > 2 || y->rank < 1 || y->rank > 2) return nullptr;
  const Sizes sizes{x->rank == 2 ? x->shape()[0] : 1, x->shape()[x->rank - 1], y->rank == 2 ? y->shape()[1] : 1};
  if (y->shape()[0] != sizes.k) return nullptr;  // NumPy says what is wrong
  if (x->size > kSmallProduct || y->size > kSmallProduct || sizes.m * sizes.k * sizes.n > kSmallProduct) return nullptr;
  Ref dense[2];
  for (int i = 0; i < 2; ++i) {
    ArrayObject*& operand = i == 0 ? x : y;
    if (operand->has(kRowMajor | kAligned)) continue;
    operand = copied(operand->view(), operand->dtype, Order::RowMajor);
    dense[i] = Ref(as_object(operand));
    if (!dense[i]) return nullptr;
  }
  const std::size_t rank = static_cast<std::size_t>(x->rank + y->rank - 2);
  alignas(16) char scalar[8];
  ArrayObject* out = nullptr;
  if (rank > 0) {
    const auto item_size = static_cast<std::int64_t>(array::size_of(x->dtype));
    if (class_for(sizes.m * sizes.n * item_size) != 0 && x->size > 0 && y->size > 0) {
      out = rank == 1 ? new_inline_vector(x->dtype, sizes.m * sizes.n, item_size)
                      : new_inline_matrix(x->dtype, sizes.m, sizes.n, item_size);
    } else {
      const std::int64_t shape[] = {x->rank == 2 ? sizes.m : sizes.n, sizes.n};
      out = new_array(x->dtype, {shape, rank});
    }
    if (out == nullptr) return nullptr;
  }
  char* data = rank == 0 ? scalar : out->data;
  Ref guard(as_object(out));
  lib::clear_hardware_errors();
  if (x->dtype == DType::F64) {
    multiply(sizes, reinterpret_cast<const double*>(x->data), reinterpret_cast<const double*>(y->data),
             reinterpret_cast<double*>(data));
  } else {
    multiply(sizes, reinterpret_cast<const float*>(x->data), reinterpret_cast<const float*>(y->data),
             reinterpret_cast<float*>(data));
  }
  if (!report_product_errors(lib::hardware_errors() & ~static_cast<unsigned>(lib::kUnderflow))) return nullptr;
  return out == nullptr ? new_scalar(x->dtype, scalar) : guard.release();
}

}  // namespace

PyObject* matmul_operator(PyObject* left, PyObject* right) {
  if (is_exact_array(left) && is_exact_array(right)) {
    PyObject* result = small_product(as_array(left), as_array(right));
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
