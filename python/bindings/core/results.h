// Results of a kernel: from slots to Python objects.
#pragma once

#include <Python.h>

#include <cstdint>

#include "arguments.h"
#include "descriptor.h"
#include "rooftop/backend/abi.h"

namespace rooftop::python {

/// Makes the object that the type says from `slots`. An array result is one that the call has created, whose memory the
/// object takes over, or a view of one of the arguments: the argument itself when it is all of it, else a new view that
/// keeps the argument alive. New arrays are rooftop's where `makes_ours`, else NumPy's.
PyObject* make_result(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments,
                      backend::KernelContext& context, bool makes_ours);

}  // namespace rooftop::python
