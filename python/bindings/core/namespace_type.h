// rooftop._core._Namespace: a module type whose attributes are found by one look into its names.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// Adds the type to `module`; returns -1 with an exception on failure.
int add_namespace_type(PyObject* module);

}  // namespace rooftop::python
