// Python's own buffers (memoryview, bytes, array.array): which objects they are and what their elements are.
#pragma once

#include <Python.h>

#include <optional>

#include "descriptor.h"

namespace rooftop::python {

/// Buffer or ArrayArray for the types whose indexing the compiler knows; nothing for any other object.
std::optional<Kind> buffer_kind(PyObject* value);

/// The type of a buffer requested with PyBUF_RECORDS_RO; nothing when its elements are no numbers, or lie askew.
std::optional<Word> buffer_type(const Py_buffer& view, Kind kind);

/// A result that is a view of one of Python's own buffers: `owner[start:stop:step]`. One dimension.
PyObject* slice_of(PyObject* owner, const char* owner_data, Py_ssize_t owner_stride, const char* data,
                   Py_ssize_t length, Py_ssize_t stride);

}  // namespace rooftop::python
