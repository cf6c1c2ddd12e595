// Operations on small arrays that need no resolution of types or shapes: operands of one type and shape, lying in
// order, or an array and a Python number. Everything here is inline: a call costs as much as the rest.
#pragma once

#include <Python.h>

#include <cstring>

#include "array/array_object.h"
#include "array/float_errors.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

/// The errors of a computed row; `addresses` are the inputs' and the output's. `is_unsure` is what the kernel said.
inline unsigned fast_errors(ops::Ufunc ufunc, const FastLoop& loop, char* const* addresses, const std::int64_t* strides,
                            std::int64_t n, bool is_unsure) {
  if (loop.errors == ops::FloatErrors::Hardware) {
    const unsigned errors = lib::hardware_errors();
    return underflow_is_reported() ? errors : errors & ~static_cast<unsigned>(lib::kUnderflow);
  }
  if (!is_unsure) return 0;
  return lib::errors_of_rows(ufunc, ops::loops(ufunc)[static_cast<std::size_t>(loop.loop)], addresses, strides, n);
}

/// Null without an exception: not for the fast path.
inline PyObject* fast_unary(ops::Ufunc ufunc, PyObject* operand) {
  if (!is_exact_array(operand)) return nullptr;
  ArrayObject* x = as_array(operand);
  const FastLoop& loop = fast_loop(ufunc, x->dtype);
  if (loop.contiguous == nullptr || !x->has(kSmall) || x->rank == 0) return nullptr;
  ArrayObject* out = new_small_like(x, loop.output);
  if (out == nullptr) return nullptr;
  const auto size = static_cast<std::int64_t>(array::size_of(x->dtype));
  const auto out_size = static_cast<std::int64_t>(array::size_of(loop.output));
  bool is_unsure = true;
  const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(x->data),    x->size, size,
                                reinterpret_cast<std::int64_t>(out->data),  x->size, out_size,
                                reinterpret_cast<std::int64_t>(&is_unsure), 1,       1};
  if (loop.errors != ops::FloatErrors::None) lib::clear_hardware_errors();
  loop.contiguous(nullptr, slots, nullptr);
  if (loop.errors != ops::FloatErrors::None) {
    char* const addresses[] = {x->data, out->data};
    const std::int64_t strides[] = {size, out_size};
    const unsigned errors = fast_errors(ufunc, loop, addresses, strides, x->size, is_unsure);
    if (errors != 0 && !report_errors(ufunc, errors)) [[unlikely]] {
      Py_DECREF(out);
      return nullptr;
    }
  }
  return as_object(out);
}

/// A function of a Python float or a float64 scalar. Null without an exception: not for the fast path, or something to
/// tell of.
inline PyObject* fast_scalar(ops::Ufunc ufunc, PyObject* operand) {
  if (!PyFloat_CheckExact(operand) && Py_TYPE(operand) != scalar_type_of(DType::F64)) return nullptr;
  const FastLoop& loop = fast_loop(ufunc, DType::F64);
  if (loop.contiguous == nullptr || underflow_is_reported()) return nullptr;
  double value = PyFloat_AS_DOUBLE(operand);
  alignas(16) char result[16];
  bool is_unsure = true;
  const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(&value),     1, sizeof value,
                                reinterpret_cast<std::int64_t>(result),     1, sizeof value,
                                reinterpret_cast<std::int64_t>(&is_unsure), 1, 1};
  loop.contiguous(nullptr, slots, nullptr);
  if (loop.output != DType::F64)
    return loop.errors == ops::FloatErrors::None ? new_scalar(loop.output, result) : nullptr;
  double number;
  std::memcpy(&number, result, sizeof number);
  const bool is_sure = loop.errors == ops::FloatErrors::None || number - number == 0;
  return is_sure ? new_float64(number) : nullptr;
}

/// The kernel on two operands; `x` gives the result's shape, `left` and `right` are where they lie.
inline PyObject* run_fast_binary(ops::Ufunc ufunc, const FastLoop& loop, lib::KernelEntry kernel, ArrayObject* x,
                                 char* left, std::int64_t left_stride, char* right, std::int64_t right_stride) {
  ArrayObject* out = new_small_like(x, loop.output);
  if (out == nullptr) return nullptr;
  const std::int64_t n = x->size;
  bool is_unsure = true;
  const auto out_size = static_cast<std::int64_t>(array::size_of(loop.output));
  const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(left),       n, left_stride,
                                reinterpret_cast<std::int64_t>(right),      n, right_stride,
                                reinterpret_cast<std::int64_t>(out->data),  n, out_size,
                                reinterpret_cast<std::int64_t>(&is_unsure), 1, 1};
  if (loop.errors != ops::FloatErrors::None) lib::clear_hardware_errors();
  kernel(nullptr, slots, nullptr);
  if (loop.errors != ops::FloatErrors::None) {
    char* const addresses[] = {left, right, out->data};
    const std::int64_t strides[] = {left_stride, right_stride, out_size};
    const unsigned errors = fast_errors(ufunc, loop, addresses, strides, n, is_unsure);
    if (errors != 0 && !report_errors(ufunc, errors)) [[unlikely]] {
      Py_DECREF(out);
      return nullptr;
    }
  }
  return as_object(out);
}

