// ufunc.at: a function applied in place at given places, once for each time that a place is named.
#pragma once

#include <Python.h>

#include "array/ufunc_call.h"

namespace rooftop::python {

/// target[places] op= values, where places that repeat add up. Delegate: nothing has been written.
Outcome apply_at(ops::Ufunc ufunc, PyObject* target, PyObject* places, PyObject* values);

}  // namespace rooftop::python
