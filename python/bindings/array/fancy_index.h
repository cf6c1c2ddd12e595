// Subscripts by one array of integers or booleans; other mixtures are NumPy's.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

/// array[key]. Delegate: a mixture that is not native.
Outcome fancy_subscript(ArrayObject* array, PyObject* key, PyObject*& result);

/// array[key] = value.
Outcome assign_fancy_subscript(ArrayObject* array, PyObject* key, PyObject* value);

}  // namespace rooftop::python
