// Finding NumPy, checking that its layouts are the expected ones, and the few functions of its C table.
#include "numpy_access.h"

#include <array>
#include <cstring>
#include <string_view>

#include "ref.h"

namespace rooftop::python {

NumPy numpy;

namespace {

constexpr int kTypeNumbers = 24;
// By NumPy's type numbers: bool, byte, ubyte, short, ushort, int, uint, long, ulong, longlong, ulonglong, float,
// double, longdouble, cfloat, cdouble. On the platforms we build for long has 64 bits.
static_assert(sizeof(long) == 8 && sizeof(int) == 4);
constexpr std::array<std::optional<DType>, kTypeNumbers> kElementTypes = {
    DType::Bool,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
    DType::I64,
    DType::U64,
    DType::F32,
    DType::F64,
    std::nullopt,
    DType::C64,
    DType::C128,
    // clongdouble, object, string, unicode, void, datetime, timedelta
    std::nullopt,
    std::nullopt,
    std::nullopt,
    std::nullopt,
    std::nullopt,
    std::nullopt,
    std::nullopt,
    DType::F16,
};

// bfloat16 is a type that the package ml_dtypes brings: its number depends on what was imported before.
struct Bfloat16 {
  PyTypeObject* type = nullptr;  ///< null until it was met
  int number = -1;
};
Bfloat16 bfloat16;
constexpr int kFirstUserType = 256;

// By its name, which tells it from the types that others may call so.
bool is_bfloat16(PyTypeObject* type) {
  if (bfloat16.type != nullptr) return type == bfloat16.type;
  constexpr std::string_view name = "ml_dtypes.bfloat16";
  if (type->tp_name == name) return true;
  if (type->tp_name != name.substr(name.find('.') + 1)) return false;
  Ref home(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "__module__"));
  const char* text = home && PyUnicode_Check(home.get()) ? PyUnicode_AsUTF8(home.get()) : nullptr;
  PyErr_Clear();
  return text != nullptr && text == name.substr(0, name.find('.'));
}

bool is_native(const NumPyDtype& dtype) { return dtype.byte_order == '=' || dtype.byte_order == '|'; }

bool is_bfloat16(const NumPyDtype& dtype) {
  if (!is_native(dtype) || !is_bfloat16(dtype.scalar_type)) return false;
  bfloat16 = {dtype.scalar_type, dtype.type_number};  // types live as long as the process
  return true;
}

// A scalar does not say its type's number; its dtype does.
bool is_bfloat16_scalar(PyObject* value) {
  if (!is_bfloat16(Py_TYPE(value))) return false;
  if (bfloat16.type != nullptr) return true;
  Ref dtype(PyObject_GetAttrString(value, "dtype"));
  if (!dtype) PyErr_Clear();
  return dtype && is_bfloat16(*reinterpret_cast<const NumPyDtype*>(dtype.get()));
}

struct ScalarType {
  PyTypeObject* type = nullptr;
  DType dtype = DType::Bool;
};
constexpr struct {
  const char* name;
  DType dtype;
} kScalarNames[] = {
    {"float64", DType::F64}, {"int64", DType::I64},       {"float32", DType::F32},   {"int32", DType::I32},
    {"bool_", DType::Bool},  {"complex128", DType::C128}, {"complex64", DType::C64}, {"uint8", DType::U8},
    {"int8", DType::I8},     {"int16", DType::I16},       {"uint16", DType::U16},    {"uint32", DType::U32},
    {"uint64", DType::U64},  {"longlong", DType::I64},    {"ulonglong", DType::U64}, {"float16", DType::F16},
};
std::array<ScalarType, std::size(kScalarNames)> scalar_types;

// Places in NumPy's C table; part of its binary interface.
constexpr int kDescrFromType = 45;
constexpr int kScalar = 60;
constexpr int kNewFromDescr = 94;
constexpr int kSetBaseObject = 282;
void** c_table = nullptr;

template <typename Function>
Function table_entry(int place) {
  return reinterpret_cast<Function>(c_table[place]);
}

// Results may be bfloat16 where no argument was. Negative with a Python exception.
int bfloat16_number() {
  if (bfloat16.type != nullptr) return bfloat16.number;
  Ref module(PyImport_ImportModule("ml_dtypes"));
  Ref one(module ? PyObject_CallMethod(module.get(), "bfloat16", "i", 1) : nullptr);
  if (one && !is_bfloat16_scalar(one.get())) {
    PyErr_SetString(PyExc_ImportError, "this version of ml_dtypes is not supported by rooftop");
  }
  return bfloat16.number;
}

int type_number(DType dtype) {
  if (dtype == DType::BF16) return bfloat16_number();
  // The first number of each element type: long before longlong, as NumPy's int64 is.
  for (int number = 0; number < kTypeNumbers; ++number) {
    if (kElementTypes[static_cast<std::size_t>(number)] == dtype) return number;
  }
  return -1;
}

bool find_scalar_types(PyObject* module) {
  for (std::size_t i = 0; i < scalar_types.size(); ++i) {
    Ref type(PyObject_GetAttrString(module, kScalarNames[i].name));
    if (!type || !PyType_Check(type.get())) return false;
    scalar_types[i] = {reinterpret_cast<PyTypeObject*>(type.release()), kScalarNames[i].dtype};
  }
  return true;
}

// An array whose every field differs from the default, seen both ways.
bool array_layout_is_known(PyObject* module) {
  Ref base(PyObject_CallMethod(module, "ones", "((ii)s)", 3, 8, "f4"));
  if (!base) return false;
  Ref row_step(PySlice_New(nullptr, nullptr, nullptr));
  Ref two(PyLong_FromLong(2));
  Ref every_other(PySlice_New(nullptr, nullptr, two.get()));
  Ref key(PyTuple_Pack(2, row_step.get(), every_other.get()));
  Ref view(key ? PyObject_GetItem(base.get(), key.get()) : nullptr);
  Py_buffer buffer;
  if (!view || PyObject_GetBuffer(view.get(), &buffer, PyBUF_RECORDS_RO) != 0) return false;
  const auto* array = reinterpret_cast<const NumPyArray*>(view.get());
  bool same = array->data == buffer.buf && array->rank == 2 && buffer.ndim == 2 &&
              std::memcmp(array->shape, buffer.shape, 2 * sizeof(Py_ssize_t)) == 0 &&
              std::memcmp(array->strides, buffer.strides, 2 * sizeof(Py_ssize_t)) == 0 && array->base == base.get() &&
              array->dtype->type_number == 11 && array->dtype->byte_order == '=' && array->dtype->kind == 'f' &&
              (array->flags & kNumPyWriteable) != 0 && (array->flags & kNumPyAligned) != 0 &&
              (array->flags & kNumPyContiguous) == 0;
  PyBuffer_Release(&buffer);
  return same;
}

bool scalar_layout_is_known(PyObject* module) {
  Py_complex parts_given{1.5, -2.5};
  Ref integer(PyObject_CallMethod(module, "int16", "i", -12345));
  Ref number(PyObject_CallMethod(module, "complex128", "D", &parts_given));
  if (!integer || !number) return false;
  std::int16_t integer_value = 0;
  double parts[2] = {};
  std::memcpy(&integer_value, scalar_data(integer.get()), sizeof integer_value);
  std::memcpy(parts, scalar_data(number.get()), sizeof parts);
  return integer_value == -12345 && parts[0] == 1.5 && parts[1] == -2.5;
}

bool find_c_table() {
  Ref core(PyImport_ImportModule("numpy._core._multiarray_umath"));
  if (!core) return false;
  Ref capsule(PyObject_GetAttrString(core.get(), "_ARRAY_API"));
  if (!capsule) return false;
  c_table = static_cast<void**>(PyCapsule_GetPointer(capsule.get(), nullptr));
  return c_table != nullptr;
}

bool load_from(PyObject* module) {
  Ref array_type(PyObject_GetAttrString(module, "ndarray"));
  Ref memmap_type(array_type ? PyObject_GetAttrString(module, "memmap") : nullptr);
  Ref dtype_type(memmap_type ? PyObject_GetAttrString(module, "dtype") : nullptr);
  if (!dtype_type || !find_c_table()) return false;
  // What an array looks like has not changed in twenty years; should it ever, then say so rather than read nonsense.
  if (!array_layout_is_known(module) || !scalar_layout_is_known(module)) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ImportError, "this version of NumPy is not supported by rooftop");
    return false;
  }
  if (!find_scalar_types(module)) return false;
  numpy.dtype_type = reinterpret_cast<PyTypeObject*>(dtype_type.release());
  numpy.memmap_type = reinterpret_cast<PyTypeObject*>(memmap_type.release());
  numpy.array_type = reinterpret_cast<PyTypeObject*>(array_type.release());
  return true;
}

}  // namespace

