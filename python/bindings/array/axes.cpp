#include "array/axes.h"

#include "array/creation.h"
#include "core/ref.h"

namespace rooftop::python {
namespace {

void refuse_axis(Py_ssize_t axis, int rank) {
  Ref module(PyImport_ImportModule("numpy.exceptions"));
  Ref type(module ? PyObject_GetAttrString(module.get(), "AxisError") : nullptr);
  if (type) PyErr_Format(type.get(), "axis %zd is out of bounds for array of dimension %d", axis, rank);
}

}  // namespace

bool read_axis(PyObject* object, int rank, int& axis) {
  if (PyBool_Check(object)) {
    PyErr_SetString(PyExc_TypeError, "an integer is required for the axis");
    return false;
  }
  const Py_ssize_t given = PyNumber_AsSsize_t(object, PyExc_OverflowError);
  if (given == -1 && PyErr_Occurred()) return false;
  const Py_ssize_t index = given < 0 ? given + rank : given;
  if (index < 0 || index >= rank) {
    refuse_axis(given, rank);
    return false;
  }
  axis = static_cast<int>(index);
  return true;
}

bool read_axes(PyObject* object, int rank, std::uint64_t& axes) {
  axes = 0;
  if (!is_given(object)) {
    axes = rank == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rank) - 1;
    return true;
  }
  if (!PyTuple_Check(object) && rank == 0) {  // NumPy takes 0 and -1 here
    const Py_ssize_t given = PyIndex_Check(object) && !PyBool_Check(object) ? PyNumber_AsSsize_t(object, nullptr) : 1;
    if (given == -1 && PyErr_Occurred()) return false;
    if (given == 0 || given == -1) return true;
  }
  int axis = 0;
  if (!PyTuple_Check(object)) {
    if (!read_axis(object, rank, axis)) return false;
    axes = std::uint64_t{1} << axis;
    return true;
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
    if (!read_axis(PyTuple_GET_ITEM(object, i), rank, axis)) return false;
    if ((axes >> axis & 1) != 0) {
      PyErr_SetString(PyExc_ValueError, "duplicate value in 'axis'");
      return false;
    }
    axes |= std::uint64_t{1} << axis;
  }
  return true;
}

}  // namespace rooftop::python
