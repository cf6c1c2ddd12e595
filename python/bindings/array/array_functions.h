// Functions of whole arrays that are not elementwise: where, clip.
#pragma once

#include <Python.h>

#include "array/ufunc_call.h"

namespace rooftop::python {

/// clip(array, low, high): bounds may be None. A new reference.
Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result);

/// where(condition, x, y). A new reference.
Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result);

}  // namespace rooftop::python
