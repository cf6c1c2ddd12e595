// sum, prod, min, max, any, all and the method `reduce` of ufuncs.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

struct ReduceOptions {
  PyObject* axis = nullptr;  ///< null: all axes
  PyObject* dtype = nullptr;
  PyObject* out = nullptr;
  PyObject* keepdims = nullptr;
  PyObject* initial = nullptr;
  PyObject* where = nullptr;
};

/// ufunc.reduce(array, …). A new reference.
Outcome reduce_array(ops::Ufunc ufunc, PyObject* array, const ReduceOptions& options, PyObject*& result);

/// The arithmetic mean over axes. A new reference.
Outcome mean_of_array(PyObject* array, const ReduceOptions& options, PyObject*& result);

/// All elements of a small array at once; null without an exception when it is not for this path.
PyObject* fast_reduce(ops::Ufunc ufunc, ArrayObject* array);

/// Fills what fast_reduce needs. Called once.
void prepare_reductions();

}  // namespace rooftop::python
