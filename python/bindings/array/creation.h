// Making arrays of Python objects: numbers in nested lists and tuples, at once.
#pragma once

#include <Python.h>

#include <optional>

#include "array/array_object.h"

namespace rooftop::python {

inline bool is_given(PyObject* object) { return object != nullptr && object != Py_None; }
inline bool is_list_or_tuple(PyObject* object) { return PyList_CheckExact(object) || PyTuple_CheckExact(object); }

/// A new array of nested lists and tuples of numbers and scalars, all of one shape. Null without an exception when
/// there is something else in them (NumPy may know what to do), null with one when a number does not fit.
PyObject* array_from_sequence(PyObject* sequence, std::optional<DType> dtype);

/// Any object as an array of ours, its own memory where it has some; NumPy's array for types that ours do not hold.
PyObject* array_from_object(PyObject* object, std::optional<DType> dtype);

/// Whether it is a bool, which is no length to NumPy; then with a Python exception.
bool refuses_bool(PyObject* object);
/// Reads an int or a sequence of ints as a shape. False with a Python exception.
bool read_shape(PyObject* object, Extents& extents);

/// The array with elements of another type; itself when it has that type already.
PyObject* converted(ArrayObject* array, DType dtype);
/// A new array of the same elements, in the memory order of `order` or the array's own.
ArrayObject* copied(const View& view, DType dtype, std::optional<Order> order);
/// Whether numbers of a type may be too large for float16: then NumPy converts them, which warns.
inline bool may_leave_half(DType from, DType to) {
  if (to != DType::F16 || from == DType::F16) return false;
  return array::is_float(from) || from == DType::U16 || (array::is_integer(from) && array::size_of(from) > 2);
}

/// Copies elements into memory of another type; what becomes infinite there is an overflow, told as errstate says.
/// False with an exception. The lengths are the same.
bool convert_elements(const View& target, const View& source);

}  // namespace rooftop::python
