// Each takes what it can do natively and leaves the rest, and what is wrong, to NumPy.
#include "array/array_functions.h"

#include <algorithm>
#include <cstring>

#include "array/axis_rows.h"
#include "array/creation.h"
#include "array/fast_path.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/array/layout.h"
#include "rooftop/lib/clip.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/selection.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// A number that is an element of the type as it is, or becomes one; false, without an exception, for others.
bool read_bound(PyObject* object, DType dtype, char* bound) {
  if (Py_TYPE(object) == scalar_type_of(dtype)) {
    lib::with_size(static_cast<std::int64_t>(array::size_of(dtype)),
                   [&](auto bytes) { std::memcpy(bound, scalar_value(object), bytes); });
    return true;
  }
  if (dtype == DType::F64 && PyFloat_CheckExact(object)) {
    const double value = PyFloat_AS_DOUBLE(object);
    std::memcpy(bound, &value, sizeof value);
    return true;
  }
  const bool is_native = PyLong_CheckExact(object) || (array::is_float(dtype) && PyFloat_CheckExact(object));
  if (!is_native || array::is_bool(dtype)) return false;
  if (write_element(dtype, bound, object) == 0) return true;
  PyErr_Clear();
  return false;
}

// A small array between two numbers: two calls of kernels. Null without an exception for others.
PyObject* fast_clip(PyObject* object, PyObject* low, PyObject* high) {
  if (!is_exact_array(object) || !is_given(low) || !is_given(high)) return nullptr;
  const ArrayObject* source = as_array(object);
  const DType dtype = source->dtype;
  if (!source->has(kSmall) || source->rank == 0 || array::is_half(dtype) || array::is_complex(dtype)) return nullptr;
  const lib::KernelEntry maximum = fast_loop(Ufunc::maximum, dtype).left_scalar;
  const lib::KernelEntry minimum = fast_loop(Ufunc::minimum, dtype).left_scalar;
  alignas(8) char bounds[2][8];
  if (maximum == nullptr || minimum == nullptr || !read_bound(low, dtype, bounds[0]) ||
      !read_bound(high, dtype, bounds[1])) {
    return nullptr;
  }
  ArrayObject* out = new_small_like(source, dtype);
  if (out == nullptr) return nullptr;
  const auto size = static_cast<std::int64_t>(array::size_of(dtype));
  const std::int64_t strides[] = {0, size, size};
  char* const raised[] = {bounds[0], source->data, out->data};
  char* const lowered[] = {bounds[1], out->data, out->data};
  lib::call_kernel(maximum, 3, raised, strides, source->size);
  lib::call_kernel(minimum, 3, lowered, strides, source->size);
  return as_object(out);
}

// Small arrays of one type and shape, with a mask of that shape. Null without an exception for others.
PyObject* fast_where(PyObject* condition, PyObject* x, PyObject* y) {
  if (!is_exact_array(x) || !is_exact_array(y)) return nullptr;
  const ArrayObject *mask = as_array(condition), *first = as_array(x), *second = as_array(y);
  if (first->dtype != second->dtype || mask->rank == 0) return nullptr;
  if (!mask->has(kSmall) || !first->has(kSmall) || !second->has(kSmall)) return nullptr;
  if (!have_same_shape(first, mask) || !have_same_shape(second, mask)) return nullptr;
  ArrayObject* out = new_small_like(first, first->dtype);
  if (out == nullptr) return nullptr;
  lib::select_row(first->dtype, out->data, mask->data, first->data, second->data, mask->size);
  return as_object(out);
}

