// ndarray.flags: how the memory of an array lies.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// The flags of an array, which they keep alive. Null with an exception.
PyObject* new_flags(PyObject* array);

/// Before the first call of new_flags(). -1 with an exception.
int ready_flags();

}  // namespace rooftop::python
