// Means, variances and standard deviations.
#pragma once

#include <Python.h>

#include "array/reductions.h"

namespace rooftop::python {

/// The arithmetic mean over axes. A new reference.
Outcome mean_of_array(PyObject* array, const ReduceOptions& options, PyObject*& result);

struct VarianceOptions {
  PyObject* ddof = nullptr;  ///< what is taken from the number of elements
  PyObject* mean = nullptr;  ///< computed where it is not given
  bool takes_root = false;
};

/// The variance or standard deviation over axes. A new reference.
Outcome variance_of_array(PyObject* array, const ReduceOptions& options, const VarianceOptions& more,
                          PyObject*& result);

}  // namespace rooftop::python
