// What to do about floating-point errors: numpy.errstate, kept for each context.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// Whether some errstate asks for underflow: then kernels look for it.
bool underflow_is_reported();

/// Adds `_get_error_modes` and `_set_error_modes` for rooftop/_errstate.py.
int add_float_errors(PyObject* module);

}  // namespace rooftop::python
