// Memory of arrays for others: the buffer protocol.
#pragma once

#include <Python.h>

namespace rooftop::python {

extern PyBufferProcs array_buffer_slots;

}  // namespace rooftop::python
