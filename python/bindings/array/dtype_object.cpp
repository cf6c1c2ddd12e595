// The dtype objects, their attributes, and the spellings of NumPy's type names.
#include "array/dtype_object.h"

#include <array>
#include <string_view>

#include "array/delegate.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"
#include "core/ref.h"
#include "rooftop/array/promotion.h"

namespace rooftop::python {

using array::DType;
using array::kDTypeCount;

namespace {

DTypeObject objects[kDTypeCount];

constexpr std::array<char, kDTypeCount> kLetters = {'?', 'b', 'h', 'i', 'l', 'B', 'H', 'I',
                                                    'L', 'e', 'E', 'f', 'd', 'F', 'D'};
// NumPy's type numbers, by our order; bfloat16 has none of its own.
constexpr std::array<int, kDTypeCount> kNumbers = {0, 1, 3, 5, 7, 2, 4, 6, 8, 23, 256, 11, 12, 14, 15};

struct Spelling {
  std::string_view text;
  DType dtype;
};
constexpr Spelling kSpellings[] = {
    {"float", DType::F64},  {"int", DType::I64},      {"bool_", DType::Bool},    {"complex", DType::C128},
    {"double", DType::F64}, {"single", DType::F32},   {"half", DType::F16},      {"intp", DType::I64},
    {"uintp", DType::U64},  {"int_", DType::I64},     {"uint", DType::U64},      {"long", DType::I64},
    {"ulong", DType::U64},  {"longlong", DType::I64}, {"ulonglong", DType::U64}, {"intc", DType::I32},
    {"uintc", DType::U32},  {"short", DType::I16},    {"ushort", DType::U16},    {"byte", DType::I8},
    {"ubyte", DType::U8},   {"csingle", DType::C64},  {"cdouble", DType::C128},  {"q", DType::I64},
    {"Q", DType::U64},      {"p", DType::I64},        {"P", DType::U64},         {"n", DType::I64},
    {"N", DType::U64},
};

DTypeObject* self_of(PyObject* object) { return reinterpret_cast<DTypeObject*>(object); }

// "f8", "i4", "c16": a kind and a number of bytes.
std::optional<DType> from_kind_and_size(std::string_view text) {
  if (text.size() < 2 || text.size() > 3 || text[1] == '0') return std::nullopt;
  std::size_t bytes = 0;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    bytes = 10 * bytes + static_cast<std::size_t>(digit - '0');
  }
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const bool is_of_kind = dtype != DType::BF16 && text[0] == array::kind_of(dtype);
    if (is_of_kind && array::size_of(dtype) == bytes) return dtype;
  }
  return std::nullopt;
}

std::optional<DType> from_text(std::string_view text) {
  if (auto dtype = from_kind_and_size(text)) return dtype;
  if (auto dtype = array::dtype_from_name(text)) return dtype;
  for (const Spelling& spelling : kSpellings) {
    if (spelling.text == text) return spelling.dtype;
  }
  if (!text.empty() && (text[0] == '<' || text[0] == '=' || text[0] == '|')) text.remove_prefix(1);
  if (text.size() == 1) {
    for (int i = 0; i < kDTypeCount; ++i) {
      if (kLetters[static_cast<std::size_t>(i)] == text[0]) return static_cast<DType>(i);
    }
    return std::nullopt;
  }
  if (text == "b1") return DType::Bool;
  return from_kind_and_size(text);
}

std::optional<DType> from_type(PyTypeObject* type) {
  if (type == &PyFloat_Type) return DType::F64;
  if (type == &PyLong_Type) return DType::I64;
  if (type == &PyBool_Type) return DType::Bool;
  if (type == &PyComplex_Type) return DType::C128;
  return dtype_of_scalar_type(type);
}

