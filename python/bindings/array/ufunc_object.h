// rooftop.ufunc: the universal functions as objects, with NumPy's attributes and methods.
#pragma once

#include <Python.h>

namespace rooftop::python {

bool is_ufunc(PyObject* object);
/// NumPy's name. @pre is_ufunc(object)
const char* name_of_ufunc(PyObject* object);

int add_ufuncs(PyObject* module);

}  // namespace rooftop::python