bool find_numpy() {
  if (numpy.array_type != nullptr) return true;
  Ref module = Ref::borrow(PyDict_GetItemString(PyImport_GetModuleDict(), "numpy"));
  if (!module) return false;
  // A module that is still being imported lacks names: then nobody has arrays yet either.
  if (!load_from(module.get())) PyErr_Clear();
  return numpy.array_type != nullptr;
}

bool require_numpy() {
  if (numpy.array_type != nullptr) return true;
  Ref module(PyImport_ImportModule("numpy"));
  return module && load_from(module.get());
}

std::optional<DType> element_type(const NumPyDtype& dtype) {
  if (dtype.type_number >= kFirstUserType && is_bfloat16(dtype)) return DType::BF16;
  if (dtype.type_number < 0 || dtype.type_number >= kTypeNumbers || !is_native(dtype)) return std::nullopt;
  return kElementTypes[static_cast<std::size_t>(dtype.type_number)];
}

std::optional<DType> scalar_type_named(PyTypeObject* type) {
  for (const ScalarType& candidate : scalar_types) {
    if (candidate.type == type) return candidate.dtype;
  }
  return std::nullopt;
}

bool is_numpy_dtype(PyObject* object) { return PyObject_TypeCheck(object, numpy.dtype_type); }

std::optional<DType> scalar_type(PyObject* value) {
  if (const auto dtype = scalar_type_named(Py_TYPE(value))) return dtype;
  if (is_bfloat16_scalar(value)) return DType::BF16;
  return std::nullopt;
}

