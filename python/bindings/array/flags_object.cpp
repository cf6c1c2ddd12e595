// ndarray.flags: how the memory of an array lies and whether it may be written.
#include <algorithm>
#include <string>
#include <string_view>

#include "array/argument_reader.h"
#include "array/array_object.h"
#include "array/flags_object.h"
#include "array/method_tables.h"

namespace rooftop::python {
namespace {

enum Bit : unsigned { kC = 1, kF = 2, kWrites = 4, kAligns = 8, kOwns = 16 };

unsigned bits_of(const ArrayObject* array) {
  return (array->has(kRowMajor) ? kC : 0U) | (array->has(kColumnMajor) ? kF : 0U) |
         (array->has(kWriteable) ? kWrites : 0U) | (array->has(kAligned) ? kAligns : 0U) |
         (array->base == nullptr ? kOwns : 0U);
}

struct FlagsObject {
  PyObject ob_base;
  PyObject* array;
};

PyObject* array_of(PyObject* flags) { return reinterpret_cast<FlagsObject*>(flags)->array; }
unsigned bits_of_flags(PyObject* flags) { return bits_of(as_array(array_of(flags))); }

/// What is told from the bits: all of those that are asked for are set, or any of them; none of those refused.
struct Flag {
  const char* name;
  unsigned asked, refused = 0;
  bool any = false;
  const char* argument = nullptr;  ///< of ndarray.setflags, which knows what may be set; null: nothing may

