// Functions of the module: array, asarray, zeros, ones, empty, full and their like, and the reductions.
#include <algorithm>
#include <cstring>

#include "array/allocation.h"
#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/cast.h"

namespace rooftop::python {
namespace {

// Set when the call is NumPy's: an option or a type that is not native.
struct Delegated {};

std::optional<DType> native_dtype(PyObject* object) {
  if (object == nullptr || object == Py_None) return std::nullopt;
  DType dtype{};
  switch (read_dtype(object, dtype)) {
    case DTypeName::Native:
      return dtype;
    case DTypeName::Foreign:
    case DTypeName::Error:
      break;
  }
  throw Delegated();
}

Order native_order(PyObject* object) {
  if (object == nullptr || object == Py_None) return Order::RowMajor;
  if (PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, "C") == 0) return Order::RowMajor;
  if (PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, "F") == 0) return Order::ColumnMajor;
  throw Delegated();
}

void delegate_if(bool condition) {
  if (condition) throw Delegated();
}

using Function = PyObject* (*)(PyObject* const*, Py_ssize_t, PyObject*);

// The function `body`, with NumPy's of the same name behind it.
template <typename Body>
PyObject* native_or_delegated(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                              Body body) {
  try {
    return body();
  } catch (const Delegated&) {
    PyErr_Clear();
    return delegate_call(name, arguments, given, keyword_names);
  }
}

template <typename Reader>
void read_or_delegate(const Reader& reader, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      typename Reader::Values& values) {
  delegate_if(reader.read(arguments, given, keyword_names, values) != Reader::Result::Ok);
}

// --- array, asarray

// NumPy arrays and buffers are taken as they are where no copy is asked for: then writing goes to their memory.
PyObject* array_of(PyObject* object, std::optional<DType> dtype, bool copies) {
  if (is_array(object)) {
    ArrayObject* array = as_array(object);
    if (copies) return as_object(copied(array->view(), dtype.value_or(array->dtype), std::nullopt));
    return is_exact_array(object) ? converted(array, dtype.value_or(array->dtype))
                                  : as_object(new_view(array->view(), object, array->has(kWriteable)));
  }
  PyObject* made = array_from_object(object, dtype);
  if (made == nullptr || !copies || !is_array(made) || as_array(made)->base == nullptr) return made;
  Ref view(made);
  return as_object(copied(as_array(made)->view(), as_array(made)->dtype, std::nullopt));
}

PyObject* array_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given == 1 && keyword_names == nullptr && PyList_CheckExact(arguments[0])) {
    PyObject* made = array_from_sequence(arguments[0], std::nullopt);
    if (made != nullptr || PyErr_Occurred()) return made;
  }
  return native_or_delegated("array", arguments, given, keyword_names, [&]() -> PyObject* {
    static constexpr ArgumentReader<7> kReader{
        "array", {"object", "dtype", "copy", "order", "subok", "ndmin", "like"}, 2, 1};
    ArgumentReader<7>::Values values;
    read_or_delegate(kReader, arguments, given, keyword_names, values);
    const auto& [object, dtype, copy, order, subok, ndmin, like] = values;
    delegate_if(is_given(order) || is_given(like) || subok == Py_True || (copy != nullptr && !PyBool_Check(copy)) ||
                (copy == Py_False && !is_exact_array(object)) || (copy == Py_False && is_given(dtype)));
    if (ndmin != nullptr) {
      const long least = PyLong_AsLong(ndmin);
      delegate_if(least != 0);
    }
    return array_of(object, native_dtype(dtype), copy != Py_False);
  });
}

PyObject* asarray_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given == 1 && keyword_names == nullptr && is_exact_array(arguments[0])) return Py_NewRef(arguments[0]);
  return native_or_delegated("asarray", arguments, given, keyword_names, [&]() -> PyObject* {
    static constexpr ArgumentReader<6> kReader{"asarray", {"a", "dtype", "order", "device", "copy", "like"}, 3, 1};
    ArgumentReader<6>::Values values;
    read_or_delegate(kReader, arguments, given, keyword_names, values);
    const auto& [object, dtype, order, device, copy, like] = values;
    delegate_if(is_given(order) || is_given(like) || is_given(device) || copy == Py_False);
    return array_of(object, native_dtype(dtype), copy == Py_True);
  });
}

