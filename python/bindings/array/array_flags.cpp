// How the memory of an array lies and whether it may be written, for rooftop/_flags.py.
#include "array/argument_reader.h"
#include "array/array_object.h"
#include "array/method_tables.h"

namespace rooftop::python {
namespace {

PyObject* array_flags(PyObject*, PyObject* object) {
  if (!is_array(object)) return PyErr_Format(PyExc_TypeError, "_array_flags() takes an array, not %R", object);
  const ArrayObject* array = as_array(object);
  const long bits = (array->has(kRowMajor) ? 1 : 0) | (array->has(kColumnMajor) ? 2 : 0) |
                    (array->has(kWriteable) ? 4 : 0) | (array->has(kAligned) ? 8 : 0) |
                    (array->base == nullptr ? 16 : 0);
  return PyLong_FromLong(bits);
}

// What may be written through another view's memory may be written through this one.
PyObject* set_writeable(PyObject*, PyObject* const* arguments, Py_ssize_t given) {
  if (given != 2 || !is_array(arguments[0])) {
    PyErr_SetString(PyExc_TypeError, "_set_writeable() takes an array and a bool");
    return nullptr;
  }
  ArrayObject* array = as_array(arguments[0]);
  if (arguments[1] != Py_True) {
    array->flags &= static_cast<std::uint16_t>(~kWriteable);
    Py_RETURN_NONE;
  }
  PyObject* base = array->base;
  if (base != nullptr && !array->has(kWriteable)) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(base, &buffer, PyBUF_WRITABLE | PyBUF_STRIDES) != 0) {
      PyErr_Clear();
      PyErr_SetString(PyExc_ValueError, "cannot set WRITEABLE flag to True of this array");
      return nullptr;
    }
    PyBuffer_Release(&buffer);
  }
  array->flags |= kWriteable;
  Py_RETURN_NONE;
}

PyMethodDef functions[] = {
    {"_array_flags", array_flags, METH_O,
     "_array_flags(array, /)\n--\n\nBits: C, F, writeable, aligned, owns its data."},
    {"_set_writeable", as_c_function(set_writeable), METH_FASTCALL,
     "_set_writeable(array, value, /)\n--\n\nSets the flag."},
};

}  // namespace

std::span<PyMethodDef> flag_functions() { return functions; }

}  // namespace rooftop::python
