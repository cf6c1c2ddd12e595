// What rooftop._explain asks this module for: the call that was timed, and runs of kernels that only compute numbers.
#pragma once

#include <Python.h>

namespace rooftop::python {

class Specialization;

/// (seconds, slots, returned, calls) of the specialisation's timed call, or None. Null with an exception.
PyObject* describe_timed_call(const Specialization& specialization);

/// Adds `_run_kernel` to `module`. Returns -1 with a Python exception set on failure.
int add_inspection(PyObject* module);

}  // namespace rooftop::python
