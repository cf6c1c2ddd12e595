// The tree of scalar types, their free list, and numbers as elements.
#include "array/scalar_object.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "array/argument_reader.h"
#include "array/array_object.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/number_slots.h"
#include "array/ufunc_call.h"
#include "core/ref.h"
#include "rooftop/array/cast.h"
#include "rooftop/array/half.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

using array::DType;
using array::kDTypeCount;

namespace {

struct ScalarObject {
  PyObject ob_base;
  alignas(8) char value[16];
};
struct ShortScalar {
  PyObject ob_base;
  alignas(8) char value[8];
};
static_assert(offsetof(PyFloatObject, ob_fval) == sizeof(PyObject));
static_assert(offsetof(PyComplexObject, cval) == sizeof(PyObject));
static_assert(sizeof(ShortScalar) == sizeof(PyFloatObject));

PyTypeObject types[kDTypeCount];
PyObject* booleans[2] = {};

// Scalars of up to eight bytes, whatever their type, linked by their values.
struct FreeList {
  PyObject* first = nullptr;
  int length = 0;
};
constexpr int kFreeListLength = 128;
#ifdef Py_GIL_DISABLED
thread_local FreeList free_list;
#else
FreeList free_list;
#endif

bool is_short(DType dtype) { return array::size_of(dtype) <= 8; }

PyObject* allocate(DType dtype) {
  PyTypeObject* type = &types[static_cast<std::size_t>(dtype)];
  PyObject* scalar = free_list.first;
  if (scalar != nullptr && is_short(dtype)) [[likely]] {
    std::memcpy(&free_list.first, scalar_value(scalar), sizeof(PyObject*));
    --free_list.length;
    Py_SET_TYPE(scalar, type);
    Py_SET_REFCNT(scalar, 1);
    return scalar;
  }
  scalar = static_cast<PyObject*>(PyObject_Malloc(is_short(dtype) ? sizeof(ShortScalar) : sizeof(ScalarObject)));
  if (scalar == nullptr) return PyErr_NoMemory();
  return PyObject_Init(scalar, type);
}

void dealloc(PyObject* scalar) {
  PyTypeObject* type = Py_TYPE(scalar);
  if (type->tp_basicsize != sizeof(ShortScalar) || (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0 ||
      free_list.length >= kFreeListLength) {
    type->tp_free(scalar);
    return;
  }
  std::memcpy(scalar_value(scalar), &free_list.first, sizeof(PyObject*));
  free_list.first = scalar;
  ++free_list.length;
}

DType dtype_of(PyObject* scalar) { return *dtype_of_scalar_type(Py_TYPE(scalar)); }

PyObject* zero_rank_array(PyObject* scalar) {
  const DType dtype = dtype_of(scalar);
  ArrayObject* array = new_array(dtype, {});
  if (array == nullptr) return nullptr;
  std::memcpy(array->data, scalar_value(scalar), array::size_of(dtype));
  return as_object(array);
}

PyObject* as_python(PyObject* scalar) { return python_value(dtype_of(scalar), scalar_value(scalar)); }

// An attribute of NumPy's scalar of the same value: methods take and give what is ours.
PyObject* scalar_attribute(PyObject* scalar, const char* name) {
  Ref module(PyImport_ImportModule("rooftop._protocols"));
  return module ? PyObject_CallMethod(module.get(), "scalar_attribute", "Os", scalar, name) : nullptr;
}

// Python's float and complex, which some scalars are, have these too, but give Python's numbers.
PyObject* conjugate(PyObject* scalar, PyObject*) {
  Ref method(scalar_attribute(scalar, "conjugate"));
  return method ? PyObject_CallNoArgs(method.get()) : nullptr;
}
PyObject* rounded(PyObject* scalar, PyObject* const* arguments, Py_ssize_t count) {
  const DType dtype = dtype_of(scalar);
  if (array::is_bool(dtype) || array::is_complex(dtype)) {
    return PyErr_Format(PyExc_TypeError, "type %s doesn't define __round__ method", Py_TYPE(scalar)->tp_name);
  }
  Ref method(scalar_attribute(scalar, "__round__"));
  return method ? PyObject_Vectorcall(method.get(), arguments, static_cast<std::size_t>(count), nullptr) : nullptr;
}
PyObject* to_complex(PyObject* scalar, PyObject*) {
  const DType dtype = dtype_of(scalar);
  double parts[2];
  array::cast_loop(dtype, DType::C128)(reinterpret_cast<char*>(parts), 0, scalar_value(scalar), 0, 1);
  return PyComplex_FromDoubles(parts[0], parts[1]);
}

// What the type has not itself is what NumPy's has.
PyObject* get_attribute(PyObject* scalar, PyObject* name) {
  PyObject* found = PyObject_GenericGetAttr(scalar, name);
  if (found != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
  Py_ssize_t length = 0;
  const char* text = PyUnicode_AsUTF8AndSize(name, &length);
  if (text == nullptr || text[0] == '_') return nullptr;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  found = scalar_attribute(scalar, text);
  if (found == nullptr) {
    PyErr_Restore(type, value, traceback);
  } else {
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  }
  return found;
}

PyObject* text_of(PyObject* scalar) {
  const DType dtype = dtype_of(scalar);
  if (array::is_bool(dtype) || array::is_integer(dtype) || dtype == DType::F64) {
    Ref value(as_python(scalar));
    return value ? PyObject_Str(value.get()) : nullptr;
  }
  Ref foreign(numpy_scalar(scalar));
  return foreign ? PyObject_Str(foreign.get()) : nullptr;
}

PyObject* represent(PyObject* scalar) {
  if (scalar == booleans[0]) return PyUnicode_FromString("np.False_");
  if (scalar == booleans[1]) return PyUnicode_FromString("np.True_");
  Ref text(text_of(scalar));
  if (text && PyUnicode_READ_CHAR(text.get(), 0) == '(') {  // of a complex number
    text = Ref(PyUnicode_Substring(text.get(), 1, PyUnicode_GET_LENGTH(text.get()) - 1));
  }
  const std::string_view name = array::name_of(dtype_of(scalar));
  return text ? PyUnicode_FromFormat("np.%s(%U)", name.data(), text.get()) : nullptr;
}

Py_hash_t hash(PyObject* scalar) {
  Ref value(as_python(scalar));
  return value ? PyObject_Hash(value.get()) : -1;
}

PyObject* format(PyObject* scalar, PyObject* spec) {
  if (!PyUnicode_Check(spec)) {
    return PyErr_Format(PyExc_TypeError, "__format__() argument must be str, not %s", Py_TYPE(spec)->tp_name);
  }
  Ref value(as_python(scalar));
  return value ? PyObject_Format(value.get(), spec) : nullptr;
}

PyObject* item(PyObject* scalar, PyObject* const* arguments, Py_ssize_t count) {
  if (count == 0) return as_python(scalar);
  Ref array(zero_rank_array(scalar));
  Ref method(array ? PyObject_GetAttrString(array.get(), "item") : nullptr);
  return method ? PyObject_Vectorcall(method.get(), arguments, static_cast<std::size_t>(count), nullptr) : nullptr;
}

PyObject* reduce(PyObject* scalar, PyObject*) {
  const DType dtype = dtype_of(scalar);
  Ref module(PyImport_ImportModule("rooftop._core"));
  Ref rebuild(module ? PyObject_GetAttrString(module.get(), "_rebuild_scalar") : nullptr);
  if (!rebuild) return nullptr;
  return Py_BuildValue("O(Oy#)", rebuild.get(), dtype_object(dtype), scalar_value(scalar),
                       static_cast<Py_ssize_t>(array::size_of(dtype)));
}

PyObject* copy(PyObject* scalar, PyObject*) { return Py_NewRef(scalar); }

PyObject* to_numpy(PyObject* scalar, PyObject* arguments, PyObject* keywords) {
  Ref array(zero_rank_array(scalar));
  Ref method(array ? PyObject_GetAttrString(array.get(), "__array__") : nullptr);
  return method ? PyObject_Call(method.get(), arguments, keywords) : nullptr;
}

PyMethodDef methods[] = {
    {"__format__", format, METH_O, nullptr},
    {"__complex__", to_complex, METH_NOARGS, nullptr},
    {"__round__", as_c_function(rounded), METH_FASTCALL, nullptr},
    {"conjugate", conjugate, METH_NOARGS, "conjugate()\n--\n\nThe complex conjugate."},
    {"conj", conjugate, METH_NOARGS, "conj()\n--\n\nThe complex conjugate."},
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {"__copy__", copy, METH_NOARGS, nullptr},
    {"__deepcopy__", copy, METH_O, nullptr},
    {"__array__", as_c_function(to_numpy), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"item", as_c_function(item), METH_FASTCALL,
     "item()\n--\n\nThe value as a Python number.\n\nReturns\n-------\nbool, int, float or complex"},
    {"tolist", as_c_function(item), METH_FASTCALL, "tolist()\n--\n\nThe value as a Python number."},
    {nullptr, nullptr, 0, nullptr},
};

// The attribute `dtype`: ours of scalars; of their types NumPy's, whose dtype() looks for it there.
PyObject* get_dtype(PyObject*, PyObject* scalar, PyObject* type) {
  if (scalar != nullptr && scalar != Py_None) return Py_NewRef(dtype_object(dtype_of(scalar)));
  return numpy_dtype(*dtype_of_scalar_type(reinterpret_cast<PyTypeObject*>(type)));
}
PyTypeObject dtype_attribute_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.dtype_attribute",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_descr_get = get_dtype,
};
PyObject* get_shape(PyObject*, void*) { return PyTuple_New(0); }
PyObject* get_ndim(PyObject*, void*) { return PyLong_FromLong(0); }
PyObject* get_size(PyObject*, void*) { return PyLong_FromLong(1); }
PyObject* get_bytes(PyObject* scalar, void*) { return PyLong_FromSize_t(array::size_of(dtype_of(scalar))); }
PyObject* get_self(PyObject* scalar, void*) { return Py_NewRef(scalar); }
PyObject* get_real(PyObject* scalar, void*) {
  const DType dtype = dtype_of(scalar);
  return array::is_complex(dtype) ? new_scalar(array::part_of(dtype), scalar_value(scalar)) : Py_NewRef(scalar);
}
PyObject* get_imag(PyObject* scalar, void*) {
  const DType dtype = dtype_of(scalar);
  const DType part = array::part_of(dtype);
  constexpr char kZero[16] = {};
  return new_scalar(part, array::is_complex(dtype) ? scalar_value(scalar) + array::size_of(part) : kZero);
}
PyObject* get_interface(PyObject* scalar, void*) {
  Ref array(zero_rank_array(scalar));
  return array ? PyObject_GetAttrString(array.get(), "__array_interface__") : nullptr;
}
// Above that of NumPy's scalars, whose operators then leave it to ours, and below that of arrays.
PyObject* get_priority(PyObject*, void*) { return PyFloat_FromDouble(-999999.0); }

PyGetSetDef attributes[] = {
    {"shape", get_shape, nullptr, "().", nullptr},
    {"strides", get_shape, nullptr, "().", nullptr},
    {"ndim", get_ndim, nullptr, "0.", nullptr},
    {"size", get_size, nullptr, "1.", nullptr},
    {"itemsize", get_bytes, nullptr, "Bytes of the value.", nullptr},
    {"nbytes", get_bytes, nullptr, "Bytes of the value.", nullptr},
    {"T", get_self, nullptr, "The scalar itself.", nullptr},
    {"real", get_real, nullptr, "The real part.", nullptr},
    {"imag", get_imag, nullptr, "The imaginary part.", nullptr},
    {"__array_interface__", get_interface, nullptr, "For NumPy.", nullptr},
    {"__array_priority__", get_priority, nullptr, "Below that of arrays.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

int get_buffer(PyObject* scalar, Py_buffer* buffer, int flags) {
  Ref array(zero_rank_array(scalar));
  if (!array) return -1;
  return PyObject_GetBuffer(array.get(), buffer, flags & ~PyBUF_WRITABLE);
}
PyBufferProcs buffer_slots = {get_buffer, nullptr};

// rooftop.float64(value=0): converts as astype does; of a sequence it makes an array.
PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject* keywords) {
  const auto dtype = dtype_of_scalar_type(type);
  if (!dtype) {
    return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances: it is an abstract type", type->tp_name);
  }
  if ((keywords != nullptr && PyDict_GET_SIZE(keywords) > 0) || PyTuple_GET_SIZE(arguments) > 1) {
    return PyErr_Format(PyExc_TypeError, "%s() takes one value", type->tp_name);
  }
  alignas(16) char value[16] = {};
  if (PyTuple_GET_SIZE(arguments) == 1) {
    PyObject* given = PyTuple_GET_ITEM(arguments, 0);
    const bool keeps_parts = array::is_complex(*dtype) || array::is_bool(*dtype);
    const bool loses_part = is_scalar(given) && !keeps_parts && array::is_complex(dtype_of(given));
    if (is_scalar(given) && !loses_part) {
      array::cast_loop(dtype_of(given), *dtype)(value, 0, scalar_value(given), 0, 1);
    } else if (!loses_part && (PyFloat_Check(given) || PyLong_Check(given) || PyComplex_Check(given))) {
      if (write_element(*dtype, value, given) != 0) return nullptr;
    } else {
      Ref array(delegate_asarray(given, *dtype));
      if (!array || !is_array(array.get()) || as_array(array.get())->rank > 0) return array.release();
      std::memcpy(value, as_array(array.get())->data, array::size_of(*dtype));
    }
  }
  if (type == scalar_type_of(*dtype)) return new_scalar(*dtype, value);
  PyObject* scalar = type->tp_alloc(type, 0);
  if (scalar != nullptr) std::memcpy(scalar_value(scalar), value, array::size_of(*dtype));
  return scalar;
}

// x[()] is x, x[...] an array without dimensions, and x[None] one of a single element.
PyObject* subscript(PyObject* scalar, PyObject* key) {
  if (PyTuple_CheckExact(key) && PyTuple_GET_SIZE(key) == 0) return Py_NewRef(scalar);
  Ref array(zero_rank_array(scalar));
  PyObject* found = array ? PyObject_GetItem(array.get(), key) : nullptr;
  if (found == nullptr && PyErr_ExceptionMatches(PyExc_IndexError)) {
    PyErr_SetString(PyExc_IndexError, "invalid index to scalar variable.");
  }
  return found;
}
PyMappingMethods mapping_slots = {.mp_subscript = subscript};

// For annotations: `np.floating[Any]`.
PyMethodDef generic_alias_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyTypeObject abstract(const char* name, const char* doc) {
  return {.ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = name,
          .tp_basicsize = sizeof(PyObject),
          .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
          .tp_doc = doc,
          .tp_new = make};
}

PyTypeObject number = abstract("rooftop.number", "Numbers: all scalars but bool.");
PyTypeObject integer = abstract("rooftop.integer", "Integers.");
PyTypeObject signed_integer = abstract("rooftop.signedinteger", "Integers with a sign.");
PyTypeObject unsigned_integer = abstract("rooftop.unsignedinteger", "Integers without a sign.");
PyTypeObject inexact = abstract("rooftop.inexact", "Floats and complex numbers.");
PyTypeObject floating = abstract("rooftop.floating", "Floats.");
PyTypeObject complex_floating = abstract("rooftop.complexfloating", "Complex numbers.");

PyTypeObject* parent_of(DType dtype) {
  if (array::is_bool(dtype)) return &generic_type;
  if (array::is_signed(dtype)) return &signed_integer;
  if (array::is_unsigned(dtype)) return &unsigned_integer;
  return array::is_float(dtype) ? &floating : &complex_floating;
}

constexpr const char* kTypeNames[kDTypeCount] = {
    "rooftop.bool",     "rooftop.int8",    "rooftop.int16",   "rooftop.int32",     "rooftop.int64",
    "rooftop.uint8",    "rooftop.uint16",  "rooftop.uint32",  "rooftop.uint64",    "rooftop.float16",
    "rooftop.bfloat16", "rooftop.float32", "rooftop.float64", "rooftop.complex64", "rooftop.complex128"};

int add_type(PyObject* module, PyTypeObject* type, PyTypeObject* base, PyTypeObject* python_base = nullptr) {
  if (base != nullptr) {
    type->tp_base = base;
    type->tp_bases = python_base == nullptr ? PyTuple_Pack(1, base) : PyTuple_Pack(2, base, python_base);
    if (type->tp_bases == nullptr) return -1;
    if (python_base != nullptr) type->tp_base = python_base;  // the one whose layout it has
  }
  if (PyType_Ready(type) != 0) return -1;
  return PyModule_AddObjectRef(module, type->tp_name + sizeof("rooftop.") - 1, reinterpret_cast<PyObject*>(type));
}

int add_concrete_type(PyObject* module, DType dtype) {
  PyTypeObject& type = types[static_cast<std::size_t>(dtype)];
  PyTypeObject* python_base = dtype == DType::F64 ? &PyFloat_Type : dtype == DType::C128 ? &PyComplex_Type : nullptr;
  type = {.ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = kTypeNames[static_cast<std::size_t>(dtype)],
          .tp_basicsize = static_cast<Py_ssize_t>(is_short(dtype) ? sizeof(ShortScalar) : sizeof(ScalarObject)),
          .tp_dealloc = dealloc,
          .tp_repr = represent,
          .tp_as_number = array::is_integer(dtype) ? &integer_scalar_number_slots : &scalar_number_slots,
          .tp_as_mapping = &mapping_slots,
          .tp_hash = hash,
          .tp_str = text_of,
          .tp_getattro = get_attribute,
          .tp_as_buffer = &buffer_slots,
          .tp_flags = Py_TPFLAGS_DEFAULT | (array::is_bool(dtype) ? 0 : Py_TPFLAGS_BASETYPE),
          .tp_doc = "An array scalar: one element, as indexing an array gives it.",
          .tp_richcompare = number_compare,
          .tp_methods = methods,
          .tp_getset = attributes,
          .tp_new = make,
          .tp_free = PyObject_Free};
  if (add_type(module, &type, parent_of(dtype), python_base) != 0) return -1;
  static PyObject* attribute = PyType_GenericAlloc(&dtype_attribute_type, 0);
  if (attribute == nullptr || PyDict_SetItemString(type.tp_dict, "dtype", attribute) != 0) return -1;
  PyType_Modified(&type);
  return 0;
}

int write_float(DType dtype, void* data, double value) {
  array::cast_loop(DType::F64, dtype)(static_cast<char*>(data), 0, reinterpret_cast<const char*>(&value), 0, 1);
  if (dtype == DType::F64 || !std::isfinite(value)) return 0;
  double kept;
  array::cast_loop(dtype, DType::F64)(reinterpret_cast<char*>(&kept), 0, static_cast<const char*>(data), 0, 1);
  return std::isinf(kept) && !report_cast_errors(lib::kOverflow) ? -1 : 0;
}

int refuse_range(DType dtype, PyObject* value) {
  const std::string_view name = array::name_of(dtype);
  PyErr_Format(PyExc_OverflowError, "Python integer %S out of bounds for %s", value, name.data());
  return -1;
}

int write_integer(DType dtype, void* data, PyObject* value) {
  Ref whole(PyNumber_Index(value));
  if (!whole) return -1;
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(whole.get(), &overflow);
  if (overflow != 0) {
    const std::uint64_t large = overflow > 0 ? PyLong_AsUnsignedLongLong(whole.get()) : 0;
    if (dtype != DType::U64 || overflow < 0 || PyErr_Occurred()) {
      PyErr_Clear();
      return refuse_range(dtype, whole.get());
    }
    std::memcpy(data, &large, sizeof large);
    return 0;
  }
  const int bits = static_cast<int>(8 * array::size_of(dtype));
  const bool fits = array::is_signed(dtype) ? bits == 64 || (number >= -(std::int64_t{1} << (bits - 1)) &&
                                                             number < std::int64_t{1} << (bits - 1))
                                            : number >= 0 && (bits == 64 || number < std::int64_t{1} << bits);
  if (!fits) return refuse_range(dtype, whole.get());
  array::cast_loop(DType::I64, dtype)(static_cast<char*>(data), 0, reinterpret_cast<const char*>(&number), 0, 1);
  return 0;
}

PyObject* rebuild_scalar(PyObject*, PyObject* arguments) {
  PyObject* type = nullptr;
  const char* bytes = nullptr;
  Py_ssize_t length = 0;
  if (!PyArg_ParseTuple(arguments, "O!y#", &dtype_type, &type, &bytes, &length)) return nullptr;
  const DType dtype = reinterpret_cast<DTypeObject*>(type)->dtype;
  if (static_cast<std::size_t>(length) != array::size_of(dtype)) {
    return PyErr_Format(PyExc_ValueError, "a scalar of %zu bytes was pickled as %zd", array::size_of(dtype), length);
  }
  alignas(16) char value[16];
  std::memcpy(value, bytes, static_cast<std::size_t>(length));
  return new_scalar(dtype, value);
}

PyMethodDef functions[] = {
    {"_rebuild_scalar", rebuild_scalar, METH_VARARGS, "_rebuild_scalar(dtype, value, /)\n--\n\nWhat pickles name."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

PyTypeObject generic_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.generic",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "The type above all array scalars.",
    .tp_new = make,
};

PyTypeObject* scalar_type_of(DType dtype) { return &types[static_cast<std::size_t>(dtype)]; }

std::optional<DType> dtype_of_scalar_type(PyTypeObject* type) {
  for (PyTypeObject* t = type; t != nullptr && t != &PyBaseObject_Type; t = t->tp_base) {
    if (t >= types && t < types + kDTypeCount) return static_cast<DType>(t - types);
  }
  return std::nullopt;
}

PyObject* new_float64(double value) {
  PyObject* scalar = allocate(DType::F64);
  if (scalar != nullptr) reinterpret_cast<PyFloatObject*>(scalar)->ob_fval = value;
  return scalar;
}

PyObject* new_scalar(DType dtype, const void* data) {
  if (array::is_bool(dtype)) return Py_NewRef(booleans[*static_cast<const char*>(data) != 0]);
  PyObject* scalar = allocate(dtype);
  if (scalar == nullptr) return nullptr;
  lib::with_size(static_cast<std::int64_t>(array::size_of(dtype)),
                 [&](auto bytes) { std::memcpy(scalar_value(scalar), data, bytes); });
  return scalar;
}

PyObject* python_value(DType dtype, const void* data) {
  if (array::is_bool(dtype)) return PyBool_FromLong(*static_cast<const char*>(data) != 0);
  const char* from = static_cast<const char*>(data);
  if (dtype == DType::U64) {
    std::uint64_t value;
    std::memcpy(&value, from, sizeof value);
    return PyLong_FromUnsignedLongLong(value);
  }
  if (array::is_integer(dtype)) {
    std::int64_t value;
    array::cast_loop(dtype, DType::I64)(reinterpret_cast<char*>(&value), 0, from, 0, 1);
    return PyLong_FromLongLong(value);
  }
  if (array::is_float(dtype)) {
    double value;
    array::cast_loop(dtype, DType::F64)(reinterpret_cast<char*>(&value), 0, from, 0, 1);
    return PyFloat_FromDouble(value);
  }
  double parts[2];
  array::cast_loop(dtype, DType::C128)(reinterpret_cast<char*>(parts), 0, from, 0, 1);
  return PyComplex_FromDoubles(parts[0], parts[1]);
}

int write_element(DType dtype, void* data, PyObject* value) {
  if (dtype == DType::F64 && PyFloat_CheckExact(value)) {
    const double number = PyFloat_AS_DOUBLE(value);
    std::memcpy(data, &number, sizeof number);
    return 0;
  }
  const bool is_number = is_scalar(value) && !array::is_bool(dtype_of(value)) && !array::is_complex(dtype_of(value));
  if (is_number && array::is_integer(dtype)) {  // as Python's numbers: what does not fit is an error
    Ref whole(as_python(value));
    return whole ? write_element(dtype, data, whole.get()) : -1;
  }
  if (is_number && array::is_float(dtype)) {
    double number;
    array::cast_loop(dtype_of(value), DType::F64)(reinterpret_cast<char*>(&number), 0, scalar_value(value), 0, 1);
    return write_float(dtype, data, number);
  }
  if (is_scalar(value)) {
    array::cast_loop(dtype_of(value), dtype)(static_cast<char*>(data), 0, scalar_value(value), 0, 1);
    return 0;
  }
  if (array::is_bool(dtype)) {
    const int truth = PyObject_IsTrue(value);
    if (truth >= 0) *static_cast<char*>(data) = static_cast<char>(truth);
    return truth < 0 ? -1 : 0;
  }
  if (array::is_complex(dtype)) {
    const Py_complex number = PyComplex_AsCComplex(value);
    if (number.real == -1 && PyErr_Occurred()) return -1;
    const DType part = array::part_of(dtype);
    if (write_float(part, data, number.real) != 0) return -1;
    return write_float(part, static_cast<char*>(data) + array::size_of(part), number.imag);
  }
  if (array::is_float(dtype)) {
    const double number = PyFloat_AsDouble(value);
    if (number == -1 && PyErr_Occurred()) return -1;
    return write_float(dtype, data, number);
  }
  if (!PyFloat_Check(value)) return write_integer(dtype, data, value);
  Ref whole(PyLong_FromDouble(PyFloat_AS_DOUBLE(value)));
  return whole ? write_integer(dtype, data, whole.get()) : -1;
}

int add_scalar_types(PyObject* module) {
  generic_type.tp_methods = nullptr;
  number.tp_methods = generic_alias_methods;
  if (PyType_Ready(&dtype_attribute_type) != 0) return -1;
  if (add_type(module, &generic_type, nullptr) != 0 || add_type(module, &number, &generic_type) != 0 ||
      add_type(module, &integer, &number) != 0 || add_type(module, &signed_integer, &integer) != 0 ||
      add_type(module, &unsigned_integer, &integer) != 0 || add_type(module, &inexact, &number) != 0 ||
      add_type(module, &floating, &inexact) != 0 || add_type(module, &complex_floating, &inexact) != 0) {
    return -1;
  }
  for (int i = 0; i < kDTypeCount; ++i) {
    if (add_concrete_type(module, static_cast<DType>(i)) != 0) return -1;
  }
  for (int i = 0; i < 2; ++i) {
    booleans[i] =
        PyObject_Init(static_cast<PyObject*>(PyObject_Malloc(sizeof(ShortScalar))), scalar_type_of(DType::Bool));
    if (booleans[i] == nullptr) return -1;
    std::memset(scalar_value(booleans[i]), 0, 8);
    *scalar_value(booleans[i]) = static_cast<char>(i);
  }
  if (PyModule_AddObjectRef(module, "True_", booleans[1]) != 0 ||
      PyModule_AddObjectRef(module, "False_", booleans[0]) != 0) {
    return -1;
  }
  return PyModule_AddFunctions(module, functions);
}

}  // namespace rooftop::python
