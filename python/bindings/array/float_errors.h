// What to do about floating-point errors: numpy.errstate, kept for each context.
#pragma once

#include <Python.h>

#include <atomic>

namespace rooftop::python {

/// Whether some errstate asks for underflow: then kernels look for it.
extern std::atomic<bool> reports_underflow;
inline bool underflow_is_reported() { return reports_underflow.load(std::memory_order_relaxed); }

/// Adds `_get_error_modes` and `_set_error_modes` for rooftop/_errstate.py.
int add_float_errors(PyObject* module);

}  // namespace rooftop::python
