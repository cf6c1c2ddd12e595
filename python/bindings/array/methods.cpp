// Methods: what is done here, then the names that NumPy's methods stand in for.
#include "array/methods.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/index.h"
#include "array/reductions.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/numpy_access.h"
#include "rooftop/array/cast.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// --- Shapes

// Strides of the same elements under other lengths; false where that takes a copy.
bool strides_of_reshaped(const View& view, Extents& wanted) {
  if (array::is_row_major(view)) {
    wanted.set_row_major(array::size_of(view.dtype));
    return true;
  }
  // Axes of length one tell nothing. Groups of old axes are matched with groups of new ones of the same product.
  std::int64_t lengths[array::kMaxRank];
  std::int64_t strides[array::kMaxRank];
  int count = 0;
  for (int i = 0; i < view.rank; ++i) {
    if (view.shape[i] == 1) continue;
    lengths[count] = view.shape[i];
    strides[count++] = view.strides[i];
  }
  int old_begin = 0;
  int new_begin = 0;
  while (new_begin < wanted.rank && old_begin < count) {
    int old_end = old_begin + 1;
    int new_end = new_begin + 1;
    std::int64_t old_product = lengths[old_begin];
    std::int64_t new_product = wanted.shape[new_begin];
    while (old_product != new_product) {
      if (new_product < old_product) {
        new_product *= wanted.shape[new_end++];
      } else {
        old_product *= lengths[old_end++];
      }
    }
    for (int i = old_begin; i < old_end - 1; ++i) {
      if (strides[i] != lengths[i + 1] * strides[i + 1]) return false;
    }
    wanted.strides[new_end - 1] = strides[old_end - 1];
    for (int i = new_end - 1; i > new_begin; --i) wanted.strides[i - 1] = wanted.strides[i] * wanted.shape[i];
    old_begin = old_end;
    new_begin = new_end;
  }
  for (int i = new_begin; i < wanted.rank; ++i) {  // ones at the end
    wanted.strides[i] = i > 0 ? wanted.strides[i - 1] : static_cast<std::int64_t>(array::size_of(view.dtype));
  }
  return true;
}

PyObject* refuse_reshape(ArrayObject* array, const Extents& wanted) {
  return PyErr_Format(PyExc_ValueError, "cannot reshape array of size %lld into shape %s",
                      static_cast<long long>(array->size), shape_text(wanted.lengths()).c_str());
}

// Replaces a length of -1 by what is left. False with an exception.
bool fit(ArrayObject* array, Extents& wanted) {
  std::int64_t product = 1;
  int unknown = -1;
  for (int i = 0; i < wanted.rank; ++i) {
    if (wanted.shape[i] < 0) {
      if (unknown >= 0) {
        PyErr_SetString(PyExc_ValueError, "can only specify one unknown dimension");
        return false;
      }
      unknown = i;
    } else if (__builtin_mul_overflow(product, wanted.shape[i], &product)) {
      refuse_reshape(array, wanted);
      return false;
    }
  }
  if (unknown >= 0) {
    if (product == 0 || array->size % product != 0) {
      refuse_reshape(array, wanted);
      return false;
    }
    wanted.shape[unknown] = array->size / product;
    return true;
  }
  if (product == array->size) return true;
  refuse_reshape(array, wanted);
  return false;
}

PyObject* reshaped(ArrayObject* array, Extents& wanted) {
  if (!fit(array, wanted)) return nullptr;
  const View view = array->view();
  if (array->size > 0 && !strides_of_reshaped(view, wanted)) {
    ArrayObject* copy = copied(view, view.dtype, Order::RowMajor);
    Ref guard(as_object(copy));
    if (!guard) return nullptr;
    wanted.set_row_major(array::size_of(view.dtype));
    return as_object(new_view(wanted.view(view.dtype, copy->data), as_object(copy), true));
  }
  if (array->size == 0) wanted.set_row_major(array::size_of(view.dtype));
  return as_object(new_view(wanted.view(view.dtype, array->data), as_object(array), array->has(kWriteable)));
}

