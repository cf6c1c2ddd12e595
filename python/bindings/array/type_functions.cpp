// What types of elements are to each other: result_type, promote_types, can_cast, min_scalar_type, common_type,
// issubdtype.
#include <cmath>

#include "array/argument_reader.h"
#include "array/dtype_object.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/cast.h"
#include "rooftop/array/promotion.h"

namespace rooftop::python {
namespace {

Outcome made_type(DType dtype, PyObject*& result) { return made(Py_NewRef(dtype_object(dtype)), result); }

// A dtype, a type or a name; false, without an exception, for what only NumPy knows.
bool read_type(PyObject* object, DType& dtype) {
  if (object != Py_None && read_dtype(object, dtype) == DTypeName::Native) return true;
  PyErr_Clear();
  return false;
}

// Either an array, a scalar or a number, or what names a type.
bool read_typed(PyObject* object, DType& dtype, array::Weak& weak) {
  weak = array::Weak::None;
  const bool is_name = Py_TYPE(object) == &dtype_type || PyType_Check(object) || PyUnicode_Check(object);
  if (is_name) return read_type(object, dtype);
  Operand operand;
  if (read_operand(object, operand, false) != Reading::Ok) {
    PyErr_Clear();
    return !is_list_or_tuple(object) && read_type(object, dtype);
  }
  weak = operand.weak;
  dtype = operand.is_weak() ? array::default_type(weak) : operand.view.dtype;
  return true;
}

Outcome result_type(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given == 0 || keyword_names != nullptr) return Outcome::Delegate;
  DType strong{};
  bool has_strong = false;
  array::Weak widest = array::Weak::None;
  for (Py_ssize_t i = 0; i < given; ++i) {
    DType dtype{};
    array::Weak weak{};
    if (!read_typed(arguments[i], dtype, weak)) return Outcome::Delegate;
    if (weak != array::Weak::None) {
      widest = std::max(widest, weak);
      continue;
    }
    strong = has_strong ? array::promote(strong, dtype) : dtype;
    has_strong = true;
  }
  return made_type(has_strong ? array::promote_weak(strong, widest) : array::default_type(widest), result);
}

Outcome promote_types(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  DType types[2];
  if (given != 2 || keyword_names != nullptr || !read_type(arguments[0], types[0]) ||
      !read_type(arguments[1], types[1])) {
    return Outcome::Delegate;
  }
  return made_type(array::promote(types[0], types[1]), result);
}

Outcome can_cast(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"can_cast", {"from_", "to", "casting"}, 3, 2};
  ArgumentReader<3>::Values values;
  DType from{}, to{};
  array::Weak weak{};
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_typed(values[0], from, weak) ||
      weak != array::Weak::None || !read_type(values[1], to)) {
    return Outcome::Delegate;
  }
  const auto casting = values[2] == nullptr ? array::Casting::Safe : array::casting_from_name(text_of(values[2]));
  if (!casting) return Outcome::Delegate;
  return made(PyBool_FromLong(array::can_cast(from, to, *casting) ? 1 : 0), result);
}

// --- The smallest type of a number

DType smallest_integer(std::int64_t value) {
  if (value < 0) {
    if (value >= INT8_MIN) return DType::I8;
    if (value >= INT16_MIN) return DType::I16;
    return value >= INT32_MIN ? DType::I32 : DType::I64;
  }
  if (value <= UINT8_MAX) return DType::U8;
  if (value <= UINT16_MAX) return DType::U16;
  return value <= UINT32_MAX ? DType::U32 : DType::U64;
}

// NumPy's bounds: a little inside of what the types hold.
DType smallest_float(double value, DType own) {
  if (!std::isfinite(value) || std::fabs(value) < 65000) return DType::F16;
  return std::fabs(value) < 3.4e38 ? DType::F32 : own;
}

