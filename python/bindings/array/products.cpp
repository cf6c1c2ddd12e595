// Products of matrices and vectors of floats and complex numbers; others in batched_products, or by NumPy.
#include "array/products.h"

#include <cstring>
#include <new>

#include "array/allocation.h"
#include "array/array_object.h"
#include "array/batched_products.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/without_gil.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/products.h"

namespace rooftop::python {
namespace {

/// Multiplications of two matrices, or of a matrix and a vector, up to which a plain loop is faster than a kernel,
/// which wants a context.
constexpr std::int64_t kSmallProduct64 = 160, kSmallProduct32 = 640;
/// Bytes of two vectors up to which asking NumPy takes longer than their product.
constexpr std::int64_t kSmallDot = 32 * 1024;
/// Multiplications from which others may run Python meanwhile.
constexpr double kReleasingProduct = 32768;

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

// Eight registers of sums: as many as the additions under way.
template <typename T>
T dot(const T* left, const T* right, std::int64_t n) {
  if (n < 16) {  // emptying eight registers would take longer
    T sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += left[i] * right[i];
    return sum;
  }
  using Register [[gnu::vector_size(16)]] = T;
  constexpr int kLanes = 16 / sizeof(T), kSums = 8;
  Register sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums * kLanes <= n; i += kSums * kLanes) {
    for (int r = 0; r < kSums; ++r) {
      Register a, b;
      std::memcpy(&a, left + i + r * kLanes, sizeof a);
      std::memcpy(&b, right + i + r * kLanes, sizeof b);
      sums[r] += a * b;
    }
  }
  for (int step = kSums / 2; step > 0; step /= 2) {
    for (int r = 0; r < step; ++r) sums[r] += sums[r + step];
  }
  T sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += sums[0][lane];
  for (; i < n; ++i) sum += left[i] * right[i];
  return sum;
}

template <typename T>
void multiply(const Sizes& sizes, const T* left, const T* right, T* result) {
  if (sizes.m == 1 && sizes.n == 1) {
    *result = dot(left, right, sizes.k);
    return;
  }
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

// A new array for the product of x and y. Null with an exception.
ArrayObject* new_product(const ArrayObject* x, const ArrayObject* y, const Sizes& sizes) {
  const auto item_size = static_cast<std::int64_t>(array::size_of(x->dtype));
  const std::size_t rank = static_cast<std::size_t>(x->rank + y->rank - 2);
  if (class_for(sizes.m * sizes.n * item_size) != 0 && sizes.m > 0 && sizes.n > 0) {
    return rank == 1 ? new_inline_vector(x->dtype, sizes.m * sizes.n, item_size)
                     : new_inline_matrix(x->dtype, sizes.m, sizes.n, item_size);
  }
  const std::int64_t shape[] = {x->rank == 2 ? sizes.m : sizes.n, sizes.n};
  return new_array(x->dtype, {shape, rank});
}

template <typename T>
void multiply_into(char* out, const ArrayObject* x, const ArrayObject* y, const Sizes& sizes) {
  multiply(sizes, reinterpret_cast<const T*>(x->data), reinterpret_cast<const T*>(y->data), reinterpret_cast<T*>(out));
}

// The product of two vectors. Null without an exception when it is not finite: there may be something to tell.
template <typename T>
PyObject* finite_dot(const ArrayObject* x, const ArrayObject* y, std::int64_t n) {
  const T sum = dot(reinterpret_cast<const T*>(x->data), reinterpret_cast<const T*>(y->data), n);
  return sum - sum == 0 ? new_scalar(x->dtype, &sum) : nullptr;
}

// Row-major operands of float64 or float32.
PyObject* small_product(ArrayObject* x, ArrayObject* y, const Sizes& sizes) {
  const bool is_double = x->dtype == DType::F64;
  alignas(16) char scalar[8];
  ArrayObject* out = nullptr;
  if (x->rank + y->rank > 2) {
    out = new_product(x, y, sizes);
    if (out == nullptr) return nullptr;
  } else {
    PyObject* result = is_double ? finite_dot<double>(x, y, sizes.k) : finite_dot<float>(x, y, sizes.k);
    if (result != nullptr || PyErr_Occurred()) return result;
  }
  char* data = out == nullptr ? scalar : out->data;
  Ref guard(as_object(out));
  lib::clear_hardware_errors();
  is_double ? multiply_into<double>(data, x, y, sizes) : multiply_into<float>(data, x, y, sizes);
  if (!report_product_errors(lib::hardware_errors() & ~static_cast<unsigned>(lib::kUnderflow))) return nullptr;
  return out == nullptr ? new_scalar(x->dtype, scalar) : guard.release();
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

PyObject* large_product(ArrayObject* x, ArrayObject* y, const Sizes& sizes, double work) {
  ArrayObject* out = new_product(x, y, sizes);
  Ref guard(as_object(out));
  if (out == nullptr) return nullptr;
  const Matrix left(x, sizes.m, sizes.k, false), right(y, sizes.k, sizes.n, true);
  const Matrix result(out, sizes.m, sizes.n, y->rank == 1);
  unsigned errors = 0;
  try {
    const WithoutGil released(work >= kReleasingProduct);
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
  const double work = static_cast<double>(sizes.m) * static_cast<double>(sizes.k) * static_cast<double>(sizes.n);
  const bool is_dot = x->rank + y->rank == 2;
  const std::int64_t most = is_dot                   ? kSmallDot / static_cast<std::int64_t>(array::size_of(x->dtype))
                            : x->dtype == DType::F64 ? kSmallProduct64
                                                     : kSmallProduct32;
  const bool is_small = (x->dtype == DType::F64 || x->dtype == DType::F32) && work <= static_cast<double>(most) &&
                        x->size <= most && y->size <= most;
  if (!is_small && is_dot) return nullptr;
  Ref dense[2];
  for (int i = 0; i < 2; ++i) {
    ArrayObject*& operand = i == 0 ? x : y;
    if (operand->has(is_small ? kRowMajor | kAligned : kAligned)) continue;
    operand = copied(operand->view(), operand->dtype, Order::RowMajor);
    dense[i] = Ref(as_object(operand));
    if (!dense[i]) return nullptr;
  }
  return is_small ? small_product(x, y, sizes) : large_product(x, y, sizes, work);
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
