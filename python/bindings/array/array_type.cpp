// The type object of arrays, and their attributes.
#include <algorithm>
#include <cstring>
#include <string>

#include "array/array_object.h"
#include "array/buffer_protocol.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/flags_object.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/number_slots.h"
#include "array/reshape.h"
#include "array/scalar_object.h"

namespace rooftop::python {

void array_dealloc(PyObject* object);

namespace {

PyObject* tuple_of(const std::int64_t* values, int count) {
  Ref tuple(PyTuple_New(count));
  if (!tuple) return nullptr;
  for (int i = 0; i < count; ++i) {
    PyObject* value = PyLong_FromLongLong(values[i]);
    if (value == nullptr) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), i, value);
  }
  return tuple.release();
}

PyObject* get_shape(PyObject* self, void*) { return tuple_of(as_array(self)->shape(), as_array(self)->rank); }
PyObject* get_strides(PyObject* self, void*) { return tuple_of(as_array(self)->strides(), as_array(self)->rank); }
PyObject* get_ndim(PyObject* self, void*) { return PyLong_FromLong(as_array(self)->rank); }
PyObject* get_size(PyObject* self, void*) { return PyLong_FromLongLong(as_array(self)->size); }
PyObject* get_item_size(PyObject* self, void*) { return PyLong_FromSize_t(array::size_of(as_array(self)->dtype)); }
PyObject* get_bytes(PyObject* self, void*) { return PyLong_FromLongLong(as_array(self)->bytes()); }
PyObject* get_dtype(PyObject* self, void*) { return Py_NewRef(dtype_object(as_array(self)->dtype)); }
PyObject* get_base(PyObject* self, void*) {
  PyObject* base = as_array(self)->base;
  return Py_NewRef(base == nullptr ? Py_None : base);
}
PyObject* get_device(PyObject*, void*) { return PyUnicode_FromString("cpu"); }
PyObject* get_priority(PyObject*, void*) { return PyFloat_FromDouble(0.0); }

PyObject* view_of(PyObject* self, const View& view) {
  PyObject* made = as_object(new_view(view, self, as_array(self)->has(kWriteable)));
  if (made == nullptr || is_exact_array(self)) return made;
  Ref exact(made);
  return new_subclass_view(Py_TYPE(self), as_array(made), self);
}

PyObject* get_transposed(PyObject* self, void*) {
  ArrayObject* array = as_array(self);
  if (array->rank < 2) return view_of(self, array->view());
  Extents extents;
  for (int axis = array->rank; axis-- > 0;) extents.push(array->shape()[axis], array->strides()[axis]);
  return view_of(self, extents.view(array->dtype, array->data));
}

PyObject* get_matrix_transposed(PyObject* self, void*) {
  ArrayObject* array = as_array(self);
  if (array->rank < 2) {
    PyErr_SetString(PyExc_ValueError, "matrix transpose with ndim < 2 is undefined");
    return nullptr;
  }
  Extents extents(array->view());
  std::swap(extents.shape[extents.rank - 1], extents.shape[extents.rank - 2]);
  std::swap(extents.strides[extents.rank - 1], extents.strides[extents.rank - 2]);
  return view_of(self, extents.view(array->dtype, array->data));
}

PyObject* part(PyObject* self, bool is_imaginary) {
  ArrayObject* array = as_array(self);
  View view = array->view();
  view.dtype = array::part_of(view.dtype);
  if (is_imaginary) view.data += array::size_of(view.dtype);
  return view_of(self, view);
}

PyObject* get_real(PyObject* self, void*) {
  return array::is_complex(as_array(self)->dtype) ? part(self, false) : Py_NewRef(self);
}
PyObject* get_imag(PyObject* self, void*) {
  ArrayObject* array = as_array(self);
  if (array::is_complex(array->dtype)) return part(self, true);
  const bool is_column_major = array->has(kColumnMajor) && !array->has(kRowMajor);
  ArrayObject* zeros =
      new_zeros(array->dtype, array->view().lengths(), is_column_major ? Order::ColumnMajor : Order::RowMajor);
  if (zeros != nullptr) zeros->flags &= static_cast<std::uint16_t>(~kWriteable);
  return as_object(zeros);
}

int set_part(PyObject* self, PyObject* value, bool is_imaginary) {
  if (value == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "cannot delete a part of an array");
    return -1;
  }
  ArrayObject* array = as_array(self);
  if (!require_writeable(array)) return -1;
  if (is_imaginary && !array::is_complex(array->dtype)) {
    PyErr_SetString(PyExc_TypeError, "array does not have imaginary part to set");
    return -1;
  }
  Ref target(array::is_complex(array->dtype) ? part(self, is_imaginary) : Py_NewRef(self));
  return target && assign(as_array(target.get())->view(), value) ? 0 : -1;
}
int set_real(PyObject* self, PyObject* value, void*) { return set_part(self, value, false); }
int set_imag(PyObject* self, PyObject* value, void*) { return set_part(self, value, true); }

