// Frames that look as if Python had run the user's function: file, function, line and, from Python 3.11 on, columns.
#pragma once

#include <Python.h>

#include "ref.h"
#include "rooftop/backend/abi.h"

namespace rooftop::python {

/// A traceback of a frame at `site`, followed by `next` (which may be empty). Empty with an exception on failure.
Ref add_frame(Ref next, const backend::Site& site, PyObject* globals);

}  // namespace rooftop::python