// --- zeros, ones, empty, full

enum class Contents : std::uint8_t { Unset, Zeros, Ones };

PyObject* filled(ArrayObject* array, PyObject* value) {
  Ref guard(as_object(array));
  if (!guard || !assign(array->view(), value)) return nullptr;
  return guard.release();
}

PyObject* ones_in(ArrayObject* array) {
  Ref one(PyLong_FromLong(1));
  return filled(array, one.get());
}

// zeros(3), ones(3), empty(3): null without an exception for other arguments.
template <Contents What>
PyObject* small_vector(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given != 1 || keyword_names != nullptr || !PyLong_CheckExact(arguments[0])) return nullptr;
  constexpr int kLeast = kInlineBytes[1] / sizeof(double), kMost = kInlineBytes[2] / sizeof(double);
  const Py_ssize_t size = PyLong_AsSsize_t(arguments[0]);
  if (size < 0 || size > kMost) {
    PyErr_Clear();
    return nullptr;
  }
  ArrayObject* array = new_inline_vector(DType::F64, size, sizeof(double));
  if (array == nullptr || What == Contents::Unset) return as_object(array);
  // As many as the object has room for: a number that is known takes a few instructions.
  const auto fill = [array](auto room) {
    std::fill_n(reinterpret_cast<double*>(array->data), room, What == Contents::Ones ? 1.0 : 0.0);
  };
  size <= kLeast ? fill(std::integral_constant<int, kLeast>()) : fill(std::integral_constant<int, kMost>());
  return as_object(array);
}

template <Contents What>
PyObject* new_filled(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* small = small_vector<What>(arguments, given, keyword_names);
  if (small != nullptr || PyErr_Occurred()) return small;
  return native_or_delegated(name, arguments, given, keyword_names, [&]() -> PyObject* {
    static constexpr ArgumentReader<5> kReader{"zeros", {"shape", "dtype", "order", "device", "like"}, 3, 1};
    ArgumentReader<5>::Values values;
    read_or_delegate(kReader, arguments, given, keyword_names, values);
    const auto& [shape, dtype_given, order_given, device, like] = values;
    delegate_if(is_given(like) || is_given(device));
    const DType dtype = native_dtype(dtype_given).value_or(DType::F64);
    const Order order = native_order(order_given);
    Extents extents;
    if (!read_shape(shape, extents)) return nullptr;
    if (What == Contents::Zeros) return as_object(new_zeros(dtype, extents.lengths(), order));
    ArrayObject* array = new_array(dtype, extents.lengths(), order);
    return What == Contents::Ones ? ones_in(array) : as_object(array);
  });
}

PyObject* zeros(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return new_filled<Contents::Zeros>("zeros", arguments, given, keyword_names);
}
PyObject* ones(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return new_filled<Contents::Ones>("ones", arguments, given, keyword_names);
}
PyObject* empty(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return new_filled<Contents::Unset>("empty", arguments, given, keyword_names);
}

PyObject* full(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return native_or_delegated("full", arguments, given, keyword_names, [&]() -> PyObject* {
    static constexpr ArgumentReader<6> kReader{
        "full", {"shape", "fill_value", "dtype", "order", "device", "like"}, 4, 2};
    ArgumentReader<6>::Values values;
    read_or_delegate(kReader, arguments, given, keyword_names, values);
    const auto& [shape, value, dtype_given, order, device, like] = values;
    delegate_if(is_given(like) || is_given(device));
    std::optional<DType> dtype = native_dtype(dtype_given);
    Operand operand;
    if (!dtype) {
      delegate_if(read_operand(value, operand) != Reading::Ok);
      dtype = operand.is_weak() ? array::default_type(operand.weak) : operand.view.dtype;
      int overflow = 0;
      if (PyLong_CheckExact(value)) PyLong_AsLongLongAndOverflow(value, &overflow);
      delegate_if(overflow != 0);
    }
    // Assignment refuses what this function casts with a warning, and takes ints that are too large for a bool.
    delegate_if(PyComplex_Check(value) && !array::is_complex(*dtype));
    delegate_if(PyLong_CheckExact(value) && array::is_bool(*dtype));
    Extents extents;
    if (!read_shape(shape, extents)) return nullptr;
    return filled(new_array(*dtype, extents.lengths(), native_order(order)), value);
  });
}