PyObject* text_object(std::string_view text) {
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

DType of(PyObject* self) { return self_of(self)->dtype; }

PyObject* get_name(PyObject* self, void*) { return text_object(array::name_of(of(self))); }
PyObject* get_kind(PyObject* self, void*) {
  const char kind = of(self) == DType::BF16 ? 'V' : array::kind_of(of(self));
  return text_object({&kind, 1});
}
PyObject* get_char(PyObject* self, void*) {
  const char letter = letter_of(of(self));
  return text_object({&letter, 1});
}
PyObject* get_number(PyObject* self, void*) { return PyLong_FromLong(kNumbers[static_cast<std::size_t>(of(self))]); }
PyObject* get_size(PyObject* self, void*) { return PyLong_FromSize_t(array::size_of(of(self))); }
PyObject* get_alignment(PyObject* self, void*) { return PyLong_FromSize_t(array::size_of(array::part_of(of(self)))); }
PyObject* get_str(PyObject* self, void*) {
  if (of(self) == DType::BF16) return text_object("<V2");
  const char order = array::size_of(of(self)) == 1 ? '|' : '<';
  return PyUnicode_FromFormat("%c%c%zu", order, array::kind_of(of(self)), array::size_of(of(self)));
}
PyObject* get_type(PyObject* self, void*) { return Py_NewRef(reinterpret_cast<PyObject*>(scalar_type_of(of(self)))); }
PyObject* get_byte_order(PyObject* self, void*) { return text_object(array::size_of(of(self)) == 1 ? "|" : "="); }
PyObject* get_true(PyObject*, void*) { return Py_NewRef(Py_True); }
PyObject* get_false(PyObject*, void*) { return Py_NewRef(Py_False); }
PyObject* get_none(PyObject*, void*) { return Py_NewRef(Py_None); }
PyObject* get_self(PyObject* self, void*) { return Py_NewRef(self); }
PyObject* get_one(PyObject*, void*) { return PyLong_FromLong(1); }
PyObject* get_zero(PyObject*, void*) { return PyLong_FromLong(0); }
PyObject* get_empty(PyObject*, void*) { return PyTuple_New(0); }
PyObject* get_numpy(PyObject* self, void*) { return numpy_dtype(of(self)); }
PyObject* get_descr(PyObject* self, void*) {
  Ref str(get_str(self, nullptr));
  return str ? Py_BuildValue("[(sO)]", "", str.get()) : nullptr;
}

PyGetSetDef attributes[] = {
    {"name", get_name, nullptr, "NumPy's name of the type.", nullptr},
    {"kind", get_kind, nullptr, "'b', 'i', 'u', 'f' or 'c'.", nullptr},
    {"char", get_char, nullptr, "The letter that stands for the type.", nullptr},
    {"num", get_number, nullptr, "NumPy's number of the type.", nullptr},
    {"itemsize", get_size, nullptr, "Bytes of an element.", nullptr},
    {"alignment", get_alignment, nullptr, "Bytes that an element's address is a multiple of.", nullptr},
    {"str", get_str, nullptr, "Byte order, kind and size: '<f8'.", nullptr},
    {"type", get_type, nullptr, "The type of scalars.", nullptr},
    {"byteorder", get_byte_order, nullptr, "'=' (native) or '|' (of one byte).", nullptr},
    {"isnative", get_true, nullptr, "Whether the bytes are in the machine's order: always.", nullptr},
    {"isbuiltin", get_one, nullptr, "1: the type is built in.", nullptr},
    {"isalignedstruct", get_false, nullptr, "Whether the type is an aligned structure: never.", nullptr},
    {"hasobject", get_false, nullptr, "Whether elements are Python objects: never.", nullptr},
    {"fields", get_none, nullptr, "The fields of a structure: None.", nullptr},
    {"names", get_none, nullptr, "The names of fields: None.", nullptr},
    {"subdtype", get_none, nullptr, "The type of sub-arrays: None.", nullptr},
    {"metadata", get_none, nullptr, "None.", nullptr},
    {"shape", get_empty, nullptr, "The shape of a sub-array: ().", nullptr},
    {"ndim", get_zero, nullptr, "The dimensions of a sub-array: 0.", nullptr},
    {"flags", get_zero, nullptr, "0.", nullptr},
    {"base", get_self, nullptr, "The type itself.", nullptr},
    {"descr", get_descr, nullptr, "What __array_interface__ shows.", nullptr},
    {"dtype", get_numpy, nullptr, "NumPy's dtype object: numpy.dtype() looks for it here.", nullptr},
    {"__numpy_dtype__", get_numpy, nullptr, "NumPy's dtype object.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyObject* represent(PyObject* self) {
  Ref name(get_name(self, nullptr));
  return name ? PyUnicode_FromFormat("dtype(%R)", name.get()) : nullptr;
}

PyObject* compare(PyObject* self, PyObject* other, int operation) {
  DType right{};
  switch (read_dtype(other, right)) {
    case DTypeName::Native:
      break;
    case DTypeName::Foreign:
      if (operation == Py_EQ) return Py_NewRef(Py_False);
      if (operation == Py_NE) return Py_NewRef(Py_True);
      return Py_NewRef(Py_NotImplemented);
    case DTypeName::Error:
      return nullptr;
  }
  const DType left = of(self);
  switch (operation) {
    case Py_EQ:
      return PyBool_FromLong(left == right);
    case Py_NE:
      return PyBool_FromLong(left != right);
    case Py_LE:
      return PyBool_FromLong(array::can_cast(left, right, array::Casting::Safe));
    case Py_LT:
      return PyBool_FromLong(left != right && array::can_cast(left, right, array::Casting::Safe));
    case Py_GE:
      return PyBool_FromLong(array::can_cast(right, left, array::Casting::Safe));
    default:
      return PyBool_FromLong(left != right && array::can_cast(right, left, array::Casting::Safe));
  }
}

Py_hash_t hash(PyObject* self) { return 0x64747970 + static_cast<Py_hash_t>(of(self)); }

PyObject* make(PyTypeObject*, PyObject* arguments, PyObject* keywords) {
  if (PyTuple_GET_SIZE(arguments) == 1 && keywords == nullptr) {
    DType dtype{};
    switch (read_dtype(PyTuple_GET_ITEM(arguments, 0), dtype)) {
      case DTypeName::Native:
        return Py_NewRef(dtype_object(dtype));
      case DTypeName::Error:
        return nullptr;
      case DTypeName::Foreign:
        break;
    }
  }
  // Structures, strings, dates, objects and swapped bytes are NumPy's, and so is the message when it is nothing.
  return delegate_call("dtype", arguments, keywords);
}

PyObject* reduce(PyObject* self, PyObject*) {
  Ref name(get_name(self, nullptr));
  return name ? Py_BuildValue("O(O)", &dtype_type, name.get()) : nullptr;
}

PyObject* new_byte_order(PyObject* self, PyObject* arguments) {
  Ref foreign(numpy_dtype(of(self)));
  Ref method(foreign ? PyObject_GetAttrString(foreign.get(), "newbyteorder") : nullptr);
  Ref swapped(method ? PyObject_CallObject(method.get(), arguments) : nullptr);
  if (!swapped) return nullptr;
  DType dtype{};
  return read_dtype(swapped.get(), dtype) == DTypeName::Native ? Py_NewRef(dtype_object(dtype)) : swapped.release();
}

PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "For annotations: dtype[float64]."},
    {"newbyteorder", new_byte_order, METH_VARARGS, "The type with another byte order: NumPy's."},
    {nullptr, nullptr, 0, nullptr},
};

