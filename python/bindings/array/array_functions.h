// Functions of whole arrays that are not elementwise: where, clip, concatenate.
#pragma once

#include <Python.h>

#include "array/ufunc_call.h"

namespace rooftop::python {

/// clip(array, low, high): bounds may be None. A new reference.
Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result);

/// where(condition, x, y). A new reference.
Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result);

/// concatenate(arrays, axis). A new reference.
Outcome concatenate_arrays(PyObject* sequence, Py_ssize_t axis, PyObject*& result);

}  // namespace rooftop::python
