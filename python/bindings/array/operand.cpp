// Reading operands, the commonest kinds first.
#include "array/operand.h"

#include "array/creation.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"

namespace rooftop::python {
namespace {

void read_scalar(DType dtype, const char* data, Operand& operand) {
  operand.view = {const_cast<char*>(data), dtype, 0, nullptr, nullptr};
}

bool read_python_number(PyObject* object, Operand& operand) {
  if (PyFloat_CheckExact(object)) {
    operand.weak = array::Weak::Float;
  } else if (PyLong_CheckExact(object)) {
    operand.weak = array::Weak::Int;
  } else if (PyComplex_CheckExact(object)) {
    operand.weak = array::Weak::Complex;
  } else if (PyBool_Check(object)) {
    operand.value[0] = static_cast<char>(object == Py_True);
    read_scalar(DType::Bool, operand.value, operand);
  } else {
    return false;
  }
  return true;
}

Reading read_numpy(PyObject* object, Operand& operand) {
  if (is_numpy_array(object)) {
    const auto& array = *reinterpret_cast<const NumPyArray*>(object);
    const auto dtype = element_type(*array.dtype);
    if (!dtype) return Reading::Foreign;
    operand.view = {array.data, *dtype, array.rank, reinterpret_cast<const std::int64_t*>(array.shape),
                    reinterpret_cast<const std::int64_t*>(array.strides)};
    return Reading::Ok;
  }
  const auto dtype = scalar_type(object);
  if (!dtype) return Reading::Foreign;
  read_scalar(*dtype, scalar_data(object), operand);
  return Reading::Ok;
}

}  // namespace

bool Operand::settle(DType dtype) {
  if (weak == array::Weak::None) return true;
  if (write_element(dtype, value, object) != 0) return false;
  view = {value, dtype, 0, nullptr, nullptr};
  return true;
}

Reading read_operand(PyObject* object, Operand& operand, bool sequences) {
  operand.object = object;
  if (is_array(object)) {
    operand.view = as_array(object)->view();
    return Reading::Ok;
  }
  if (read_python_number(object, operand)) return Reading::Ok;
  if (is_scalar(object)) {
    read_scalar(*dtype_of_scalar_type(Py_TYPE(object)), scalar_value(object), operand);
    return Reading::Ok;
  }
  if (find_numpy() && read_numpy(object, operand) == Reading::Ok) return Reading::Ok;
  if (!sequences || !(PyList_CheckExact(object) || PyTuple_CheckExact(object))) return Reading::Foreign;
  operand.kept = Ref(array_from_sequence(object, std::nullopt));
  if (!operand.kept) return PyErr_Occurred() ? Reading::Error : Reading::Foreign;
  operand.view = as_array(operand.kept.get())->view();
  return Reading::Ok;
}

}  // namespace rooftop::python