// Results of arrays of a subclass are of it.
PyObject* like_self(PyObject* self, PyObject* made) {
  if (made == nullptr || is_exact_array(self) || !is_exact_array(made)) return made;
  if (Py_REFCNT(made) > 1) return made;  // `out`
  Ref exact(made);
  return new_subclass_view(Py_TYPE(self), as_array(made), self);
}

PyObject* reshape(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (keyword_names != nullptr || given == 0) {
    return delegate_method("reshape", self, arguments, given, keyword_names);
  }
  Extents wanted;
  if (given == 1) {
    if (!read_shape(arguments[0], wanted)) return nullptr;
  } else {
    if (given > array::kMaxRank) return delegate_method("reshape", self, arguments, given, keyword_names);
    for (Py_ssize_t i = 0; i < given; ++i) {
      const Py_ssize_t length = PyNumber_AsSsize_t(arguments[i], PyExc_ValueError);
      if (length == -1 && PyErr_Occurred()) return nullptr;
      wanted.push(length, 0);
    }
  }
  return like_self(self, reshaped(as_array(self), wanted));
}

PyObject* ravel(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given > 0 || keyword_names != nullptr) return delegate_method("ravel", self, arguments, given, keyword_names);
  ArrayObject* array = as_array(self);
  Extents wanted;
  wanted.push(array->size, 0);
  if (array->has(kRowMajor)) return like_self(self, reshaped(array, wanted));
  // Always row-major: a view of strides that happen to fit is not what NumPy gives.
  ArrayObject* copy = copied(array->view(), array->dtype, Order::RowMajor);
  if (copy == nullptr) return nullptr;
  wanted.set_row_major(array::size_of(array->dtype));
  if (!set_dims(copy, wanted)) Py_CLEAR(copy);
  return like_self(self, as_object(copy));
}

PyObject* flatten(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given > 0 || keyword_names != nullptr) {
    return delegate_method("flatten", self, arguments, given, keyword_names);
  }
  ArrayObject* array = as_array(self);
  ArrayObject* copy = copied(array->view(), array->dtype, Order::RowMajor);
  if (copy == nullptr) return nullptr;
  Extents wanted;
  wanted.push(array->size, 0);
  wanted.set_row_major(array::size_of(array->dtype));
  if (!set_dims(copy, wanted)) Py_CLEAR(copy);
  return like_self(self, as_object(copy));
}

PyObject* transpose(PyObject* self, PyObject* const* arguments, Py_ssize_t given) {
  ArrayObject* array = as_array(self);
  if (given == 1 && arguments[0] == Py_None) given = 0;
  Extents order;
  if (given == 1 && PySequence_Check(arguments[0])) {
    if (!read_shape(arguments[0], order)) return nullptr;
  } else {
    for (Py_ssize_t i = 0; i < given && i < array::kMaxRank; ++i) {
      const Py_ssize_t axis = PyNumber_AsSsize_t(arguments[i], PyExc_IndexError);
      if (axis == -1 && PyErr_Occurred()) return nullptr;
      order.push(axis, 0);
    }
  }
  if (given == 0) {
    for (int i = array->rank; i-- > 0;) order.push(i, 0);
  }
  if (order.rank != array->rank) {
    PyErr_SetString(PyExc_ValueError, "axes don't match array");
    return nullptr;
  }
  Extents wanted;
  std::uint64_t seen = 0;
  for (int i = 0; i < order.rank; ++i) {
    const std::int64_t axis = order.shape[i] < 0 ? order.shape[i] + array->rank : order.shape[i];
    if (axis < 0 || axis >= array->rank) {
      // NumPy's words, with its own type of error
      return delegate_method("transpose", self, arguments, given, nullptr);
    }
    if ((seen >> axis & 1) != 0) {
      PyErr_SetString(PyExc_ValueError, "repeated axis in transpose");
      return nullptr;
    }
    seen |= std::uint64_t{1} << axis;
    wanted.push(array->shape()[axis], array->strides()[axis]);
  }
  return like_self(self, as_object(new_view(wanted.view(array->dtype, array->data), self, array->has(kWriteable))));
}

