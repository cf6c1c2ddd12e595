// unique along an axis: what lies at its indices are the rows of a matrix.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

/// What `unique` is asked for besides the different elements.
struct UniqueOptions {
  bool index = false, inverse = false, counts = false, equal_nan = true;
  bool needs_order() const { return index || inverse; }
};

/// unique(array, axis=axis). @pre the axis is one of the array's, which has elements and is not complex
Outcome unique_along(const ArrayObject* array, int axis, const UniqueOptions& options, PyObject*& result);

}  // namespace rooftop::python
