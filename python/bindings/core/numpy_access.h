// NumPy's objects without NumPy's headers and without importing it: layouts that its binary interface has frozen,
// checked against the buffer protocol when NumPy is first met.
#pragma once

#include <Python.h>

#include <cstdint>
#include <optional>

#include "rooftop/array/dtype.h"

namespace rooftop::python {

using array::DType;

struct NumPyDtype {
  PyObject_HEAD PyTypeObject* scalar_type;
  char kind;
  char type_letter;
  char byte_order;  ///< '=' or '|' native, '>' or '<' swapped
  char former_flags;
  int type_number;
};

struct NumPyArray {
  PyObject_HEAD char* data;
  int rank;
  Py_ssize_t* shape;
  Py_ssize_t* strides;
  PyObject* base;
  NumPyDtype* dtype;
  int flags;
};

inline constexpr int kNumPyContiguous = 0x0001;
inline constexpr int kNumPyAligned = 0x0100;
inline constexpr int kNumPyWriteable = 0x0400;

/// What was found in an already imported NumPy.
struct NumPy {
  PyTypeObject* array_type = nullptr;   ///< null until NumPy was met: then no type is equal to it
  PyTypeObject* memmap_type = nullptr;  ///< the one subclass with the meaning of its base
  PyTypeObject* dtype_type = nullptr;
};
extern NumPy numpy;

/// Looks for NumPy among the imported modules; cheap when it was found before. Returns false, without a Python
/// exception, when it is not imported.
bool find_numpy();
/// Imports NumPy when it is not there. Returns false with a Python exception.
bool require_numpy();

/// The element type, or nothing when compiled code has none such (object, float16, swapped bytes …).
std::optional<DType> element_type(const NumPyDtype& dtype);
/// The type of a NumPy scalar; nothing for any other object.
std::optional<DType> scalar_type(PyObject* value);
/// Where a NumPy scalar keeps its value.
inline const char* scalar_data(PyObject* scalar) { return reinterpret_cast<const char*>(scalar) + sizeof(PyObject); }

/// A new NumPy scalar with the value at `data`.
PyObject* make_scalar(DType dtype, const void* data);
/// NumPy's dtype object.
PyObject* make_dtype(DType dtype);

/// An array of NumPy's whose class adds nothing to it.
inline bool is_numpy_array(PyObject* object) {
  return numpy.array_type != nullptr && (Py_TYPE(object) == numpy.array_type || Py_TYPE(object) == numpy.memmap_type);
}
bool is_numpy_dtype(PyObject* object);
/// The element type of a NumPy scalar type; nothing for other types.
std::optional<DType> scalar_type_named(PyTypeObject* type);

struct ArrayView {
  DType dtype;
  int rank;
  char* data;
  const Py_ssize_t* shape;
  const Py_ssize_t* strides;
  bool writeable;
};
/// A new row-major array with a copy of the row-major elements at `view.data`.
PyObject* make_copy(const ArrayView& view);
/// A new array on memory that `owner` keeps alive; of the owner's type when that is a kind of array.
PyObject* make_array(const ArrayView& view, PyObject* owner);

}  // namespace rooftop::python
