// Axes as arguments.
#pragma once

#include <Python.h>

#include <cstdint>

namespace rooftop::python {

/// An int from -rank to rank - 1 as one from 0. False with an exception: AxisError where it is none of these.
bool read_axis(PyObject* object, int rank, int& axis);

/// An int, a tuple of ints or None (all axes) as a set, bit by axis. False with an exception.
bool read_axes(PyObject* object, int rank, std::uint64_t& axes);

}  // namespace rooftop::python
