// The fast paths: small arrays of one type and shape, an array with a Python float, two float64 scalars. Whatever they
// do not take goes to ufunc_call.
#include "array/number_slots.h"

#include <cstring>

#include "array/delegate.h"
#include "array/fast_path.h"
#include "array/operators.h"
#include "array/products.h"
#include "array/scalar_object.h"
#include "array/tiny_float64.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// float64 scalars and Python floats, of which at least one is a scalar: plain arithmetic unless something goes wrong.
inline bool is_float64(PyObject* object) {
  return Py_TYPE(object) == scalar_type_of(DType::F64) || PyFloat_CheckExact(object);
}

template <Ufunc U>
PyObject* binary(PyObject* left, PyObject* right) {
  if constexpr (is_float64_arithmetic(U)) {
    const bool is_quiet = !underflow_is_reported();
    bool raised = false;
    PyObject* result = is_quiet ? tiny_binary<U>(left, right, raised) : nullptr;
    if (result != nullptr || raised) return result;
    if (is_quiet && is_float64(left) && is_float64(right)) {
      const double value = float64_arithmetic<U>(PyFloat_AS_DOUBLE(left), PyFloat_AS_DOUBLE(right));
      // Infinities and NaN may need a warning.
      if (value - value == 0) return new_float64(value);
    }
  }
  if (PyObject* result = fast_binary(U, left, right)) return result;
  return PyErr_Occurred() ? nullptr : binary_operator(U, left, right);
}

template <Ufunc U>
PyObject* unary(PyObject* operand) {
  if constexpr (U == Ufunc::negative) {
    bool raised = false;
    PyObject* result = tiny_negative(operand, raised);
    if (result != nullptr || raised) return result;
  }
  if (PyObject* result = fast_scalar(U, operand)) return result;
  if (PyObject* result = fast_unary(U, operand)) return result;
  return PyErr_Occurred() ? nullptr : unary_operator(U, operand);
}

template <Ufunc U>
PyObject* in_place(PyObject* left, PyObject* right) {
  if (fast_in_place(U, left, right)) return Py_NewRef(left);
  if (PyErr_Occurred()) return nullptr;
  return in_place_operator(U, left, right);
}

// a ** 2, a ** 0.5 … are what they are called elsewhere, as in NumPy.
PyObject* power_operator(PyObject* left, PyObject* right, PyObject* out) {
  if (is_exact_array(left) && (PyFloat_CheckExact(right) || PyLong_CheckExact(right))) {
    const DType dtype = as_array(left)->dtype;
    const bool is_inexact = array::is_float(dtype) || array::is_complex(dtype);
    const double exponent = PyFloat_CheckExact(right) ? PyFloat_AS_DOUBLE(right) : PyLong_AsDouble(right);
    if (exponent == -1 && PyErr_Occurred()) PyErr_Clear();
    const bool is_whole = array::is_integer(dtype) || array::is_bool(dtype);
    if (is_inexact || (exponent == 2 && PyLong_CheckExact(right) && is_whole)) {
      Ufunc simple = Ufunc::power;
      if (exponent == 2) simple = Ufunc::square;
      if (exponent == 1) simple = Ufunc::positive;
      if (exponent == 0.5) simple = Ufunc::sqrt;
      if (exponent == -1) simple = Ufunc::reciprocal;
      if (simple != Ufunc::power) {
        if (out == nullptr) {
          PyObject* result = fast_unary(simple, left);
          return result != nullptr || PyErr_Occurred() ? result : unary_operator(simple, left);
        }
        Operand input;
        UfuncOptions options;
        options.out[0] = out;
        PyObject* result = nullptr;
        if (read_operand(left, input) != Reading::Ok) return nullptr;
        if (apply_ufunc(simple, &input, options, result) != Outcome::Delegate) return result;
      }
    }
  }
  if (out != nullptr) return in_place_operator(Ufunc::power, left, right);
  if (PyObject* result = fast_binary(Ufunc::power, left, right)) return result;
  return PyErr_Occurred() ? nullptr : binary_operator(Ufunc::power, left, right);
}

PyObject* power(PyObject* left, PyObject* right, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return power_operator(left, right, nullptr);
}
PyObject* in_place_power(PyObject* left, PyObject* right, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return power_operator(left, right, is_array(left) ? left : nullptr);
}

// The one element of an array as a scalar's memory; null with TypeError.
const char* only_element(PyObject* object, DType& dtype) {
  if (is_scalar(object)) {
    dtype = *dtype_of_scalar_type(Py_TYPE(object));
    return scalar_value(object);
  }
  ArrayObject* array = as_array(object);
  dtype = array->dtype;
  if (array->size == 1 && array->rank == 0) return array->data;
  PyErr_SetString(PyExc_TypeError, "only 0-dimensional arrays can be converted to Python scalars");
  return nullptr;
}

int truth(PyObject* object) {
  if (Py_TYPE(object) == scalar_type_of(DType::Bool)) return *scalar_value(object) != 0;
  if (is_array(object) && as_array(object)->size != 1) {
    if (as_array(object)->size == 0) {
      PyErr_SetString(PyExc_ValueError,
                      "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is "
                      "not empty.");
    } else {
      PyErr_SetString(PyExc_ValueError,
                      "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()");
    }
    return -1;
  }
  const DType dtype = is_array(object) ? as_array(object)->dtype : *dtype_of_scalar_type(Py_TYPE(object));
  Ref value(python_value(dtype, is_array(object) ? as_array(object)->data : scalar_value(object)));
  return value ? PyObject_IsTrue(value.get()) : -1;
}

