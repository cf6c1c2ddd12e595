// Products of arrays of more than two axes, of integers, bools and halves, and of operands of two types.
#pragma once

#include <Python.h>

#include "array/array_object.h"

namespace rooftop::python {

/// x @ y. Null without an exception where NumPy is to be asked.
PyObject* stacked_product(ArrayObject* x, ArrayObject* y);

}  // namespace rooftop::python