DType smallest_type(const View& number) {
  const DType dtype = number.dtype;
  if (array::is_bool(dtype)) return dtype;
  if (dtype == DType::U64) {
    const auto value = *reinterpret_cast<const std::uint64_t*>(number.data);
    return value > INT64_MAX ? DType::U64 : smallest_integer(static_cast<std::int64_t>(value));
  }
  alignas(16) char value[16];
  const bool is_whole = array::is_integer(dtype);
  const DType wide = is_whole ? DType::I64 : DType::C128;
  array::cast_loop(dtype, wide)(value, 16, number.data, 16, 1);
  if (is_whole) return smallest_integer(*reinterpret_cast<const std::int64_t*>(value));
  const auto* parts = reinterpret_cast<const double*>(value);
  if (!array::is_complex(dtype)) return smallest_float(parts[0], dtype);
  const bool is_small = std::fabs(parts[0]) < 3.4e38 && std::fabs(parts[1]) < 3.4e38;
  return is_small ? DType::C64 : dtype;
}

Outcome min_scalar_type(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr) return Outcome::Delegate;
  Operand operand;
  if (read_operand(arguments[0], operand) != Reading::Ok || !operand.settle(array::default_type(operand.weak)) ||
      operand.view.dtype == DType::BF16) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  return made_type(operand.view.rank > 0 ? operand.view.dtype : smallest_type(operand.view), result);
}

// --- Types of floats

Outcome common_type(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (keyword_names != nullptr) return Outcome::Delegate;
  DType widest = DType::F16;
  for (Py_ssize_t i = 0; i < given; ++i) {
    if (!is_array(arguments[i])) return Outcome::Delegate;
    const DType dtype = as_array(arguments[i])->dtype;
    if (array::is_bool(dtype) || dtype == DType::BF16) return Outcome::Delegate;
    widest = array::promote(widest, array::is_integer(dtype) ? DType::F64 : dtype);
  }
  return made(Py_NewRef(reinterpret_cast<PyObject*>(scalar_type_of(widest))), result);
}

// The type of scalars that an object names, or stands for as a kind of numbers; null for what only NumPy knows.
PyTypeObject* scalar_type_named_by(PyObject* object) {
  if (PyType_Check(object) && PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(object), &generic_type)) {
    return reinterpret_cast<PyTypeObject*>(object);
  }
  DType dtype{};
  return read_type(object, dtype) ? scalar_type_of(dtype) : nullptr;
}

Outcome issubdtype(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 2 || keyword_names != nullptr) return Outcome::Delegate;
  PyTypeObject* const narrow = scalar_type_named_by(arguments[0]);
  PyTypeObject* const wide = scalar_type_named_by(arguments[1]);
  if (narrow == nullptr || wide == nullptr) return Outcome::Delegate;
  return made(PyBool_FromLong(PyType_IsSubtype(narrow, wide)), result);
}

ROOFTOP_FREE_FUNCTION(result_type, result_type)
ROOFTOP_FREE_FUNCTION(promote_types, promote_types)
ROOFTOP_FREE_FUNCTION(can_cast, can_cast)
ROOFTOP_FREE_FUNCTION(min_scalar_type, min_scalar_type)
ROOFTOP_FREE_FUNCTION(common_type, common_type)
ROOFTOP_FREE_FUNCTION(issubdtype, issubdtype)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("result_type", result_type_function,
                  "result_type(*arrays_and_dtypes)\n--\n\nThe type that an operation on all of these has."),
    ROOFTOP_ENTRY("promote_types", promote_types_function,
                  "promote_types(type1, type2)\n--\n\nThe smallest type that holds the values of both."),
    ROOFTOP_ENTRY("can_cast", can_cast_function,
                  "can_cast(from_, to, casting='safe')\n--\n\nWhether a rule allows to convert a type to another."),
    ROOFTOP_ENTRY("min_scalar_type", min_scalar_type_function,
                  "min_scalar_type(a, /)\n--\n\nThe smallest type that holds a number; the type of an array."),
    ROOFTOP_ENTRY("common_type", common_type_function,
                  "common_type(*arrays)\n--\n\nThe type of scalars, of floats at least, that holds all of the arrays."),
    ROOFTOP_ENTRY("issubdtype", issubdtype_function,
                  "issubdtype(arg1, arg2)\n--\n\nWhether a type is another, or of a kind of types."),
};

}  // namespace

std::span<PyMethodDef> type_functions() { return functions; }

}  // namespace rooftop::python
