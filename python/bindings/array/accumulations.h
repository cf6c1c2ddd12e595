// accumulate and reduceat of a function, for ufuncs' methods and for cumsum and its like.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

struct AccumulateOptions {
  PyObject* dtype = nullptr;
  PyObject* out = nullptr;
  bool includes_initial = false;  ///< the function's identity comes first
};

/// The partial results along an axis. A new reference.
Outcome accumulate_array(ops::Ufunc ufunc, ArrayObject* array, int axis, const AccumulateOptions& options,
                         PyObject*& result);

/// The folds of slices that begin at `starts` (dense int64). A new reference.
Outcome reduce_array_slices(ops::Ufunc ufunc, ArrayObject* array, int axis, std::span<const std::int64_t> starts,
                            const AccumulateOptions& options, PyObject*& result);

}  // namespace rooftop::python
