// rooftop._core.measure_fma and measure_bandwidth: the machine's ceilings, measured.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// Adds both functions to `module`. Returns -1 with a Python exception set on failure.
int add_ceilings(PyObject* module);

}  // namespace rooftop::python
