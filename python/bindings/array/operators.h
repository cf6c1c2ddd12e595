// Python's operators on arrays and scalars.
#pragma once

#include <Python.h>

#include "rooftop/ops/ufunc.h"

namespace rooftop::python {

/// `left op right`, `op operand` for operators: NotImplemented where the other object should decide.
PyObject* binary_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);
PyObject* unary_operator(ops::Ufunc ufunc, PyObject* operand);
/// `left op= right`.
PyObject* in_place_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);
/// Comparison operators; objects that cannot be compared are unequal.
PyObject* compare_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);

}  // namespace rooftop::python
