// Small arrays of one type whose shapes differ: rows of the one with rows, or with one element, of the other.
#pragma once

#include "array/array_object.h"
#include "rooftop/lib/fast_loops.h"

namespace rooftop::python {

/// Both arrays are kSmall and have the type of `loop`. Null without an exception: not for the fast path.
PyObject* fast_broadcast(ops::Ufunc ufunc, const lib::FastLoop& loop, const ArrayObject* x, const ArrayObject* y);
/// x = ufunc(x, y). True when it is done; false without an exception: not for the fast path.
bool fast_broadcast_in_place(ops::Ufunc ufunc, const lib::FastLoop& loop, ArrayObject* x, const ArrayObject* y);

}  // namespace rooftop::python
