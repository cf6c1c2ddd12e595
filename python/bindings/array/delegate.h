// What is not native is NumPy's: calls of its functions on views of our memory, their results as ours. The conversions
// of arguments and results are in rooftop/_delegate.py; here is the memory's side.
#pragma once

#include <Python.h>

#include <optional>

#include "array/array_object.h"

namespace rooftop::python {

/// numpy.<function>(*arguments, **keywords). `keywords` may be null.
PyObject* delegate_call(const char* function, PyObject* arguments, PyObject* keywords);
/// numpy.ndarray.<method>(array, *arguments, **keywords).
PyObject* delegate_method(const char* method, PyObject* array, PyObject* arguments, PyObject* keywords);
/// numpy.<ufunc>(…), or its method "reduce", "at" …; an empty method is the call itself.
PyObject* delegate_ufunc(const char* ufunc, const char* method, PyObject* arguments, PyObject* keywords);
// The same with the arguments of a vectorcall.
PyObject* delegate_call(const char* function, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
PyObject* delegate_method(const char* method, PyObject* array, PyObject* const* arguments, Py_ssize_t given,
                          PyObject* keyword_names);
PyObject* delegate_ufunc(const char* ufunc, const char* method, PyObject* const* arguments, Py_ssize_t given,
                         PyObject* keyword_names);

/// Any object as an array: ours, or NumPy's for types that ours do not hold.
PyObject* delegate_asarray(PyObject* value, std::optional<DType> dtype);

/// NumPy's dtype object. A new reference.
PyObject* numpy_dtype(DType dtype);
/// A NumPy array on the memory of ours.
PyObject* numpy_view(PyObject* array);
/// A NumPy scalar of the same value.
PyObject* numpy_scalar(PyObject* scalar);
/// Our array on the memory of a NumPy array, our scalar of NumPy's; the object itself when it is neither or of a type
/// that we do not hold. A new reference.
PyObject* from_numpy(PyObject* value);

/// Adds `_from_numpy` and `_numpy_view` for rooftop/_delegate.py.
int add_delegation(PyObject* module);

}  // namespace rooftop::python
