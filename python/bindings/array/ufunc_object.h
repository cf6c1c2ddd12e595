// rooftop.ufunc: the universal functions as objects, with NumPy's attributes and methods.
#pragma once

#include <Python.h>

namespace rooftop::python {

int add_ufuncs(PyObject* module);

}  // namespace rooftop::python