int set_shape(PyObject* self, PyObject* value, void*) {
  if (value == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "cannot delete array shape");
    return -1;
  }
  ArrayObject* array = as_array(self);
  Ref reshaped(reshape_array(array, value));
  if (!reshaped) return -1;
  ArrayObject* other = as_array(reshaped.get());
  if (other->data != array->data) {
    PyErr_SetString(PyExc_AttributeError,
                    "Incompatible shape for in-place modification. Use `.reshape()` to make a copy with the desired "
                    "shape.");
    return -1;
  }
  return set_dims(array, Extents(other->view())) ? 0 : -1;
}

// bfloat16 has no letter there: NumPy then asks __array__.
bool has_interface(PyObject* self) {
  if (as_array(self)->dtype != DType::BF16) return true;
  PyErr_SetString(PyExc_AttributeError, "NumPy's array interface has no bfloat16");
  return false;
}

PyObject* get_struct(PyObject* self, void*) {
  Ref view(has_interface(self) ? numpy_view(self) : nullptr);
  return view ? PyObject_GetAttrString(view.get(), "__array_struct__") : nullptr;
}

PyObject* get_through_numpy(PyObject* self, void* name) {
  Ref view(numpy_view(self));
  return view ? PyObject_GetAttrString(view.get(), static_cast<const char*>(name)) : nullptr;
}
PyObject* get_flat(PyObject* self, void*) {
  Ref module(PyImport_ImportModule("rooftop._flat"));
  return module ? PyObject_CallMethod(module.get(), "flat_iterator", "O", self) : nullptr;
}
int set_flat(PyObject* self, PyObject* value, void*) {
  Ref flat(get_flat(self, nullptr));
  Ref all(PySlice_New(nullptr, nullptr, nullptr));
  return flat && all ? PyObject_SetItem(flat.get(), all.get(), value) : -1;
}

PyObject* get_array_flags(PyObject* self, void*) { return new_flags(self); }

// NumPy's name for the memory: the array lives as long as whoever holds what this gives.
PyObject* get_interface(PyObject* self, void*) {
  if (!has_interface(self)) return nullptr;
  ArrayObject* array = as_array(self);
  Ref shape(get_shape(self, nullptr));
  Ref strides(array->has(kRowMajor) ? Py_NewRef(Py_None) : get_strides(self, nullptr));
  Ref type(PyObject_GetAttrString(dtype_object(array->dtype), "str"));
  Ref descr(PyObject_GetAttrString(dtype_object(array->dtype), "descr"));
  if (!shape || !strides || !type || !descr) return nullptr;
  return Py_BuildValue("{sOsOsOsO s(NO) si}", "shape", shape.get(), "strides", strides.get(), "typestr", type.get(),
                       "descr", descr.get(), "data", PyLong_FromVoidPtr(array->data),
                       array->has(kWriteable) ? Py_False : Py_True, "version", 3);
}

