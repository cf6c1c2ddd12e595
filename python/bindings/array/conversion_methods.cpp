// Methods that copy, convert and give elements to others.
#include <cstring>
#include <optional>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/scalar_object.h"
#include "array/ufunc_call.h"
#include "core/numpy_access.h"
#include "rooftop/array/cast.h"

namespace rooftop::python {
namespace {

// 'C' (or null), 'F', 'A', 'K' as an order of memory; false with an exception. No order is 'K'.
bool read_order(PyObject* object, const View& view, std::optional<Order>& order) {
  order = std::nullopt;
  if (object == nullptr || object == Py_None) return true;
  const std::string_view text = text_of(object);
  if (text.size() == 1) {
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
    const auto casting = array::casting_from_name(text_of(values[2]));
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

// A row as a list of what `make` makes of each element.
template <typename T, typename Make>
PyObject* list_of_row(const char* data, std::int64_t length, std::int64_t stride, Make make) {
  Ref list(PyList_New(length));
  for (std::int64_t i = 0; list && i < length; ++i) {
    T element;
    std::memcpy(&element, data + i * stride, sizeof element);
    PyObject* item = make(element);
    if (item == nullptr) return nullptr;
    PyList_SET_ITEM(list.get(), i, item);
  }
  return list.release();
}

PyObject* list_of(const View& view, int axis, const char* data) {
  if (axis == view.rank) return python_value(view.dtype, data);
  if (axis + 1 == view.rank && view.dtype == DType::F64) {
    return list_of_row<double>(data, view.shape[axis], view.strides[axis], PyFloat_FromDouble);
  }
  if (axis + 1 == view.rank && view.dtype == DType::I64) {
    return list_of_row<std::int64_t>(data, view.shape[axis], view.strides[axis], PyLong_FromLongLong);
  }
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

/// What a function of others made of the memory of arrays like this one, as an array of its class.
PyObject* wrap(PyObject* self, PyObject* const* arguments, Py_ssize_t given) {
  if (given < 1 || given > 3) {
    return PyErr_Format(PyExc_TypeError, "__array_wrap__() takes 1 to 3 arguments (%zd given)", given);
  }
  const int gives_scalar = given == 3 ? PyObject_IsTrue(arguments[2]) : 0;
  Ref made(gives_scalar < 0 ? nullptr : from_numpy(arguments[0]));
  if (!made) return nullptr;
  if (!is_array(made.get())) {
    if (is_numpy_array(made.get())) return made.release();  // of a type that ours do not hold
    return PyErr_Format(PyExc_TypeError, "__array_wrap__() takes an ndarray, not %s", Py_TYPE(arguments[0])->tp_name);
  }
  ArrayObject* array = as_array(made.get());
  if (gives_scalar == 1 && is_exact_array(self) && array->rank == 0) return new_scalar(array->dtype, array->data);
  if (Py_TYPE(self) == Py_TYPE(made.get())) return made.release();
  Ref plain(as_object(new_view(array->view(), made.get(), array->has(kWriteable))));
  if (!plain || is_exact_array(self)) return plain.release();
  return new_subclass_view(Py_TYPE(self), as_array(plain.get()), self);
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
  if (given > 0 || keyword_names != nullptr) {
    return delegate_method("tobytes", self, arguments, given, keyword_names);
  }
  if (array->has(kRowMajor)) return PyBytes_FromStringAndSize(array->data, array->bytes());
  Ref bytes(PyBytes_FromStringAndSize(nullptr, array->bytes()));
  if (!bytes) return nullptr;
  Extents dense(array->view());
  dense.set_row_major(array::size_of(array->dtype));
  const View target = dense.view(array->dtype, PyBytes_AS_STRING(bytes.get()));
  return convert_elements(target, array->view()) ? bytes.release() : nullptr;
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("copy", copy, "copy(order='C')\n--\n\nA new array of the same elements."),
    {"__copy__", copy_protocol, METH_NOARGS, nullptr},
    {"__array_finalize__", finalize, METH_O, "__array_finalize__(like, /)\n--\n\nFor subclasses: does nothing."},
    {"__array_wrap__", as_c_function(wrap), METH_FASTCALL,
     "__array_wrap__(array, context=None, return_scalar=False, /)\n--\n\nThe array as one of this class; a scalar "
     "where that is asked for and it has no axes."},
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
};

}  // namespace

std::span<PyMethodDef> conversion_methods() { return methods; }

}  // namespace rooftop::python
