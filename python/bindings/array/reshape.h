// The same elements under other lengths.
#pragma once

#include <Python.h>

#include "array/array_object.h"

namespace rooftop::python {

/// The elements in row-major order under the lengths of `wanted` (one of which may be -1), whose strides are set: a
/// view where that is possible, else a copy.
PyObject* reshaped(ArrayObject* array, Extents& wanted);
/// The same with the lengths that a Python object names.
PyObject* reshape_array(ArrayObject* array, PyObject* shape);

}  // namespace rooftop::python
