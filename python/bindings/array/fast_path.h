// Operations on small arrays that need no resolution of types: operands of one type, lying in order, or an array and a
// Python number. Everything here is inline: a call costs as much as the rest.
#pragma once

#include <Python.h>

#include <cstring>

#include "array/array_object.h"
#include "array/fast_broadcast.h"
#include "array/float_errors.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

/// What the processor has flagged since the flags were cleared, as far as anybody asks.
inline unsigned reported_hardware_errors() {
  const unsigned errors = lib::hardware_errors();
  return underflow_is_reported() ? errors : errors & ~static_cast<unsigned>(lib::kUnderflow);
}

/// A kernel's call on rows of n elements, inputs first, then the output: the errors to report.
template <int Operands>
inline unsigned run_fast_row(ops::Ufunc ufunc, const FastLoop& loop, lib::KernelEntry kernel,
                             char* const (&addresses)[Operands], const std::int64_t (&strides)[Operands],
                             std::int64_t n) {
  const bool is_flagged = loop.errors == ops::FloatErrors::Hardware;
  if (is_flagged) lib::clear_hardware_errors();
  const bool is_unsure = lib::call_kernel(kernel, Operands, addresses, strides, n);
  if (is_flagged) return reported_hardware_errors();
  if (!is_unsure || loop.errors == ops::FloatErrors::None) return 0;
  return lib::errors_of_rows(ufunc, ops::loops(ufunc)[static_cast<std::size_t>(loop.loop)], addresses, strides, n);
}

/// The array, or null with an exception where the errors raise one.
inline PyObject* finish_fast(ops::Ufunc ufunc, ArrayObject* out, unsigned errors) {
  if (errors != 0 && !report_errors(ufunc, errors)) [[unlikely]] {
    Py_DECREF(out);
    return nullptr;
  }
  return as_object(out);
}

/// Bytes of an element.
inline std::int64_t item_size(DType dtype) { return static_cast<std::int64_t>(array::size_of(dtype)); }

/// Null without an exception: not for the fast path.
inline PyObject* fast_unary(ops::Ufunc ufunc, PyObject* operand) {
  if (!is_exact_array(operand)) return nullptr;
  ArrayObject* x = as_array(operand);
  const FastLoop& loop = fast_loop(ufunc, x->dtype);
  if (loop.contiguous == nullptr || !x->has(kSmall) || x->rank == 0) return nullptr;
  ArrayObject* out = new_small_like(x, loop.output);
  if (out == nullptr) return nullptr;
  const unsigned errors = run_fast_row<2>(ufunc, loop, loop.contiguous, {x->data, out->data},
                                          {item_size(x->dtype), item_size(loop.output)}, x->size);
  return finish_fast(ufunc, out, errors);
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
  const unsigned errors = run_fast_row<3>(ufunc, loop, kernel, {left, right, out->data},
                                          {left_stride, right_stride, item_size(loop.output)}, x->size);
  return finish_fast(ufunc, out, errors);
}

inline bool have_same_shape(const ArrayObject* x, const ArrayObject* y) {
  if (x->rank != y->rank) return false;
  for (int i = 0; i < x->rank; ++i) {
    if (x->dims[i] != y->dims[i]) return false;
  }
  return true;
}

/// Whether some but not all elements of the one are elements of the other. Both are small arrays of one type and shape.
inline bool overlaps_in_part(const ArrayObject* x, const ArrayObject* y) {
  const std::int64_t distance = y->data - x->data;
  return distance != 0 && distance < x->bytes() && -distance < y->bytes();
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
  const std::int64_t size = item_size(x->dtype);
  double value;
  lib::KernelEntry kernel = loop.contiguous;
  char* other = nullptr;
  if (is_exact_array(right)) {
    const ArrayObject* y = as_array(right);
    if (y->dtype != x->dtype || !y->has(kSmall)) return false;
    if (!have_same_shape(x, y)) return fast_broadcast_in_place(ufunc, loop, x, y);
    if (overlaps_in_part(x, y)) return false;
    other = y->data;
  } else {
    if (x->dtype != DType::F64 || loop.right_scalar == nullptr || !fast_number(right, value)) return false;
    kernel = loop.right_scalar;
    other = reinterpret_cast<char*>(&value);
  }
  const unsigned errors = run_fast_row<3>(ufunc, loop, kernel, {x->data, other, x->data}, {size, size, size}, x->size);
  return errors == 0 || report_errors(ufunc, errors);
}

/// out = ufunc(operands) for small arrays of one type and shape, the result's shape too: a new reference to `out`. Null
/// without an exception: not for the fast path.
inline PyObject* fast_into(ops::Ufunc ufunc, PyObject* const* operands, Py_ssize_t count, PyObject* out_object) {
  if (!is_exact_array(out_object) || !is_exact_array(operands[0])) return nullptr;
  ArrayObject* out = as_array(out_object);
  ArrayObject* x = as_array(operands[0]);
  ArrayObject* y = count > 1 && is_exact_array(operands[1]) ? as_array(operands[1]) : x;
  const FastLoop& loop = fast_loop(ufunc, x->dtype);
  if (loop.contiguous == nullptr || loop.output != out->dtype || !out->has(kSmall | kWriteable)) return nullptr;
  if (y->dtype != x->dtype || !x->has(kSmall) || !y->has(kSmall)) return nullptr;
  if (!have_same_shape(x, out) || !have_same_shape(y, out)) return nullptr;
  const bool looks_at_inputs = loop.errors != ops::FloatErrors::None && loop.errors != ops::FloatErrors::Hardware;
  for (const ArrayObject* input : {x, y}) {
    const bool is_other = item_size(input->dtype) != item_size(out->dtype) || looks_at_inputs;
    if (overlaps_in_part(input, out) || (is_other && input->data == out->data)) return nullptr;
  }
  const std::int64_t size = item_size(x->dtype), out_size = item_size(out->dtype), n = out->size;
  unsigned errors = 0;
  if (count == 1) {
    errors = run_fast_row<2>(ufunc, loop, loop.contiguous, {x->data, out->data}, {size, out_size}, n);
  } else if (is_exact_array(operands[1])) {
    errors = run_fast_row<3>(ufunc, loop, loop.contiguous, {x->data, y->data, out->data}, {size, size, out_size}, n);
  } else {
    double value;
    if (x->dtype != DType::F64 || loop.right_scalar == nullptr || !fast_number(operands[1], value)) return nullptr;
    char* const number = reinterpret_cast<char*>(&value);
    errors = run_fast_row<3>(ufunc, loop, loop.right_scalar, {x->data, number, out->data}, {size, 0, out_size}, n);
  }
  return finish_fast(ufunc, as_array(Py_NewRef(out_object)), errors);
}

/// Null without an exception: not for the fast path.
inline PyObject* fast_binary(ops::Ufunc ufunc, PyObject* left, PyObject* right) {
  if (is_exact_array(left)) {
    ArrayObject* x = as_array(left);
    const FastLoop& loop = fast_loop(ufunc, x->dtype);
    if (loop.contiguous == nullptr || !x->has(kSmall) || x->rank == 0) return nullptr;
    const std::int64_t size = item_size(x->dtype);
    if (is_exact_array(right)) {
      ArrayObject* y = as_array(right);
      if (y->dtype != x->dtype || !y->has(kSmall)) return nullptr;
      if (!have_same_shape(x, y)) return fast_broadcast(ufunc, loop, x, y);
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
