// rooftop.ufunc: the universal functions as objects, with NumPy's attributes and methods.
#pragma once

#include <Python.h>

#include "rooftop/ops/ufunc.h"

namespace rooftop::python {

bool is_ufunc(PyObject* object);
/// NumPy's name. @pre is_ufunc(object)
const char* name_of_ufunc(PyObject* object);

/// @pre is_ufunc(object)
ops::Ufunc ufunc_of(PyObject* object);

int add_ufuncs(PyObject* module);

}  // namespace rooftop::python
