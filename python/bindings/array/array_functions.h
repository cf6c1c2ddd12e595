// Functions of whole arrays that are not elementwise: where, clip, argmax, argmin, var, std.
#pragma once

#include <Python.h>

#include "array/reductions.h"

namespace rooftop::python {

/// The variance over axes, or its square root. A new reference.
Outcome variance_of_array(PyObject* array, const ReduceOptions& options, double ddof, bool takes_root,
                          PyObject*& result);

/// The place of the largest (smallest) element of all. A new reference.
Outcome extreme_place(PyObject* array, bool largest, PyObject*& result);

/// clip(array, low, high): bounds may be None. A new reference.
Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result);

/// where(condition, x, y). A new reference.
Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result);

}  // namespace rooftop::python
