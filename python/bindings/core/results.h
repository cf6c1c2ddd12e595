// Results of a kernel: from slots to Python objects.
#pragma once

#include <Python.h>

#include <cstdint>

#include "arguments.h"
#include "descriptor.h"

namespace rooftop::python {

/// Makes the object that the type says from `slots`. An array result is a view of one of the arguments: the argument
/// itself when it is all of it, else a new view that keeps the argument alive.
PyObject* make_result(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments);

}  // namespace rooftop::python
