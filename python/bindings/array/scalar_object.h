// Array scalars: rooftop.float64 and the fourteen others, with NumPy's tree of abstract types above them. float64 is a
// Python float and complex128 a Python complex.
#pragma once

#include <Python.h>

#include <optional>

#include "rooftop/array/dtype.h"

namespace rooftop::python {

/// Every scalar keeps its value here, as NumPy's do.
inline char* scalar_value(PyObject* scalar) { return reinterpret_cast<char*>(scalar) + sizeof(PyObject); }

PyTypeObject* scalar_type_of(array::DType dtype);
/// The element type of one of our scalar types or of a class derived from one; nothing for other types.
std::optional<array::DType> dtype_of_scalar_type(PyTypeObject* type);

extern PyTypeObject generic_type;
inline bool is_scalar(PyObject* object) { return PyObject_TypeCheck(object, &generic_type); }

/// A new scalar with the value at `data`.
PyObject* new_scalar(array::DType dtype, const void* data);
PyObject* new_float64(double value);

/// The value at `data` as a Python bool, int, float or complex.
PyObject* python_value(array::DType dtype, const void* data);
/// Writes a Python number (or anything with __float__, __index__ …) as an element. -1 with a Python exception; a Python
/// int that the type cannot hold is an OverflowError.
int write_element(array::DType dtype, void* data, PyObject* value);

int add_scalar_types(PyObject* module);

}  // namespace rooftop::python