// Between two numbers: one walk over the elements. Delegate where it takes two.
Outcome clip_between(PyObject* array, Operand& low, Operand& high, PyObject*& result) {
  const ArrayObject* source = as_array(array);
  const DType dtype = source->dtype;
  if (!is_exact_array(array) || source->rank == 0 || array::is_half(dtype) || array::is_complex(dtype) ||
      !source->has(kAligned)) {
    return Outcome::Delegate;
  }
  for (Operand* bound : {&low, &high}) {
    if (array::promote_weak(dtype, bound->weak) != dtype) return Outcome::Delegate;
    if (!bound->settle(dtype)) {
      PyErr_Clear();
      return Outcome::Delegate;
    }
    if (bound->view.dtype != dtype || bound->view.rank > source->rank) return Outcome::Delegate;
  }
  Ref out(as_object(new_like(source->view(), dtype)));
  if (!out) return Outcome::Error;
  const Outcome outcome = run_without_gil(
      source->size, [&] { lib::clip(as_array(out.get())->view(), source->view(), low.view.data, high.view.data); });
  if (outcome == Outcome::Done) result = out.release();
  return outcome;
}

}  // namespace

Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result) {
  if ((!is_given(low) && !is_given(high)) || (is_given(out) && !is_array(out))) return Outcome::Delegate;
  if (!is_given(out)) {
    result = fast_clip(array, low, high);
    if (result != nullptr || PyErr_Occurred()) return made(result, result);
  }
  // Both bounds take part in finding the type, as they do in NumPy's one function of three arguments.
  PyObject* const given[] = {array, low, high};
  Operand operands[3];
  DType types[3] = {};
  bool is_number[3] = {};
  bool is_first = true;
  DType wanted{};
  for (int i = 0; i < 3; ++i) {
    if (!is_given(given[i])) continue;
    Operand& operand = operands[i];
    if (read_operand(given[i], operand) != Reading::Ok) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
    is_number[i] =
        operand.is_weak() || operand.view.rank == 0 || (operand.view.size() == 1 && as_array(array)->size > 1);
    if (operand.is_weak()) continue;
    types[i] = operand.view.dtype;
    wanted = is_first ? types[i] : array::promote(wanted, types[i]);
    is_first = false;
  }
  if (is_first || wanted != types[0]) return Outcome::Delegate;
  const bool is_between = is_number[1] && is_number[2] && is_given(low) && is_given(high);
  if (is_between && !is_given(out)) {
    const Outcome outcome = clip_between(array, operands[1], operands[2], result);
    if (outcome != Outcome::Delegate) return outcome;
  }
  PyObject* value = Py_NewRef(array);
  bool is_fresh = false;
  for (int i = 1; i < 3; ++i) {
    PyObject* const bound = given[i];
    if (!is_given(bound)) continue;
    Ref held(value);
    Operand inputs[2];
    UfuncOptions options;
    if (is_given(out)) {
      options.out[0] = out;
    } else if (is_fresh && is_array(value)) {
      options.out[0] = value;
    }
    // Of two zeros NumPy keeps the element between two numbers, else the bound; the functions keep the second, but of
    // halves the first.
    const int place = is_between && !array::is_half(wanted) ? 0 : 1;
    if (read_operand(value, inputs[1 - place]) != Reading::Ok || read_operand(bound, inputs[place]) != Reading::Ok) {
      return Outcome::Error;
    }
    if (array::is_integer(wanted) && inputs[place].weak > array::Weak::Int) return Outcome::Delegate;
    const Outcome outcome = apply_ufunc(i == 1 ? Ufunc::maximum : Ufunc::minimum, inputs, options, value);
    if (outcome != Outcome::Done) return outcome;
    is_fresh = true;
  }
  result = value;
  return Outcome::Done;
}

Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result) {
  if (!is_exact_array(condition) || as_array(condition)->dtype != DType::Bool) return Outcome::Delegate;
  result = fast_where(condition, x, y);
  if (result != nullptr || PyErr_Occurred()) return python::made(result, result);
  Operand values[2];
  PyObject* const given[] = {x, y};
  DType dtype{};
  bool has_strong = false;
  array::Weak widest = array::Weak::None;
  for (int i = 0; i < 2; ++i) {
    const Reading reading = read_operand(given[i], values[i]);
    if (reading != Reading::Ok) return reading == Reading::Error ? Outcome::Error : Outcome::Delegate;
    if (values[i].is_weak()) {
      widest = std::max(widest, values[i].weak);
      continue;
    }
    dtype = has_strong ? array::promote(dtype, values[i].view.dtype) : values[i].view.dtype;
    has_strong = true;
  }
  dtype = has_strong ? array::promote_weak(dtype, widest) : array::default_type(widest);
  const View mask = as_array(condition)->view();
  Extents shape(mask.lengths());
  Ref kept[2];
  for (int i = 0; i < 2; ++i) {
    if (!values[i].settle(dtype)) {
      if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return Outcome::Error;
      PyErr_Clear();  // NumPy wraps it
      return Outcome::Delegate;
    }
    if (!array::broadcast_shape(shape, values[i].view.lengths())) return Outcome::Delegate;
  }
  if (shape.rank == 0) return Outcome::Delegate;
  const View inputs[] = {mask, values[0].view, values[1].view};
  Ref made(as_object(new_of_layout(dtype, array::layout_of_result(inputs, shape.lengths(), array::size_of(dtype)))));
  if (!made) return Outcome::Error;
  const View out = as_array(made.get())->view();
  bool is_out_used = false;
  for (int i = 0; i < 2; ++i) {
    View& view = values[i].view;
    if (view.dtype == dtype) continue;
    if (view.size() == out.size() && !is_out_used) {  // converted where the result will be: no memory for a copy
      Extents storage;
      if (!convert_elements(out, array::broadcast_view(view, shape.lengths(), storage))) return Outcome::Error;
      view = out;
      is_out_used = true;
      continue;
    }
    kept[i] = Ref(as_object(copied(view, dtype, std::nullopt)));
    if (!kept[i]) return Outcome::Error;
    view = as_array(kept[i].get())->view();
  }
  Extents storage[3];
  const View operands[] = {array::broadcast_view(mask, shape.lengths(), storage[0]),
                           array::broadcast_view(values[0].view, shape.lengths(), storage[1]),
                           array::broadcast_view(values[1].view, shape.lengths(), storage[2])};
  lib::select(out, operands[0], operands[1], operands[2]);
  result = made.release();
  return Outcome::Done;
}

}  // namespace rooftop::python