/// A Python float or float64 scalar, or an int that float64 holds exactly, with an array of float64.
inline bool fast_number(PyObject* object, double& value) {
  if (PyFloat_CheckExact(object) || Py_TYPE(object) == scalar_type_of(DType::F64)) {
    value = PyFloat_AS_DOUBLE(object);
    return true;
  }
  if (!PyLong_CheckExact(object)) return false;
  int overflow = 0;
  const long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);
  constexpr long long kExact = 1LL << 53;
  if (overflow != 0 || whole > kExact || whole < -kExact) return false;
  value = static_cast<double>(whole);
  return true;
}

/// left = left op right for operands of one type and shape, or a float64 array and a number: true when it is done.
/// False without an exception: not for the fast path.
inline bool fast_in_place(ops::Ufunc ufunc, PyObject* left, PyObject* right) {
  if (!is_exact_array(left)) return false;
  ArrayObject* x = as_array(left);
  const FastLoop& loop = fast_loop(ufunc, x->dtype);
  if (loop.contiguous == nullptr || !x->has(kSmall | kWriteable) || loop.output != x->dtype) return false;
  // Errors that only inputs tell are not known when those are overwritten.
  if (loop.errors != ops::FloatErrors::None && loop.errors != ops::FloatErrors::Hardware) return false;
  const auto size = static_cast<std::int64_t>(array::size_of(x->dtype));
  double value;
  lib::KernelEntry kernel = loop.contiguous;
  char* other = nullptr;
  if (is_exact_array(right)) {
    const ArrayObject* y = as_array(right);
    if (y->dtype != x->dtype || y->rank != x->rank || !y->has(kSmall)) return false;
    if (std::memcmp(x->dims, y->dims, sizeof(std::int64_t) * x->rank) != 0) return false;
    const std::int64_t distance = y->data - x->data;
    if (distance != 0 && distance < x->bytes() && -distance < x->bytes()) return false;
    other = y->data;
  } else {
    if (x->dtype != DType::F64 || loop.right_scalar == nullptr || !fast_number(right, value)) return false;
    kernel = loop.right_scalar;
    other = reinterpret_cast<char*>(&value);
  }
  const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(x->data), x->size, size,
                                reinterpret_cast<std::int64_t>(other),   x->size, size,
                                reinterpret_cast<std::int64_t>(x->data), x->size, size};
  if (loop.errors != ops::FloatErrors::None) lib::clear_hardware_errors();
  kernel(nullptr, slots, nullptr);
  if (loop.errors == ops::FloatErrors::None) return true;
  const unsigned errors = fast_errors(ufunc, loop, nullptr, nullptr, 0, false);
  return errors == 0 || report_errors(ufunc, errors);
}

/// Null without an exception: not for the fast path.
inline PyObject* fast_binary(ops::Ufunc ufunc, PyObject* left, PyObject* right) {
  if (is_exact_array(left)) {
    ArrayObject* x = as_array(left);
    const FastLoop& loop = fast_loop(ufunc, x->dtype);
    if (loop.contiguous == nullptr || !x->has(kSmall) || x->rank == 0) return nullptr;
    const auto size = static_cast<std::int64_t>(array::size_of(x->dtype));
    if (is_exact_array(right)) {
      ArrayObject* y = as_array(right);
      if (y->dtype != x->dtype || y->rank != x->rank || !y->has(kSmall)) return nullptr;
      if (std::memcmp(x->dims, y->dims, sizeof(std::int64_t) * x->rank) != 0) return nullptr;
      return run_fast_binary(ufunc, loop, loop.contiguous, x, x->data, size, y->data, size);
    }
    double value;
    if (x->dtype != DType::F64 || loop.right_scalar == nullptr || !fast_number(right, value)) return nullptr;
    return run_fast_binary(ufunc, loop, loop.right_scalar, x, x->data, size, reinterpret_cast<char*>(&value), 0);
  }
  if (!is_exact_array(right)) return nullptr;
  ArrayObject* y = as_array(right);
  double value;
  if (y->dtype != DType::F64 || !y->has(kSmall) || y->rank == 0 || !fast_number(left, value)) return nullptr;
  const FastLoop& loop = fast_loop(ufunc, y->dtype);
  if (loop.left_scalar == nullptr) return nullptr;
  return run_fast_binary(ufunc, loop, loop.left_scalar, y, reinterpret_cast<char*>(&value), 0, y->data, sizeof(double));
}

}  // namespace rooftop::python
