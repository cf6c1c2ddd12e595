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

/// Whether something else than everything is asked for.
inline bool is_where_given(PyObject* where) { return where != nullptr && where != Py_True; }
/// `where` as a bool array that broadcasts to the array's lengths. Delegate for anything else.
Outcome read_where(PyObject* given, const ArrayObject* array, Ref& kept);

}  // namespace rooftop::python