// Complex numbers lose their imaginary part with a warning, as NumPy's do.
PyObject* real_value(PyObject* object) {
  DType dtype{};
  const char* data = only_element(object, dtype);
  if (data == nullptr) return nullptr;
  if (!array::is_complex(dtype)) return python_value(dtype, data);
  Ref foreign(is_scalar(object) ? numpy_scalar(object) : numpy_view(object));
  return foreign ? PyNumber_Float(foreign.get()) : nullptr;
}

PyObject* as_float(PyObject* object) {
  if (is_float64(object)) return PyFloat_FromDouble(PyFloat_AS_DOUBLE(object));
  Ref value(real_value(object));
  return value ? PyNumber_Float(value.get()) : nullptr;
}

PyObject* as_int(PyObject* object) {
  Ref value(real_value(object));
  return value ? PyNumber_Long(value.get()) : nullptr;
}

PyObject* as_index(PyObject* object) {
  const DType dtype = is_array(object) ? as_array(object)->dtype : *dtype_of_scalar_type(Py_TYPE(object));
  if (!array::is_integer(dtype) || (is_array(object) && as_array(object)->rank != 0)) {
    PyErr_SetString(PyExc_TypeError, "only integer scalar arrays can be converted to a scalar index");
    return nullptr;
  }
  return python_value(dtype, is_array(object) ? as_array(object)->data : scalar_value(object));
}

PyObject* matrix_product(PyObject* left, PyObject* right) {
  PyObject* const operands[] = {left, right};
  return like_operands(matmul_operator(left, right), operands, 2);
}

PyObject* in_place_matrix_product(PyObject* left, PyObject* right) {
  Ref arguments(PyTuple_Pack(1, right));
  return arguments ? delegate_method("__imatmul__", left, arguments.get(), nullptr) : nullptr;
}

constexpr PyNumberMethods slots(bool is_array_type, bool has_index) {
  return {
      .nb_add = binary<Ufunc::add>,
      .nb_subtract = binary<Ufunc::subtract>,
      .nb_multiply = binary<Ufunc::multiply>,
      .nb_remainder = binary<Ufunc::remainder>,
      .nb_divmod = binary<Ufunc::divmod>,
      .nb_power = power,
      .nb_negative = unary<Ufunc::negative>,
      .nb_positive = unary<Ufunc::positive>,
      .nb_absolute = unary<Ufunc::absolute>,
      .nb_bool = truth,
      .nb_invert = unary<Ufunc::invert>,
      .nb_lshift = binary<Ufunc::left_shift>,
      .nb_rshift = binary<Ufunc::right_shift>,
      .nb_and = binary<Ufunc::bitwise_and>,
      .nb_xor = binary<Ufunc::bitwise_xor>,
      .nb_or = binary<Ufunc::bitwise_or>,
      .nb_int = as_int,
      .nb_float = as_float,
      .nb_inplace_add = is_array_type ? in_place<Ufunc::add> : nullptr,
      .nb_inplace_subtract = is_array_type ? in_place<Ufunc::subtract> : nullptr,
      .nb_inplace_multiply = is_array_type ? in_place<Ufunc::multiply> : nullptr,
      .nb_inplace_remainder = is_array_type ? in_place<Ufunc::remainder> : nullptr,
      .nb_inplace_power = is_array_type ? in_place_power : nullptr,
      .nb_inplace_lshift = is_array_type ? in_place<Ufunc::left_shift> : nullptr,
      .nb_inplace_rshift = is_array_type ? in_place<Ufunc::right_shift> : nullptr,
      .nb_inplace_and = is_array_type ? in_place<Ufunc::bitwise_and> : nullptr,
      .nb_inplace_xor = is_array_type ? in_place<Ufunc::bitwise_xor> : nullptr,
      .nb_inplace_or = is_array_type ? in_place<Ufunc::bitwise_or> : nullptr,
      .nb_floor_divide = binary<Ufunc::floor_divide>,
      .nb_true_divide = binary<Ufunc::divide>,
      .nb_inplace_floor_divide = is_array_type ? in_place<Ufunc::floor_divide> : nullptr,
      .nb_inplace_true_divide = is_array_type ? in_place<Ufunc::divide> : nullptr,
      .nb_index = has_index ? as_index : nullptr,
      .nb_matrix_multiply = matrix_product,
      .nb_inplace_matrix_multiply = is_array_type ? in_place_matrix_product : nullptr,
  };
}

}  // namespace

PyNumberMethods array_number_slots = slots(true, true);
PyNumberMethods scalar_number_slots = slots(false, false);
PyNumberMethods integer_scalar_number_slots = slots(false, true);

namespace {

bool compare_numbers(double left, double right, int operation) {
  switch (operation) {
    case Py_LT:
      return left < right;
    case Py_LE:
      return left <= right;
    case Py_EQ:
      return left == right;
    case Py_NE:
      return left != right;
    case Py_GT:
      return left > right;
    default:
      return left >= right;
  }
}

}  // namespace

PyObject* number_compare(PyObject* left, PyObject* right, int operation) {
  constexpr Ufunc kByOperation[] = {Ufunc::less,      Ufunc::less_equal, Ufunc::equal,
                                    Ufunc::not_equal, Ufunc::greater,    Ufunc::greater_equal};
  const Ufunc ufunc = kByOperation[operation];
  if (is_float64(left) && is_float64(right)) {
    const char answer = compare_numbers(PyFloat_AS_DOUBLE(left), PyFloat_AS_DOUBLE(right), operation);
    return new_scalar(DType::Bool, &answer);
  }
  if (PyObject* result = fast_binary(ufunc, left, right)) return result;
  if (PyErr_Occurred()) [[unlikely]]
    return nullptr;
  return compare_operator(ufunc, left, right);
}

}  // namespace rooftop::python
