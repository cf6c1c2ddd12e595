// C++ exceptions at the border to Python.
#pragma once

#include <Python.h>

#include <exception>
#include <new>

#include "rooftop/base/errors.h"

namespace rooftop::python {

/// Sets rooftop.InternalError.
void set_internal_error(const char* message);

/// Calls `body`; turns a C++ exception into a Python one and returns `failure`. There is no catch for everything:
/// ending a thread in the C library unwinds the stack and must not be stopped.
template <typename Result, typename Body>
Result guarded(Result failure, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const UserError& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  } catch (const std::exception& error) {
    set_internal_error(error.what());
  }
  return failure;
}

/// The same for a body that returns a new reference or null.
template <typename Body>
PyObject* guarded(Body body) {
  return guarded(static_cast<PyObject*>(nullptr), body);
}

}  // namespace rooftop::python