PyObject* squeeze(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given > 0 || keyword_names != nullptr) {
    return delegate_method("squeeze", self, arguments, given, keyword_names);
  }
  ArrayObject* array = as_array(self);
  Extents wanted;
  for (int i = 0; i < array->rank; ++i) {
    if (array->shape()[i] != 1) wanted.push(array->shape()[i], array->strides()[i]);
  }
  return like_self(self, as_object(new_view(wanted.view(array->dtype, array->data), self, array->has(kWriteable))));
}

// --- Copies and conversions

// 'C' (or null), 'F', 'A', 'K' as an order of memory; false with an exception. No order is 'K'.
bool read_order(PyObject* object, const View& view, std::optional<Order>& order) {
  order = std::nullopt;
  if (object == nullptr || object == Py_None) return true;
  const char* text = PyUnicode_Check(object) ? PyUnicode_AsUTF8(object) : nullptr;
  if (text != nullptr && std::strlen(text) == 1) {
    switch (text[0]) {
      case 'C':
      case 'c':
        order = Order::RowMajor;
        return true;
      case 'F':
      case 'f':
        order = Order::ColumnMajor;
        return true;
      case 'A':
      case 'a':
        order = array::is_column_major(view) && !array::is_row_major(view) ? Order::ColumnMajor : Order::RowMajor;
        return true;
      case 'K':
      case 'k':
        return true;
      default:
        break;
    }
  }
  if (PyUnicode_Check(object)) {
    PyErr_Format(PyExc_ValueError, "order must be one of 'C', 'F', 'A', or 'K' (got %R)", object);
  } else {
    PyErr_Format(PyExc_TypeError, "order must be str, not %s", Py_TYPE(object)->tp_name);
  }
  return false;
}

PyObject* copy(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<1> kReader{"copy", {"order"}};
  ArgumentReader<1>::Values values;
  if (!kReader.read_all(arguments, given, keyword_names, values)) return nullptr;
  ArrayObject* array = as_array(self);
  std::optional<Order> order = Order::RowMajor;  // the method's default; the function's is 'K'
  if (values[0] != nullptr && !read_order(values[0], array->view(), order)) return nullptr;
  return like_self(self, as_object(copied(array->view(), array->dtype, order)));
}

PyObject* finalize(PyObject*, PyObject*) { Py_RETURN_NONE; }

PyObject* copy_protocol(PyObject* self, PyObject*) {
  ArrayObject* array = as_array(self);
  return like_self(self, as_object(copied(array->view(), array->dtype, std::nullopt)));
}

PyObject* astype(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<5> kReader{"astype", {"dtype", "order", "casting", "subok", "copy"}, 5, 1};
  ArgumentReader<5>::Values values;
  const auto delegate = [&] {
    return like_self(self, delegate_method("astype", self, arguments, given, keyword_names));
  };
  switch (kReader.read(arguments, given, keyword_names, values)) {
    case ArgumentReader<5>::Result::Ok:
      break;
    case ArgumentReader<5>::Result::Unknown:
      return delegate();
    case ArgumentReader<5>::Result::Error:
      return nullptr;
  }
  ArrayObject* array = as_array(self);
  DType dtype{};
  switch (read_dtype(values[0], dtype)) {
    case DTypeName::Native:
      break;
    case DTypeName::Foreign:
      return delegate();
    case DTypeName::Error:
      return nullptr;
  }
  if (values[2] != nullptr) {
    const char* rule = PyUnicode_Check(values[2]) ? PyUnicode_AsUTF8(values[2]) : nullptr;
    const auto casting = rule == nullptr ? std::nullopt : array::casting_from_name(rule);
    if (!casting || !array::can_cast(array->dtype, dtype, *casting)) return delegate();
  }
  // The warnings about lost imaginary parts and values that fit no integer are NumPy's.
  if (array::is_complex(array->dtype) && !array::is_complex(dtype) && !array::is_bool(dtype)) return delegate();
  if (array::is_float(array->dtype) && array::is_integer(dtype)) return delegate();
  if (may_leave_half(array->dtype, dtype)) return delegate();
  std::optional<Order> order;
  if (!read_order(values[1], array->view(), order)) return nullptr;
  const int copies = values[4] == nullptr ? 1 : PyObject_IsTrue(values[4]);
  if (copies < 0) return nullptr;
  const bool in_order = !order || (*order == Order::RowMajor ? array->has(kRowMajor) : array->has(kColumnMajor));
  if (copies == 0 && dtype == array->dtype && in_order) return Py_NewRef(self);
  return like_self(self, as_object(copied(array->view(), dtype, order)));
}

