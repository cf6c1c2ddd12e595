// From a kernel's error record to a Python exception whose traceback shows the user's lines.
#pragma once

#include <Python.h>

#include <string>

#include "rooftop/backend/abi.h"

namespace rooftop::python {

/// Sets the exception that `context` holds after kRaised. `globals` are those of the function that was called.
void raise_from(const backend::KernelContext& context, PyObject* globals);

/// The site's message with its arguments in place.
std::string format_message(const backend::Site& site, const std::int64_t* arguments);

}  // namespace rooftop::python