  bool holds(unsigned bits) const {
    return (any ? (bits & asked) != 0 : (bits & asked) == asked) && (bits & refused) == 0;
  }
};

constexpr Flag kCContiguous{"c_contiguous", kC}, kFContiguous{"f_contiguous", kF}, kOwnData{"owndata", kOwns};
constexpr Flag kWriteableFlag{"writeable", kWrites, 0, false, "write"};
constexpr Flag kAlignedFlag{"aligned", kAligns, 0, false, "align"};
constexpr Flag kNever{"writebackifcopy", 0, 0, true, "uic"};
constexpr Flag kBehaved{"behaved", kWrites | kAligns}, kCArray{"carray", kC | kWrites | kAligns};
constexpr Flag kFArray{"farray", kF | kWrites | kAligns, kC, true};  // any of them: so NumPy tells it
constexpr Flag kFNotC{"fnc", kF, kC}, kEither{"forc", kC | kF, 0, true};

struct Key {
  std::string_view name;
  const Flag* flag;
};

constexpr Key kKeys[] = {
    {"C", &kCContiguous},   {"CONTIGUOUS", &kCContiguous},
    {"F", &kFContiguous},   {"C_CONTIGUOUS", &kCContiguous},
    {"O", &kOwnData},       {"F_CONTIGUOUS", &kFContiguous},
    {"W", &kWriteableFlag}, {"WRITEABLE", &kWriteableFlag},
    {"A", &kAlignedFlag},   {"ALIGNED", &kAlignedFlag},
    {"X", &kNever},         {"WRITEBACKIFCOPY", &kNever},
    {"B", &kBehaved},       {"BEHAVED", &kBehaved},
    {"CA", &kCArray},       {"CARRAY", &kCArray},
    {"FA", &kFArray},       {"FARRAY", &kFArray},
    {"FNC", &kFNotC},       {"FORC", &kEither},
    {"OWNDATA", &kOwnData}, {"FORTRAN", &kFContiguous},
};

/// What is printed, in NumPy's order.
constexpr Key kShown[] = {{"C_CONTIGUOUS", &kCContiguous}, {"F_CONTIGUOUS", &kFContiguous},
                          {"OWNDATA", &kOwnData},          {"WRITEABLE", &kWriteableFlag},
                          {"ALIGNED", &kAlignedFlag},      {"WRITEBACKIFCOPY", &kNever}};

// Null without an exception for unknown keys.
const Flag* flag_of(PyObject* key) {
  Py_ssize_t length = 0;
  const char* text = PyUnicode_Check(key) ? PyUnicode_AsUTF8AndSize(key, &length) : nullptr;
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  const std::string_view name(text, static_cast<std::size_t>(length));
  const auto* const found =
      std::find_if(std::begin(kKeys), std::end(kKeys), [name](const Key& each) { return each.name == name; });
  return found == std::end(kKeys) ? nullptr : found->flag;
}

PyObject* get_flag(PyObject* self, void* flag) {
  return PyBool_FromLong(static_cast<const Flag*>(flag)->holds(bits_of_flags(self)));
}

// NumPy's bits: 1, 2, owns 4, aligned 0x100, writeable 0x400.
PyObject* get_num(PyObject* self, void*) {
  const unsigned bits = bits_of_flags(self);
  return PyLong_FromUnsignedLong((bits & (kC | kF)) | (bits & kOwns) >> 2 | (bits & kAligns) << 5 |
                                 (bits & kWrites) << 8);
}

int set_flag(PyObject* self, PyObject* value, void* closure) {
  const auto* const flag = static_cast<const Flag*>(closure);
  if (value == nullptr) {
    PyErr_Format(PyExc_AttributeError, "cannot delete the attribute %s of an array's flags", flag->name);
    return -1;
  }
  const int is_set = PyObject_IsTrue(value);
  if (is_set < 0) return -1;
  Ref method(PyObject_GetAttrString(array_of(self), "setflags"));
  Ref none(PyTuple_New(0));
  Ref options(Py_BuildValue("{sO}", flag->argument, is_set != 0 ? Py_True : Py_False));
  Ref done(method && none && options ? PyObject_Call(method.get(), none.get(), options.get()) : nullptr);
  return done ? 0 : -1;
}

void* closure(const Flag& flag) { return const_cast<Flag*>(&flag); }

PyObject* get_item(PyObject* self, PyObject* key) {
  if (const Flag* flag = flag_of(key)) return get_flag(self, closure(*flag));
  PyErr_SetString(PyExc_KeyError, "Unknown flag");
  return nullptr;
}

int set_item(PyObject* self, PyObject* key, PyObject* value) {
  const Flag* flag = flag_of(key);
  if (flag != nullptr && flag->argument != nullptr) return set_flag(self, value, closure(*flag));
  PyErr_SetString(PyExc_KeyError, "Unknown flag");
  return -1;
}

PyObject* show(PyObject* self) {
  const unsigned bits = bits_of_flags(self);
  std::string text;
  for (const Key& key : kShown) {
    text += "  " + std::string(key.name) + (key.flag->holds(bits) ? " : True\n" : " : False\n");
  }
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* compare(PyObject* self, PyObject* other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || Py_TYPE(other) != Py_TYPE(self)) Py_RETURN_NOTIMPLEMENTED;
  return PyBool_FromLong((bits_of_flags(self) == bits_of_flags(other)) == (operation == Py_EQ));
}

void dealloc(PyObject* self) {
  Py_DECREF(array_of(self));
  PyObject_Free(self);
}

PyGetSetDef attributes[] = {
    {"writeable", get_flag, set_flag, "Elements may be written.", closure(kWriteableFlag)},
    {"aligned", get_flag, set_flag, "Elements lie where the processor expects them.", closure(kAlignedFlag)},
    {"writebackifcopy", get_flag, set_flag, "Never.", closure(kNever)},
    {"c_contiguous", get_flag, nullptr, "The last index runs fastest, without gaps.", closure(kCContiguous)},
    {"contiguous", get_flag, nullptr, "The last index runs fastest, without gaps.", closure(kCContiguous)},
    {"f_contiguous", get_flag, nullptr, "The first index runs fastest, without gaps.", closure(kFContiguous)},
    {"fortran", get_flag, nullptr, "The first index runs fastest, without gaps.", closure(kFContiguous)},
    {"owndata", get_flag, nullptr, "The memory is the array's own.", closure(kOwnData)},
    {"behaved", get_flag, nullptr, "Aligned and writeable.", closure(kBehaved)},
    {"carray", get_flag, nullptr, "Behaved and C-contiguous.", closure(kCArray)},
    {"farray", get_flag, nullptr, "Behaved and F-contiguous alone.", closure(kFArray)},
    {"fnc", get_flag, nullptr, "F-contiguous alone.", closure(kFNotC)},
    {"forc", get_flag, nullptr, "C-contiguous or F-contiguous.", closure(kEither)},
    {"num", get_num, nullptr, "NumPy's bits.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMappingMethods mapping = {.mp_length = nullptr, .mp_subscript = get_item, .mp_ass_subscript = set_item};

PyTypeObject flags_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop.flagsobj",
    .tp_basicsize = sizeof(FlagsObject),
    .tp_dealloc = dealloc,
    .tp_repr = show,
    .tp_as_mapping = &mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "How the elements of one array lie in memory, and whether they may be written; changes with the array.",
    .tp_richcompare = compare,
    .tp_getset = attributes,
};

// --- For the package's own functions

PyObject* array_flags(PyObject*, PyObject* object) {
  if (!is_array(object)) return PyErr_Format(PyExc_TypeError, "_array_flags() takes an array, not %R", object);
  return PyLong_FromUnsignedLong(bits_of(as_array(object)));
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

PyObject* new_flags(PyObject* array) {
  auto* const flags = PyObject_New(FlagsObject, &flags_type);
  if (flags == nullptr) return nullptr;
  flags->array = Py_NewRef(array);
  return reinterpret_cast<PyObject*>(flags);
}

int ready_flags() { return PyType_Ready(&flags_type); }

std::span<PyMethodDef> flag_functions() { return functions; }

}  // namespace rooftop::python