PyObject* list_of(const View& view, int axis, const char* data) {
  if (axis == view.rank) return python_value(view.dtype, data);
  const std::int64_t length = view.shape[axis];
  Ref list(PyList_New(length));
  if (!list) return nullptr;
  for (std::int64_t i = 0; i < length; ++i) {
    PyObject* item = list_of(view, axis + 1, data + i * view.strides[axis]);
    if (item == nullptr) return nullptr;
    PyList_SET_ITEM(list.get(), i, item);
  }
  return list.release();
}

PyObject* tolist(PyObject* self, PyObject*) {
  const View view = as_array(self)->view();
  return list_of(view, 0, view.data);
}

PyObject* item(PyObject* self, PyObject* const* arguments, Py_ssize_t given) {
  ArrayObject* array = as_array(self);
  if (given == 0) {
    if (array->size == 1) return python_value(array->dtype, array->data);
    PyErr_SetString(PyExc_ValueError, "can only convert an array of size 1 to a Python scalar");
    return nullptr;
  }
  if (given == 1 && array->rank == 1 && PyLong_CheckExact(arguments[0])) {
    Ref element(PyObject_GetItem(self, arguments[0]));
    return element ? python_value(array->dtype, scalar_value(element.get())) : nullptr;
  }
  Ref found(delegate_method("item", self, arguments, given, nullptr));
  return found.release();
}

