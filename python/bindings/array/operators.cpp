// Operators of arrays and scalars that no fast path takes: who decides, what is read, and what NumPy is asked.
#include "array/operators.h"

#include <utility>

#include "array/creation.h"
#include "array/delegate.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/numpy_access.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// What has no say in it, and is met most: looking for attributes that are not there takes longer than a small
// operation.
bool is_plain(PyObject* object) {
  return PyFloat_CheckExact(object) || PyLong_CheckExact(object) || PyBool_Check(object) ||
         PyComplex_CheckExact(object) || PyList_CheckExact(object) || PyTuple_CheckExact(object);
}

// Whether the other operand's type wants to decide itself: NumPy's rule for its operators.
bool defers_to(PyObject* self, PyObject* other) {
  if (Py_TYPE(self) == Py_TYPE(other) || is_array(other) || is_scalar(other) || is_plain(other)) return false;
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(other));
  Ref hook(PyObject_GetAttrString(type, "__array_ufunc__"));
  if (hook) return hook.get() == Py_None;
  PyErr_Clear();
  Ref priority(PyObject_GetAttrString(other, "__array_priority__"));
  if (!priority) {
    PyErr_Clear();
    return false;
  }
  const double theirs = PyFloat_AsDouble(priority.get());
  if (theirs == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    return false;
  }
  return theirs > (is_array(self) ? 0.0 : -1000000.0);
}

bool is_number(PyObject* object) {
  return is_scalar(object) || PyFloat_CheckExact(object) || PyLong_CheckExact(object) || PyComplex_CheckExact(object) ||
         PyBool_Check(object);
}

// Lists, texts and their like, which a scalar repeats as an int does.
bool is_repeatable(PyObject* object) {
  const PyTypeObject* type = Py_TYPE(object);
  const bool multiplies = type->tp_as_number != nullptr && type->tp_as_number->nb_multiply != nullptr;
  return !multiplies && type->tp_as_sequence != nullptr && type->tp_as_sequence->sq_repeat != nullptr;
}
PyObject* repeated(PyObject* sequence, PyObject* scalar) {
  if (!PyIndex_Check(scalar)) {
    return PyErr_Format(PyExc_TypeError, "can't multiply sequence by non-int of type '%s'", Py_TYPE(scalar)->tp_name);
  }
  const Py_ssize_t times = PyNumber_AsSsize_t(scalar, PyExc_OverflowError);
  return times == -1 && PyErr_Occurred() ? nullptr : PySequence_Repeat(sequence, times);
}

PyObject* delegate_operator(Ufunc ufunc, PyObject* left, PyObject* right, PyObject* out) {
  Ref arguments(out != nullptr ? PyTuple_Pack(3, left, right, out) : PyTuple_Pack(2, left, right));
  return arguments ? delegate_ufunc(ops::info(ufunc).name.data(), "", arguments.get(), nullptr) : nullptr;
}

}  // namespace

PyObject* binary_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (ufunc == Ufunc::multiply && is_scalar(left) && is_repeatable(right)) return repeated(right, left);
  if (ufunc == Ufunc::multiply && is_scalar(right) && is_repeatable(left)) return repeated(left, right);
  const bool left_is_ours = is_array(left) || is_scalar(left);
  if (defers_to(left_is_ours ? left : right, left_is_ours ? right : left)) Py_RETURN_NOTIMPLEMENTED;
  Operand inputs[2];
  const Reading first = read_operand(left, inputs[0]);
  const Reading second = first == Reading::Ok ? read_operand(right, inputs[1]) : first;
  if (first == Reading::Error || second == Reading::Error) return nullptr;
  PyObject* const operands[] = {left, right};
  if (first == Reading::Foreign || second == Reading::Foreign) {
    return like_operands(delegate_operator(ufunc, left, right, nullptr), operands, 2);
  }
  PyObject* result = nullptr;
  UfuncOptions options;
  options.is_scalar_operator = is_number(left) && is_number(right);
  if (apply_ufunc(ufunc, inputs, options, result) == Outcome::Delegate) {
    result = delegate_operator(ufunc, left, right, nullptr);
  }
  return like_operands(result, operands, 2);
}

PyObject* unary_operator(Ufunc ufunc, PyObject* operand) {
  Operand input;
  if (read_operand(operand, input) != Reading::Ok) return nullptr;
  PyObject* result = nullptr;
  UfuncOptions options;
  options.is_scalar_operator = is_scalar(operand);
  if (apply_ufunc(ufunc, &input, options, result) == Outcome::Delegate) {
    Ref arguments(PyTuple_Pack(1, operand));
    result = arguments ? delegate_ufunc(ops::info(ufunc).name.data(), "", arguments.get(), nullptr) : nullptr;
  }
  return like_operands(result, &operand, 1);
}

PyObject* in_place_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (!is_array(left)) return binary_operator(ufunc, left, right);
  if (defers_to(left, right)) Py_RETURN_NOTIMPLEMENTED;
  Operand inputs[2];
  if (read_operand(left, inputs[0]) != Reading::Ok) return nullptr;
  const Reading second = read_operand(right, inputs[1]);
  if (second == Reading::Error) return nullptr;
  if (second == Reading::Foreign) {
    return delegate_operator(ufunc, left, right, left);
  }
  UfuncOptions options;
  options.out[0] = left;
  PyObject* result = nullptr;
  if (apply_ufunc(ufunc, inputs, options, result) != Outcome::Delegate) return result;
  return delegate_operator(ufunc, left, right, left);
}

PyObject* compare_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (is_array(right) || is_number(right) || is_plain(right)) return binary_operator(ufunc, left, right);
  if (find_numpy() && (Py_TYPE(right) == numpy.array_type || scalar_type(right))) {
    return binary_operator(ufunc, left, right);
  }
  if (defers_to(left, right)) Py_RETURN_NOTIMPLEMENTED;
  // Nothing equals these, or everything is compared as an object: NumPy's operators know, its ufuncs raise.
  constexpr std::pair<Ufunc, int> kOperations[] = {{Ufunc::less, Py_LT},    {Ufunc::less_equal, Py_LE},
                                                   {Ufunc::equal, Py_EQ},   {Ufunc::not_equal, Py_NE},
                                                   {Ufunc::greater, Py_GT}, {Ufunc::greater_equal, Py_GE}};
  Ref view(is_array(left) ? numpy_view(left) : numpy_scalar(left));
  if (!view) return nullptr;
  for (const auto& [known, operation] : kOperations) {
    if (known != ufunc) continue;
    Ref answer(PyObject_RichCompare(view.get(), right, operation));
    return answer ? from_numpy(answer.get()) : nullptr;
  }
  Py_RETURN_NOTIMPLEMENTED;
}

}  // namespace rooftop::python
