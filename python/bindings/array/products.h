// Matrix products: the operator @, matmul and dot.
#pragma once

#include <Python.h>

namespace rooftop::python {

/// left @ right; NotImplemented where the other object should decide.
PyObject* matmul_operator(PyObject* left, PyObject* right);

}  // namespace rooftop::python
