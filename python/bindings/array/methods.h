// The methods of arrays.
#pragma once

#include <Python.h>

#include "array/array_object.h"

namespace rooftop::python {

extern PyMethodDef array_methods[];

/// The elements in row-major order under other lengths (one of which may be -1): a view where that is possible.
PyObject* reshape_array(ArrayObject* array, PyObject* shape);

/// Adds `_array_flags` and `_set_writeable` for rooftop/_flags.py.
int add_flag_functions(PyObject* module);

}  // namespace rooftop::python
