#include "array/fast_reductions.h"

#include <array>
#include <cmath>
#include <cstring>

#include "array/fold_type.h"
#include "array/scalar_object.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/narrow_sums.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

struct FastReduction {
  lib::KernelEntry contiguous = nullptr;
  DType output{};
  bool is_inexact = false;
};
std::array<std::array<FastReduction, array::kDTypeCount>, 256> fast_reductions;

const FastReduction& fast_reduction(Ufunc ufunc, DType dtype) {
  return fast_reductions[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(dtype)];
}

// A sum's or product's value; of complex numbers and halves it is not known.
bool is_finite(DType dtype, const char* value) {
  if (dtype == DType::F64) {
    double number;
    std::memcpy(&number, value, sizeof number);
    return number - number == 0;
  }
  if (dtype != DType::F32) return false;
  float number;
  std::memcpy(&number, value, sizeof number);
  return number - number == 0;
}

void fold(Ufunc ufunc, const FastReduction& fast, DType dtype, const char* data, std::int64_t n, char* value) {
  const auto stride = static_cast<std::int64_t>(array::size_of(dtype));
  if (ufunc == Ufunc::add && fast.is_inexact) {
    lib::pairwise_sum(dtype, data, stride, n, value);
    return lib::add_zero(dtype, value, 1);
  }
  lib::call_fold(fast.contiguous, data, n, stride, value);
}

// Rows of a matrix, one into the other.
void add_rows(const FastLoop& loop, bool is_sum, bool is_inexact, const ArrayObject* array, char* to) {
  const auto size = static_cast<std::int64_t>(array::size_of(array->dtype));
  const std::int64_t columns = array->shape()[1];
  const std::int64_t rows = array->shape()[0], row = columns * size;
  std::memcpy(to, array->data, static_cast<std::size_t>(row));
  if (is_sum && is_inexact) lib::add_zero(array->dtype, to, columns);
  // A kernel's call for each row waits for the last one's results.
  if (is_sum && lib::add_narrow_rows(array->dtype, to, columns, array->data + row, size, row, rows - 1)) return;
  for (std::int64_t i = 1; i < rows; ++i) {
    char* const addresses[] = {to, array->data + i * row, to};
    const std::int64_t strides[] = {size, size, size};
    lib::call_kernel(loop.contiguous, 3, addresses, strides, columns);
  }
}

// The sum of float64, if it is finite.
bool finite_sum(const char* data, std::int64_t n, double& sum) {
  lib::pairwise_sum(DType::F64, data, sizeof(double), n, reinterpret_cast<char*>(&sum));
  sum += 0.0;  // as lib::add_zero
  return sum - sum == 0;
}

bool is_small_float64(const ArrayObject* array) {
  return array->dtype == DType::F64 && array->has(kSmall) && array->size > 0 && array->rank > 0;
}

}  // namespace

PyObject* fast_reduce(Ufunc ufunc, ArrayObject* array) {
  if (ufunc == Ufunc::add && is_small_float64(array)) {
    double sum;
    return finite_sum(array->data, array->size, sum) ? new_float64(sum) : nullptr;
  }
  const FastReduction& fast = fast_reduction(ufunc, array->dtype);
  if (fast.contiguous == nullptr || !array->has(kSmall) || array->size == 0) return nullptr;
  alignas(16) char value[16];
  fold(ufunc, fast, array->dtype, array->data, array->size, value);
  // Infinities and NaN may need a warning: the whole way finds out.
  if (fast.is_inexact && !is_finite(fast.output, value)) return nullptr;
  return new_scalar(fast.output, value);
}

