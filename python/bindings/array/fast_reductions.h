// Folds of small arrays that lie in order, without resolution of types and axes.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::python {

// Each is null without an exception when it is not for this path, or when there may be an error to tell of.

/// All elements.
PyObject* fast_reduce(ops::Ufunc ufunc, ArrayObject* array);
/// Along an axis, counted from 0.
PyObject* fast_reduce_axis(ops::Ufunc ufunc, ArrayObject* array, int axis);
/// The mean of all elements, or along an axis, of float64.
PyObject* fast_mean(ArrayObject* array);
PyObject* fast_mean_axis(ArrayObject* array, int axis);
/// The variance of all elements of float64; its root if that is asked for.
PyObject* fast_variance(ArrayObject* array, bool takes_root);

/// Fills what these need. Called once.
void prepare_reductions();

}  // namespace rooftop::python