void dealloc(PyObject* self) { Py_SET_REFCNT(self, 1); }  // never ends

}  // namespace

PyTypeObject dtype_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.dtype",
    .tp_basicsize = sizeof(DTypeObject),
    .tp_dealloc = dealloc,
    .tp_repr = represent,
    .tp_hash = hash,
    .tp_str = [](PyObject* self) { return get_name(self, nullptr); },
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc =
        "dtype(type, /)\n--\n\nThe type of an array's elements.\n\n"
        "Parameters\n----------\ntype : dtype, type or str\n    'float64', 'f8', float, numpy.float64 ...\n\n"
        "Returns\n-------\ndtype\n    NumPy's own for types that rooftop's arrays do not hold.\n\n"
        "Raises\n------\nTypeError\n    If it names no type.\n\n"
        "Examples\n--------\n>>> rooftop.dtype(float)\ndtype('float64')",
    .tp_richcompare = compare,
    .tp_methods = methods,
    .tp_getset = attributes,
    .tp_new = make,
};

PyObject* dtype_object(DType dtype) { return reinterpret_cast<PyObject*>(&objects[static_cast<std::size_t>(dtype)]); }

char letter_of(DType dtype) { return kLetters[static_cast<std::size_t>(dtype)]; }

DTypeName read_dtype(PyObject* object, DType& dtype) {
  std::optional<DType> found;
  if (Py_TYPE(object) == &dtype_type) {
    dtype = of(object);
    return DTypeName::Native;
  }
  if (object == Py_None) {
    found = DType::F64;
  } else if (PyUnicode_Check(object)) {
    Py_ssize_t length = 0;
    const char* text = PyUnicode_AsUTF8AndSize(object, &length);
    if (text == nullptr) return DTypeName::Error;
    found = from_text({text, static_cast<std::size_t>(length)});
  } else if (PyType_Check(object)) {
    found = from_type(reinterpret_cast<PyTypeObject*>(object));
    if (!found && find_numpy()) found = scalar_type_named(reinterpret_cast<PyTypeObject*>(object));
  } else if (find_numpy() && is_numpy_dtype(object)) {
    found = element_type(*reinterpret_cast<const NumPyDtype*>(object));
  }
  if (!found) return DTypeName::Foreign;
  dtype = *found;
  return DTypeName::Native;
}

int add_dtype_type(PyObject* module) {
  if (PyType_Ready(&dtype_type) != 0) return -1;
  for (int i = 0; i < kDTypeCount; ++i) {
    PyObject_Init(reinterpret_cast<PyObject*>(&objects[i]), &dtype_type);
    objects[i].dtype = static_cast<DType>(i);
  }
  return PyModule_AddObjectRef(module, "dtype", reinterpret_cast<PyObject*>(&dtype_type));
}

}  // namespace rooftop::python
