// Whole-array functions that are methods, too.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// Adds them to the module, and as methods to the array type, which is ready.
int add_function_methods(PyObject* module);

}  // namespace rooftop::python