PyObject* fast_reduce_axis(Ufunc ufunc, ArrayObject* array, int axis) {
  if (array->rank == 1) return fast_reduce(ufunc, array);
  const FastReduction& fast = fast_reduction(ufunc, array->dtype);
  if (array->rank != 2 || fast.contiguous == nullptr || !array->has(kSmall) || array->size == 0) return nullptr;
  const std::int64_t rows = array->shape()[0], columns = array->shape()[1];
  const FastLoop& loop = fast_loop(ufunc, array->dtype);
  // Across rows elements are added as they are: in the result's type.
  if (axis == 0 && (fast.output != array->dtype || loop.contiguous == nullptr || loop.output != array->dtype)) {
    return nullptr;
  }
  const std::int64_t length = axis == 0 ? columns : rows;
  ArrayObject* out = new_array(fast.output, {&length, 1});
  if (out == nullptr) return nullptr;
  const auto size = static_cast<std::int64_t>(array::size_of(array->dtype));
  const auto out_size = static_cast<std::int64_t>(array::size_of(fast.output));
  if (axis == 0 && columns == 1) {  // one vector, and folded as such
    fold(ufunc, fast, array->dtype, array->data, rows, out->data);
  } else if (axis == 0) {
    add_rows(loop, ufunc == Ufunc::add, fast.is_inexact, array, out->data);
  } else {
    for (std::int64_t i = 0; i < rows; ++i) {
      fold(ufunc, fast, array->dtype, array->data + i * columns * size, columns, out->data + i * out_size);
    }
  }
  for (std::int64_t i = 0; fast.is_inexact && i < out->size; ++i) {
    if (is_finite(fast.output, out->data + i * out_size)) continue;
    Py_DECREF(out);
    return nullptr;
  }
  return as_object(out);
}

PyObject* fast_mean(ArrayObject* array) {
  double sum;
  if (!is_small_float64(array) || !finite_sum(array->data, array->size, sum)) return nullptr;
  return new_float64(sum / static_cast<double>(array->size));
}

PyObject* fast_mean_axis(ArrayObject* array, int axis) {
  if (array->rank == 1) return fast_mean(array);
  if (array->rank != 2 || !is_small_float64(array)) return nullptr;
  PyObject* sums = fast_reduce_axis(Ufunc::add, array, axis);
  if (sums == nullptr) return nullptr;
  auto* values = reinterpret_cast<double*>(as_array(sums)->data);
  const auto count = static_cast<double>(array->shape()[axis]);
  for (std::int64_t i = 0; i < as_array(sums)->size; ++i) values[i] /= count;
  return sums;
}

PyObject* fast_variance(ArrayObject* array, bool takes_root) {
  double sum;
  if (!is_small_float64(array) || !finite_sum(array->data, array->size, sum)) return nullptr;
  double mean = sum / static_cast<double>(array->size);
  alignas(64) double squares[kSmallSize];
  const std::int64_t n = array->size, size = sizeof(double);
  const auto apply = [&](Ufunc ufunc, const void* left, const void* right, lib::KernelEntry kernel) {
    const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(left),    n, size,
                                  reinterpret_cast<std::int64_t>(right),   n, ufunc == Ufunc::subtract ? 0 : size,
                                  reinterpret_cast<std::int64_t>(squares), n, size};
    kernel(nullptr, slots, nullptr);
  };
  apply(Ufunc::subtract, array->data, &mean, fast_loop(Ufunc::subtract, DType::F64).right_scalar);
  apply(Ufunc::multiply, squares, squares, fast_loop(Ufunc::multiply, DType::F64).contiguous);
  if (!finite_sum(reinterpret_cast<const char*>(squares), n, sum)) return nullptr;
  const double variance = sum / static_cast<double>(n);
  return new_float64(takes_root ? std::sqrt(variance) : variance);
}

void prepare_reductions() {
  for (Ufunc ufunc :
       {Ufunc::add, Ufunc::multiply, Ufunc::minimum, Ufunc::maximum, Ufunc::logical_and, Ufunc::logical_or}) {
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      const DType output = lib::output_of_reduction(ufunc, dtype);
      const lib::ReductionSet* set = lib::reduction(ufunc, dtype, output);
      if (set == nullptr) continue;
      const bool counts = ufunc == Ufunc::add || ufunc == Ufunc::multiply;
      fast_reductions[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(d)] = {
          set->contiguous, output, counts && (array::is_float(dtype) || array::is_complex(dtype))};
    }
  }
}

}  // namespace rooftop::python