template <Contents What>
PyObject* like_function(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return native_or_delegated(name, arguments, given, keyword_names, [&]() -> PyObject* {
    static constexpr ArgumentReader<6> kReader{"zeros_like", {"a", "dtype", "order", "subok", "shape", "device"}, 5, 1};
    ArgumentReader<6>::Values values;
    read_or_delegate(kReader, arguments, given, keyword_names, values);
    const auto& [like, dtype, order, subok, shape, device] = values;
    delegate_if(!is_exact_array(like) || is_given(order) || is_given(shape) || is_given(device));
    ArrayObject* source = as_array(like);
    const DType wanted = native_dtype(dtype).value_or(source->dtype);
    if (What == Contents::Zeros && source->has(kRowMajor)) {
      return as_object(new_zeros(wanted, source->view().lengths()));
    }
    ArrayObject* array = new_like(source->view(), wanted);
    if (What == Contents::Unset || array == nullptr) return as_object(array);
    if (What == Contents::Ones) return ones_in(array);
    Ref zero(PyLong_FromLong(0));
    return filled(array, zero.get());
  });
}
PyObject* zeros_like(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return like_function<Contents::Zeros>("zeros_like", arguments, given, keyword_names);
}
PyObject* ones_like(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return like_function<Contents::Ones>("ones_like", arguments, given, keyword_names);
}
PyObject* empty_like(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return like_function<Contents::Unset>("empty_like", arguments, given, keyword_names);
}

// The function keeps the order of axes in memory, the method does not.
PyObject* copy_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given != 1 || keyword_names != nullptr || !is_exact_array(arguments[0])) {
    return delegate_call("copy", arguments, given, keyword_names);
  }
  ArrayObject* array = as_array(arguments[0]);
  return as_object(copied(array->view(), array->dtype, std::nullopt));
}

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("array", array_function,
                  "array(object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, like=None)\n--\n\n"
                  "An array of numbers in nested sequences, or of another array's elements.\n\n"
                  "Returns\n-------\nndarray\n    NumPy's own for types that rooftop's arrays do not hold.\n\n"
                  "Examples\n--------\n>>> rooftop.array([1.0, 2.0]).dtype\ndtype('float64')"),
    ROOFTOP_ENTRY("asarray", asarray_function,
                  "asarray(a, dtype=None, order=None, *, device=None, copy=None, like=None)\n--\n\n"
                  "The object as an array, on its own memory where it has some."),
    ROOFTOP_ENTRY("zeros", zeros, "zeros(shape, dtype=float, order='C', *, like=None)\n--\n\nA new array of zeros."),
    ROOFTOP_ENTRY("ones", ones, "ones(shape, dtype=None, order='C', *, like=None)\n--\n\nA new array of ones."),
    ROOFTOP_ENTRY("empty", empty, "empty(shape, dtype=float, order='C', *, like=None)\n--\n\nA new array, unset."),
    ROOFTOP_ENTRY("full", full,
                  "full(shape, fill_value, dtype=None, order='C', *, like=None)\n--\n\nA new array of one value."),
    ROOFTOP_ENTRY(
        "zeros_like", zeros_like,
        "zeros_like(a, dtype=None, order='K', subok=True, shape=None)\n--\n\nZeros of an array's shape and type."),
    ROOFTOP_ENTRY(
        "ones_like", ones_like,
        "ones_like(a, dtype=None, order='K', subok=True, shape=None)\n--\n\nOnes of an array's shape and type."),
    ROOFTOP_ENTRY("empty_like", empty_like,
                  "empty_like(prototype, dtype=None, order='K', subok=True, shape=None)\n--\n\nA new array of an "
                  "array's shape and type, unset."),
    ROOFTOP_ENTRY("copy", copy_function, "copy(a, order='K', subok=False)\n--\n\nA new array of the same elements."),
};

}  // namespace

std::span<PyMethodDef> creation_functions() { return functions; }

}  // namespace rooftop::python