PyGetSetDef attributes[] = {
    {"shape", get_shape, set_shape, "The lengths of the axes, as a tuple.", nullptr},
    {"strides", get_strides, nullptr, "Bytes between neighbours along each axis, as a tuple.", nullptr},
    {"ndim", get_ndim, nullptr, "The number of axes.", nullptr},
    {"size", get_size, nullptr, "The number of elements.", nullptr},
    {"itemsize", get_item_size, nullptr, "Bytes of an element.", nullptr},
    {"nbytes", get_bytes, nullptr, "Bytes of all elements.", nullptr},
    {"dtype", get_dtype, nullptr, "The element type.", nullptr},
    {"base", get_base, nullptr, "The object whose memory this is, or None.", nullptr},
    {"T", get_transposed, nullptr, "The array with its axes reversed: a view.", nullptr},
    {"mT", get_matrix_transposed, nullptr, "The array with its last two axes swapped: a view.", nullptr},
    {"real", get_real, set_real, "The real part: a view.", nullptr},
    {"imag", get_imag, set_imag, "The imaginary part: a view of complex arrays, zeros otherwise.", nullptr},
    {"flat", get_flat, set_flat, "An iterator over all elements in row-major order.", nullptr},
    {"flags", get_array_flags, nullptr, "How the elements lie in memory.", nullptr},
    {"device", get_device, nullptr, "Where the array lives: \"cpu\".", nullptr},
    {"data", get_through_numpy, nullptr, "The memory as a buffer.", const_cast<char*>("data")},
    {"ctypes", get_through_numpy, nullptr, "The memory for ctypes.", const_cast<char*>("ctypes")},
    {"__array_interface__", get_interface, nullptr, "NumPy's description of the memory.", nullptr},
    {"__array_struct__", get_struct, nullptr, "NumPy's description of the memory in C.", nullptr},
    {"__array_priority__", get_priority, nullptr, "0: operators of other arrays may take over.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyObject* text(PyObject* self, const char* function) {
  Ref view(numpy_view(self));
  if (!view) return nullptr;
  return std::strcmp(function, "repr") == 0 ? PyObject_Repr(view.get()) : PyObject_Str(view.get());
}
// The name without the module.
const char* type_name(PyTypeObject* type) {
  const char* dot = std::strrchr(type->tp_name, '.');
  return dot == nullptr ? type->tp_name : dot + 1;
}

PyObject* represent(PyObject* self) {
  Ref plain(text(self, "repr"));
  if (!plain || is_exact_array(self)) return plain.release();
  // NumPy writes the class's name: "array(" stands for ours alone.
  return PyUnicode_FromFormat("%s%U", type_name(Py_TYPE(self)),
                              Ref(PyUnicode_Substring(plain.get(), 5, PyUnicode_GET_LENGTH(plain.get()))).get());
}
PyObject* to_text(PyObject* self) { return text(self, "str"); }

// ndarray(shape, dtype=float, buffer=None, offset=0, strides=None, order=None)
PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  static const char* const names[] = {"shape", "dtype", "buffer", "offset", "strides", "order", nullptr};
  PyObject *shape = nullptr, *dtype_given = Py_None, *buffer = Py_None, *strides = Py_None, *order = Py_None;
  Py_ssize_t offset = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|OOnOO:ndarray", const_cast<char**>(names), &shape,
                                   &dtype_given, &buffer, &offset, &strides, &order)) {
    return nullptr;
  }
  DType dtype{};
  Ref made;
  const DTypeName name = read_dtype(dtype_given, dtype);
  if (name == DTypeName::Error) return nullptr;
  if (buffer == Py_None && strides == Py_None && name == DTypeName::Native) {
    Extents extents;
    if (!read_shape(shape, extents)) return nullptr;
    const bool is_column_major = PyUnicode_Check(order) && PyUnicode_CompareWithASCIIString(order, "F") == 0;
    made = Ref(as_object(new_array(dtype, extents.lengths(), is_column_major ? Order::ColumnMajor : Order::RowMajor)));
  } else {
    made = Ref(delegate_call("ndarray", arguments, keywords));
  }
  if (!made || type == &array_type || !is_array(made.get())) return made.release();
  return new_subclass_view(type, as_array(made.get()), Py_None);
}

}  // namespace

PyTypeObject array_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.ndarray",
    .tp_basicsize = sizeof(ArrayObject),
    .tp_dealloc = array_dealloc,
    .tp_repr = represent,
    .tp_as_number = &array_number_slots,
    .tp_as_sequence = &array_sequence_slots,
    .tp_as_mapping = &array_mapping_slots,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_str = to_text,
    .tp_as_buffer = &array_buffer_slots,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        "ndarray(shape, dtype=float, buffer=None, offset=0, strides=None, order=None)\n--\n\n"
        "An array of numbers of one type, with any number of axes up to 64.\n\n"
        "Parameters\n----------\nshape : int or tuple of int\n    The lengths of the axes.\n"
        "dtype : dtype, optional\n    The element type.\nbuffer : buffer, optional\n    Memory to use.\n"
        "offset : int, optional\n    Where the elements begin in it, in bytes.\n"
        "strides : tuple of int, optional\n    Bytes between neighbours along each axis.\n"
        "order : {'C', 'F'}, optional\n    Which axis runs fastest: the last or the first.\n\n"
        "Raises\n------\nValueError\n    If a length is negative or the array too big.\n"
        "MemoryError\n    If there is not enough memory.\n\n"
        "Examples\n--------\n>>> rooftop.zeros((2, 3)).shape\n(2, 3)",
    .tp_richcompare = number_compare,
    .tp_weaklistoffset = offsetof(ArrayObject, weak_references),
    .tp_iter = iterate_array,
    .tp_getset = attributes,
    .tp_new = make,
    .tp_free = PyObject_Free,
};

int add_array_type(PyObject* module) {
  array_type.tp_methods = array_methods();
  if (PyType_Ready(&array_type) != 0 || ready_flags() != 0) return -1;
  return PyModule_AddObjectRef(module, "ndarray", reinterpret_cast<PyObject*>(&array_type));
}

}  // namespace rooftop::python
