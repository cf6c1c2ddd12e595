// rooftop.dtype: fifteen immortal objects, and what counts as the name of one.
#pragma once

#include <Python.h>

#include <optional>

#include "rooftop/array/dtype.h"

namespace rooftop::python {

struct DTypeObject {
  PyObject ob_base;
  array::DType dtype;
};

extern PyTypeObject dtype_type;

/// Borrowed: the object lives as long as the process.
PyObject* dtype_object(array::DType dtype);

enum class DTypeName : std::uint8_t {
  Native,   ///< `dtype` is set
  Foreign,  ///< not one of ours: NumPy knows what it is, or that it is nothing
  Error,    ///< a Python exception is set
};
/// What an argument `dtype=` stands for: a dtype of ours or NumPy's, a scalar type, a Python type, a name.
DTypeName read_dtype(PyObject* object, array::DType& dtype);

/// The letter that NumPy knows the type by: 'd' for float64.
char letter_of(array::DType dtype);

int add_dtype_type(PyObject* module);

}  // namespace rooftop::python