PyObject* make_dtype(DType dtype) {
  int number = type_number(dtype);
  return number < 0 ? nullptr : table_entry<PyObject* (*)(int)>(kDescrFromType)(number);
}

PyObject* make_scalar(DType dtype, const void* data) {
  auto scalar = table_entry<PyObject* (*)(void*, PyObject*, PyObject*)>(kScalar);
  Ref descr(make_dtype(dtype));
  return descr ? scalar(const_cast<void*>(data), descr.get(), nullptr) : nullptr;
}

namespace {

using NewFromDescr = PyObject* (*)(PyTypeObject*, PyObject*, int, const Py_ssize_t*, const Py_ssize_t*, void*, int,
                                   PyObject*);

}  // namespace

PyObject* make_copy(const ArrayView& view) {
  PyObject* descr = make_dtype(view.dtype);
  if (descr == nullptr) return nullptr;
  PyObject* result = table_entry<NewFromDescr>(kNewFromDescr)(numpy.array_type, descr, view.rank, view.shape, nullptr,
                                                              nullptr, 0, nullptr);
  if (result == nullptr) return nullptr;
  std::size_t bytes = array::size_of(view.dtype);
  for (int d = 0; d < view.rank; ++d) bytes *= static_cast<std::size_t>(view.shape[d]);
  std::memcpy(reinterpret_cast<NumPyArray*>(result)->data, view.data, bytes);
  return result;
}

PyObject* make_array(const ArrayView& view, PyObject* owner) {
  auto set_base = table_entry<int (*)(PyObject*, PyObject*)>(kSetBaseObject);
  bool is_memmap = Py_TYPE(owner) == numpy.memmap_type;
  PyObject* descr = make_dtype(view.dtype);
  if (descr == nullptr) return nullptr;
  Ref result(table_entry<NewFromDescr>(kNewFromDescr)(
      is_memmap ? numpy.memmap_type : numpy.array_type, descr, view.rank, view.shape, view.strides, view.data,
      view.writeable ? kNumPyWriteable : 0, is_memmap ? owner : nullptr));
  if (!result || set_base(result.get(), Py_NewRef(owner)) != 0) return nullptr;
  return result.release();
}

}  // namespace rooftop::python
