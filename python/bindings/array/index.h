// Subscripts of arrays: integers, slices, None and Ellipsis here; arrays of integers and booleans in fancy_index.
#pragma once

#include <Python.h>

#include "array/array_object.h"

namespace rooftop::python {

extern PyMappingMethods array_mapping_slots;
extern PySequenceMethods array_sequence_slots;

PyObject* iterate_array(PyObject* array);

/// array[...] = value for a view: broadcasts and converts as an assignment does. False with a Python exception.
bool assign(const View& target, PyObject* value);

}  // namespace rooftop::python
