// C++ exceptions at the border to Python.
#pragma once

#include <Python.h>

#include <exception>
#include <new>

#include "rooftop/base/errors.h"

namespace rooftop::python {

/// Sets rooftop.InternalError.
void set_internal_error(const char* message);

/// Calls `body`, which returns a new reference or null; turns a C++ exception into a Python one. There is no catch for
/// everything: ending a thread in the C library unwinds the stack and must not be stopped.
template <typename Body>
PyObject* guarded(Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const UserError& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  } catch (const std::exception& error) {
    set_internal_error(error.what());
  }
  return nullptr;
}

}  // namespace rooftop::python
