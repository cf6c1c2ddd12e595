// What to do about floating-point errors: numpy.errstate, kept for each context.
#pragma once

#include <Python.h>

#include <atomic>

namespace rooftop::python {

/// Whether some errstate asks for underflow: then kernels look for it.
extern std::atomic<bool> reports_underflow;
inline bool underflow_is_reported() { return reports_underflow.load(std::memory_order_relaxed); }

/// The context variables that hold what to do, four bits for each kind of error, and whom to tell. Borrowed.
PyObject* error_modes_variable();
PyObject* error_callback_variable();
/// The current modes with those replaced that are given by name: `all`, then divide, over, under and invalid, each of
/// them null or None where it is not. False with an exception.
bool combine_error_modes(PyObject* const* given, unsigned& modes);
/// Sets the modes; a new token for PyContextVar_Reset, or null with an exception.
PyObject* set_error_modes(unsigned modes);

/// Adds what rooftop/_errstate.py needs: `_get_error_modes`, `_set_error_modes`, `_error_callback`.
int add_float_errors(PyObject* module);
/// Adds `errstate`.
int add_errstate(PyObject* module);

}  // namespace rooftop::python