PyObject* fill(PyObject* self, PyObject* value) {
  const bool is_sequence =
      (is_array(value) && as_array(value)->rank > 0) || PyList_Check(value) || PyTuple_Check(value);
  if (is_sequence) {  // NumPy says that it takes one value
    Ref arguments(PyTuple_Pack(1, value));
    return arguments ? delegate_method("fill", self, arguments.get(), nullptr) : nullptr;
  }
  if (!require_writeable(as_array(self)) || !assign(as_array(self)->view(), value)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* view(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  ArrayObject* array = as_array(self);
  if (keyword_names == nullptr && given == 1 && PyType_Check(arguments[0])) {
    auto* type = reinterpret_cast<PyTypeObject*>(arguments[0]);
    if (PyType_IsSubtype(type, &array_type)) {
      Ref plain(as_object(new_view(array->view(), self, array->has(kWriteable))));
      if (!plain || type == &array_type) return plain.release();
      return new_subclass_view(type, as_array(plain.get()), self);
    }
  }
  if (given > 0 || keyword_names != nullptr) return delegate_method("view", self, arguments, given, keyword_names);
  return like_self(self, as_object(new_view(array->view(), self, array->has(kWriteable))));
}

PyObject* to_numpy(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* const names[] = {"dtype", "copy", nullptr};
  PyObject *dtype = Py_None, *copies = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O$O:__array__", const_cast<char**>(names), &dtype, &copies)) {
    return nullptr;
  }
  Ref view(numpy_view(self));
  if (!view) return nullptr;
  DType own{};
  const bool same = dtype == Py_None || (read_dtype(dtype, own) == DTypeName::Native && own == as_array(self)->dtype);
  if (!same) {
    if (copies == Py_False) {
      PyErr_SetString(PyExc_ValueError, "Unable to avoid copy while creating an array of another dtype.");
      return nullptr;
    }
    return PyObject_CallMethod(view.get(), "astype", "O", dtype);
  }
  return copies == Py_True ? PyObject_CallMethod(view.get(), "copy", nullptr) : view.release();
}

PyObject* to_bytes(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  ArrayObject* array = as_array(self);
  if (given > 0 || keyword_names != nullptr || !array->has(kRowMajor)) {
    return delegate_method("tobytes", self, arguments, given, keyword_names);
  }
  return PyBytes_FromStringAndSize(array->data, array->bytes());
}

// --- Reductions

enum class Fold : std::uint8_t { Ufunc, Mean };

using ReductionReader = ArgumentReader<6>;

template <Fold Kind, Ufunc U>
PyObject* reduce(const char* name, const ReductionReader& reader, PyObject* self, PyObject* const* arguments,
                 Py_ssize_t given, PyObject* keyword_names) {
  if constexpr (Kind == Fold::Ufunc) {
    if (given == 0 && keyword_names == nullptr && is_exact_array(self)) {
      PyObject* result = fast_reduce(U, as_array(self));
      if (result != nullptr || PyErr_Occurred()) return result;
    }
  }
  ReductionReader::Values values;
  switch (reader.read(arguments, given, keyword_names, values)) {
    case ReductionReader::Result::Ok:
      break;
    case ReductionReader::Result::Unknown:
      return delegate_method(name, self, arguments, given, keyword_names);
    case ReductionReader::Result::Error:
      return nullptr;
  }
  ReduceOptions options;
  PyObject** const members[] = {&options.axis,     &options.dtype,   &options.out,
                                &options.keepdims, &options.initial, &options.where};
  static constexpr const char* kNames[] = {"axis", "dtype", "out", "keepdims", "initial", "where"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (reader.names[i] == nullptr) continue;
    for (std::size_t m = 0; m < 6; ++m) {
      if (std::strcmp(reader.names[i], kNames[m]) == 0) *members[m] = values[i];
    }
  }
  PyObject* result = nullptr;
  const Outcome outcome =
      Kind == Fold::Mean ? mean_of_array(self, options, result) : reduce_array(U, self, options, result);
  if (outcome != Outcome::Delegate) return like_self(self, result);
  return delegate_method(name, self, arguments, given, keyword_names);
}

// Where each method takes its arguments, as NumPy's do.
constexpr ReductionReader kSumReader{"sum", {"axis", "dtype", "out", "keepdims", "initial", "where"}};
constexpr ReductionReader kMinReader{"min", {"axis", "out", "keepdims", "initial", "where", nullptr}, 5};
constexpr ReductionReader kAnyReader{"any", {"axis", "out", "keepdims", "where", nullptr, nullptr}, 3};
constexpr ReductionReader kMeanReader{"mean", {"axis", "dtype", "out", "keepdims", "where", nullptr}, 4};

#define ROOFTOP_REDUCTION(method, kind, ufunc, reader)                                                      \
  PyObject* method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return reduce<Fold::kind, Ufunc::ufunc>(#method, reader, self, arguments, given, keyword_names);        \
  }
ROOFTOP_REDUCTION(sum, Ufunc, add, kSumReader)
ROOFTOP_REDUCTION(prod, Ufunc, multiply, kSumReader)
ROOFTOP_REDUCTION(min, Ufunc, minimum, kMinReader)
ROOFTOP_REDUCTION(max, Ufunc, maximum, kMinReader)
ROOFTOP_REDUCTION(all, Ufunc, logical_and, kAnyReader)
ROOFTOP_REDUCTION(any, Ufunc, logical_or, kAnyReader)
ROOFTOP_REDUCTION(mean, Mean, add, kMeanReader)
#undef ROOFTOP_REDUCTION

// --- NumPy's

// Methods that NumPy's arrays do for ours, and those that rooftop/_protocols.py does.
// clang-format off
#define ROOFTOP_DELEGATED_METHODS(X)                                                                           \
  X(argpartition) X(argsort) X(byteswap) X(choose) X(compress) X(conj) X(conjugate) X(cumprod) X(cumsum)       \
  X(diagonal) X(dot) X(dump) X(dumps) X(getfield) X(nonzero) X(partition) X(put) X(repeat) X(resize) X(round)  \
  X(searchsorted) X(setfield) X(sort) X(swapaxes) X(take) X(to_device) X(tofile) X(trace) X(__dlpack__)        \
  X(__dlpack_device__) X(__complex__)
#define ROOFTOP_PROTOCOL_METHODS(X)                                                                    \
  X(__array_ufunc__) X(__array_function__) X(__array_namespace__) X(__reduce__) X(__reduce_ex__)       \
  X(__setstate__) X(__deepcopy__) X(__format__) X(setflags) X(__arrow_c_array__) X(__dask_tokenize__)
// clang-format on

#define ROOFTOP_DELEGATED(method)                                                                               \
  PyObject* delegated_##method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* names) { \
    return like_self(self, delegate_method(#method, self, arguments, given, names));                            \
  }
ROOFTOP_DELEGATED_METHODS(ROOFTOP_DELEGATED)
#undef ROOFTOP_DELEGATED

// rooftop._protocols.<name>(self, …)
PyObject* call_protocol(const char* name, PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                        PyObject* keyword_names) {
  Ref module(PyImport_ImportModule("rooftop._protocols"));
  Ref function(module ? PyObject_GetAttrString(module.get(), name) : nullptr);
  if (!function) return nullptr;
  const PackedArguments packed(arguments, given, keyword_names);
  Ref first(packed ? PyTuple_Pack(1, self) : nullptr);
  Ref whole(first ? PySequence_Concat(first.get(), packed.positional.get()) : nullptr);
  return whole ? PyObject_Call(function.get(), whole.get(), packed.keywords.get()) : nullptr;
}
#define ROOFTOP_PROTOCOL(method)                                                                               \
  PyObject* protocol_##method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* names) { \
    return call_protocol(#method, self, arguments, given, names);                                              \
  }
ROOFTOP_PROTOCOL_METHODS(ROOFTOP_PROTOCOL)
#undef ROOFTOP_PROTOCOL

}  // namespace

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

PyMethodDef flag_functions[] = {
    {"_array_flags", array_flags, METH_O,
     "_array_flags(array, /)\n--\n\nBits: C, F, writeable, aligned, owns its data."},
    {"_set_writeable", as_c_function(set_writeable), METH_FASTCALL,
     "_set_writeable(array, value, /)\n--\n\nSets the flag."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

int add_flag_functions(PyObject* module) {
  static constexpr const char* kDelegated[] = {
#define ROOFTOP_NAME(method) #method,
      ROOFTOP_DELEGATED_METHODS(ROOFTOP_NAME)
#undef ROOFTOP_NAME
  };
  Ref names(PyTuple_New(std::size(kDelegated)));  // for rooftop.coverage()
  if (!names) return -1;
  for (std::size_t i = 0; i < std::size(kDelegated); ++i) {
    PyObject* name = PyUnicode_FromString(kDelegated[i]);
    if (name == nullptr) return -1;
    PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), name);
  }
  return PyModule_AddObjectRef(module, "_delegated_methods", names.get()) != 0
             ? -1
             : PyModule_AddFunctions(module, flag_functions);
}

PyObject* reshape_array(ArrayObject* array, PyObject* shape) {
  Extents wanted;
  return read_shape(shape, wanted) ? reshaped(array, wanted) : nullptr;
}

#define ROOFTOP_ENTRY(name, function, doc) \
  { name, as_c_function(function), METH_FASTCALL | METH_KEYWORDS, doc }
#define ROOFTOP_DELEGATED_ENTRY(method) ROOFTOP_ENTRY(#method, delegated_##method, "As numpy.ndarray." #method "."),
#define ROOFTOP_PROTOCOL_ENTRY(method) ROOFTOP_ENTRY(#method, protocol_##method, nullptr),

PyMethodDef array_methods[] = {
    ROOFTOP_ENTRY("reshape", reshape,
                  "reshape(*shape)\n--\n\nThe same elements under other lengths; a view where possible."),
    ROOFTOP_ENTRY("ravel", ravel, "ravel(order='C')\n--\n\nThe elements along one axis; a view where possible."),
    ROOFTOP_ENTRY("flatten", flatten, "flatten(order='C')\n--\n\nA copy of the elements along one axis."),
    {"transpose", as_c_function(transpose), METH_FASTCALL,
     "transpose(*axes)\n--\n\nA view with its axes in another order."},
    ROOFTOP_ENTRY("squeeze", squeeze, "squeeze(axis=None)\n--\n\nA view without axes of length one."),
    ROOFTOP_ENTRY("copy", copy, "copy(order='C')\n--\n\nA new array of the same elements."),
    {"__copy__", copy_protocol, METH_NOARGS, nullptr},
    {"__array_finalize__", finalize, METH_O, "__array_finalize__(like, /)\n--\n\nFor subclasses: does nothing."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "For annotations: ndarray[shape, dtype]."},
    ROOFTOP_ENTRY("astype", astype,
                  "astype(dtype, order='K', casting='unsafe', subok=True, copy=True)\n--\n\n"
                  "The elements converted to another type."),
    {"tolist", tolist, METH_NOARGS, "tolist()\n--\n\nNested lists of Python numbers."},
    {"item", as_c_function(item), METH_FASTCALL, "item(*index)\n--\n\nOne element as a Python number."},
    {"fill", fill, METH_O, "fill(value, /)\n--\n\nSets every element."},
    ROOFTOP_ENTRY("view", view, "view(dtype=None, type=None)\n--\n\nAnother array on the same memory."),
    {"__array__", as_c_function(to_numpy), METH_VARARGS | METH_KEYWORDS,
     "__array__(dtype=None, *, copy=None)\n--\n\nA NumPy array on the same memory."},
    ROOFTOP_ENTRY("tobytes", to_bytes, "tobytes(order='C')\n--\n\nThe elements as bytes."),
    ROOFTOP_ENTRY(
        "sum", sum,
        "sum(axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True)\n--\n\nThe sum of elements."),
    ROOFTOP_ENTRY(
        "prod", prod,
        "prod(axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True)\n--\n\nThe product of elements."),
    ROOFTOP_ENTRY("min", min,
                  "min(axis=None, out=None, keepdims=False, initial=None, where=True)\n--\n\nThe smallest element."),
    ROOFTOP_ENTRY("max", max,
                  "max(axis=None, out=None, keepdims=False, initial=None, where=True)\n--\n\nThe largest element."),
    ROOFTOP_ENTRY("all", all,
                  "all(axis=None, out=None, keepdims=False, *, where=True)\n--\n\nWhether all elements are true."),
    ROOFTOP_ENTRY("any", any,
                  "any(axis=None, out=None, keepdims=False, *, where=True)\n--\n\nWhether some element is true."),
    ROOFTOP_ENTRY("mean", mean,
                  "mean(axis=None, dtype=None, out=None, keepdims=False, *, where=True)\n--\n\nThe arithmetic mean."),
    ROOFTOP_DELEGATED_METHODS(ROOFTOP_DELEGATED_ENTRY)
        ROOFTOP_PROTOCOL_METHODS(ROOFTOP_PROTOCOL_ENTRY){nullptr, nullptr, 0, nullptr},
};

}  // namespace rooftop::python
