// Arguments that compiled code cannot take: errors that name the argument, what it is and what to do.
#pragma once

#include <Python.h>

#include "arguments.h"

namespace rooftop::python {

// Each sets the exception and returns false.
bool refuse_type(PyObject* value, Place place);
bool refuse_array(PyObject* array, Place place);
bool refuse_buffer(PyObject* value, const Py_buffer& view, Place place);
bool refuse_big_int(Place place);
bool refuse_tuple(Place place);

}  // namespace rooftop::python
