// + - * / of float64 vectors of up to sixteen elements, and of such a vector with a number: the arithmetic of the
// language itself, element by element, since a call of a kernel takes longer than these do.
#pragma once

#include <Python.h>

#include <cstring>

#include "array/allocation.h"
#include "array/fast_path.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

inline constexpr std::int64_t kTinySize = 16;

constexpr bool is_float64_arithmetic(ops::Ufunc ufunc) {
  return ufunc == ops::Ufunc::add || ufunc == ops::Ufunc::subtract || ufunc == ops::Ufunc::multiply ||
         ufunc == ops::Ufunc::divide;
}

template <ops::Ufunc U>
inline double float64_arithmetic(double a, double b) {
  static_assert(is_float64_arithmetic(U));
  if constexpr (U == ops::Ufunc::add) return a + b;
  if constexpr (U == ops::Ufunc::subtract) return a - b;
  if constexpr (U == ops::Ufunc::multiply) return a * b;
  if constexpr (U == ops::Ufunc::divide) return a / b;
}

/// Whether the array is a vector of float64 in order: type, rank and flags in one comparison.
inline bool is_tiny_vector(const ArrayObject* array) {
  static_assert(offsetof(ArrayObject, rank) == offsetof(ArrayObject, dtype) + 1);
  static_assert(offsetof(ArrayObject, flags) == offsetof(ArrayObject, dtype) + 2);
  constexpr std::uint32_t kWanted = static_cast<std::uint32_t>(DType::F64) | 1U << 8 | std::uint32_t{kSmall} << 16;
  constexpr std::uint32_t kMask = 0xffffU | std::uint32_t{kSmall} << 16;
  std::uint32_t word;
  std::memcpy(&word, &array->dtype, sizeof word);
  return (word & kMask) == kWanted && array->size <= kTinySize;
}

/// Some element is infinite or NaN: there may be something to tell, which the processor says when it does it again.
/// False with an exception.
template <ops::Ufunc U>
[[gnu::noinline, gnu::cold]] bool report_tiny(const double* left, std::int64_t left_step, const double* right,
                                              std::int64_t right_step, std::int64_t n) {
  lib::clear_hardware_errors();
  for (std::int64_t i = 0; i < n; ++i) {
    // Volatile: between the two calls, and nowhere else.
    const volatile double a = left[i * left_step];
    const volatile double b = right[i * right_step];
    [[maybe_unused]] const volatile double value = float64_arithmetic<U>(a, b);
  }
  const unsigned errors = lib::hardware_errors();
  return report_errors(U, underflow_is_reported() ? errors : errors & ~static_cast<unsigned>(lib::kUnderflow));
}

/// `left` and `right` step by 0 or 1 elements. Null with an exception, and `raised` set.
template <ops::Ufunc U, int LeftStep, int RightStep>
inline PyObject* tiny_arithmetic(const double* left, const double* right, std::int64_t n, bool& raised) {
  ArrayObject* array = new_inline_vector(DType::F64, n, sizeof(double));
  if (array == nullptr) [[unlikely]] {
    raised = true;
    return nullptr;
  }
  auto* const out = reinterpret_cast<double*>(array->data);
  double probe = 0;  // stays zero while results are finite
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = float64_arithmetic<U>(left[i * LeftStep], right[i * RightStep]);
    out[i] = value;
    probe += value - value;
  }
  if (probe == 0) [[likely]]
    return as_object(array);
  if (report_tiny<U>(left, LeftStep, right, RightStep, n)) return as_object(array);
  Py_DECREF(array);
  raised = true;
  return nullptr;
}

/// Null without an exception: not for this path. Null with one: `raised` is set.
template <ops::Ufunc U>
inline PyObject* tiny_binary(PyObject* left, PyObject* right, bool& raised) {
  if (is_exact_array(left)) {
    const ArrayObject* x = as_array(left);
    if (!is_tiny_vector(x)) return nullptr;
    const auto* from = reinterpret_cast<const double*>(x->data);
    if (is_exact_array(right)) {
      const ArrayObject* y = as_array(right);
      if (!is_tiny_vector(y) || y->size != x->size) return nullptr;
      return tiny_arithmetic<U, 1, 1>(from, reinterpret_cast<const double*>(y->data), x->size, raised);
    }
    double value;
    return fast_number(right, value) ? tiny_arithmetic<U, 1, 0>(from, &value, x->size, raised) : nullptr;
  }
  if (!is_exact_array(right) || !is_tiny_vector(as_array(right))) return nullptr;
  const ArrayObject* y = as_array(right);
  double value;
  return fast_number(left, value)
             ? tiny_arithmetic<U, 0, 1>(&value, reinterpret_cast<const double*>(y->data), y->size, raised)
             : nullptr;
}

/// -x of such a vector; null without an exception when it is none.
inline PyObject* tiny_negative(PyObject* operand, bool& raised) {
  if (!is_exact_array(operand) || !is_tiny_vector(as_array(operand))) return nullptr;
  const ArrayObject* x = as_array(operand);
  ArrayObject* array = new_inline_vector(DType::F64, x->size, sizeof(double));
  raised = array == nullptr;
  if (raised) return nullptr;
  const auto* from = reinterpret_cast<const double*>(x->data);
  auto* const out = reinterpret_cast<double*>(array->data);
  for (std::int64_t i = 0; i < x->size; ++i) out[i] = -from[i];
  return as_object(array);
}

}  // namespace rooftop::python
