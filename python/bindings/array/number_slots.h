// Operators of arrays and scalars.
#pragma once

#include <Python.h>

namespace rooftop::python {

extern PyNumberMethods array_number_slots;
extern PyNumberMethods scalar_number_slots;
extern PyNumberMethods integer_scalar_number_slots;  ///< with __index__

/// tp_richcompare of both.
PyObject* number_compare(PyObject* left, PyObject* right, int operation);

}  // namespace rooftop::python
