// Functions of whole arrays that are not elementwise: where, clip, concatenate, var, std.
#pragma once

#include <Python.h>

#include "array/reductions.h"

namespace rooftop::python {

/// The variance over axes, or its square root. A new reference.
Outcome variance_of_array(PyObject* array, const ReduceOptions& options, double ddof, bool takes_root,
                          PyObject*& result);

/// clip(array, low, high): bounds may be None. A new reference.
Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result);

/// where(condition, x, y). A new reference.
Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result);

/// concatenate(arrays, axis). A new reference.
Outcome concatenate_arrays(PyObject* sequence, Py_ssize_t axis, PyObject*& result);

}  // namespace rooftop::python
