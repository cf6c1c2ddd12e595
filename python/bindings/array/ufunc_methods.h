// The methods of universal functions: reduce, accumulate, reduceat, outer, at.
#pragma once

#include <Python.h>

namespace rooftop::python {

PyObject* ufunc_reduce(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
PyObject* ufunc_accumulate(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
PyObject* ufunc_reduceat(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
PyObject* ufunc_outer(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);
PyObject* ufunc_at(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names);

}  // namespace rooftop::python
