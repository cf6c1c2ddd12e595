// Conversion both ways; containers are copied only where something in them changes.
#include "array/delegate_conversion.h"

#include <cstring>

#include "array/array_object.h"
#include "array/delegate.h"
#include "array/dtype_object.h"
#include "array/scalar_object.h"
#include "array/ufunc_object.h"
#include "core/numpy_access.h"

namespace rooftop::python {
namespace {

constexpr int kMaxDepth = array::kMaxRank;  // deeper than arrays go: it may contain itself

bool is_plain(PyObject* value) {
  return PyFloat_CheckExact(value) || PyLong_CheckExact(value) || value == Py_None || PyUnicode_CheckExact(value) ||
         PyBool_Check(value) || PySlice_Check(value);
}

PyObject* numpy_attribute(const char* name) {
  Ref module(PyImport_ImportModule("numpy"));
  return module ? PyObject_GetAttrString(module.get(), name) : nullptr;
}

PyObject* numpy_type_of(PyTypeObject* type) {
  if (type == &array_type) return Py_NewRef(reinterpret_cast<PyObject*>(numpy.array_type));
  if (!PyType_IsSubtype(type, &generic_type)) return Py_NewRef(reinterpret_cast<PyObject*>(type));
  const auto dtype = dtype_of_scalar_type(type);
  if (dtype) {
    Ref numpys(numpy_dtype(*dtype));
    return numpys ? PyObject_GetAttrString(numpys.get(), "type") : nullptr;
  }
  const char* dot = std::strrchr(type->tp_name, '.');  // number, integer, floating …
  return numpy_attribute(dot == nullptr ? type->tp_name : dot + 1);
}

}  // namespace

PyObject* Conversion::unwrap(PyObject* value, int depth) {
  if (is_plain(value)) return Py_NewRef(value);
  if (is_array(value)) {
    Ref view(numpy_view(value));
    if (!view) return nullptr;
    seen_.push_back({Ref::borrow(view.get()), value});
    return view.release();
  }
  if (is_scalar(value)) return numpy_scalar(value);
  if (Py_TYPE(value) == &dtype_type) return numpy_dtype(reinterpret_cast<DTypeObject*>(value)->dtype);
  if (depth < kMaxDepth) {
    if (PyTuple_CheckExact(value) || PyList_CheckExact(value)) return unwrap_sequence(value, depth + 1);
    if (PyDict_CheckExact(value)) return unwrap_dict(value, depth + 1);
  }
  if (PyType_Check(value)) return numpy_type_of(reinterpret_cast<PyTypeObject*>(value));
  if (is_ufunc(value)) return numpy_attribute(name_of_ufunc(value));
  return Py_NewRef(value);
}

PyObject* Conversion::unwrap_sequence(PyObject* value, int depth) {
  Ref changed;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(value); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(value, i);
    if (is_plain(item)) continue;
    Ref kept = Ref::borrow(item);
    Ref unwrapped(unwrap(item, depth));
    if (!unwrapped) return nullptr;
    if (unwrapped.get() == item) continue;
    if (!changed) {
      changed = Ref(PyTuple_CheckExact(value) ? PySequence_List(value) : PyList_GetSlice(value, 0, PY_SSIZE_T_MAX));
      if (!changed) return nullptr;
    }
    if (PyList_SetItem(changed.get(), i, unwrapped.release()) != 0) return nullptr;
  }
  if (!changed) return Py_NewRef(value);
  return PyTuple_CheckExact(value) ? PyList_AsTuple(changed.get()) : changed.release();
}

PyObject* Conversion::unwrap_dict(PyObject* value, int depth) {
  Ref made(PyDict_New());
  PyObject *key = nullptr, *item = nullptr;
  Py_ssize_t position = 0;
  while (made && PyDict_Next(value, &position, &key, &item)) {
    Ref unwrapped(unwrap(item, depth));
    if (!unwrapped || PyDict_SetItem(made.get(), key, unwrapped.get()) != 0) return nullptr;
  }
  return made.release();
}

PyObject* Conversion::unwrap_arguments(PyObject* arguments) {
  Ref made(PyTuple_New(PyTuple_GET_SIZE(arguments)));
  if (!made) return nullptr;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(arguments); ++i) {
    PyObject* item = unwrap(PyTuple_GET_ITEM(arguments, i), 0);
    if (item == nullptr) return nullptr;
    PyTuple_SET_ITEM(made.get(), i, item);
  }
  return made.release();
}

PyObject* Conversion::unwrap_keywords(PyObject* keywords) {
  if (keywords == nullptr || keywords == Py_None) return nullptr;
  // What is written to is what is given back, be it NumPy's.
  PyObject* out = PyDict_GetItemString(keywords, "out");
  if (out != nullptr && Py_TYPE(out) == numpy.array_type) seen_.push_back({Ref::borrow(out), out});
  return unwrap_dict(keywords, 0);
}

PyObject* Conversion::wrap(PyObject* value, int depth) {
  if (Py_TYPE(value) == numpy.array_type) {
    for (const Seen& seen : seen_) {
      if (seen.view.get() == value) return Py_NewRef(seen.ours);
    }
    return from_numpy(value);
  }
  if (is_plain(value)) return Py_NewRef(value);
  if (scalar_type(value)) return from_numpy(value);
  if (depth < kMaxDepth && (PyTuple_Check(value) || PyList_CheckExact(value))) return wrap_sequence(value, depth + 1);
  if (is_numpy_dtype(value)) {
    DType dtype{};
    return read_dtype(value, dtype) == DTypeName::Native ? Py_NewRef(dtype_object(dtype)) : Py_NewRef(value);
  }
  return Py_NewRef(value);
}

PyObject* Conversion::wrap_sequence(PyObject* value, int depth) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(value);
  Ref items(PyTuple_New(count));
  if (!items) return nullptr;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = wrap(PySequence_Fast_GET_ITEM(value, i), depth);
    if (item == nullptr) return nullptr;
    PyTuple_SET_ITEM(items.get(), i, item);
  }
  if (PyTuple_CheckExact(value)) return items.release();
  if (PyList_CheckExact(value)) return PySequence_List(items.get());
  // Named tuples are made of their fields; other classes of tuples are left alone.
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(value));
  if (!PyObject_HasAttrString(type, "_fields")) return Py_NewRef(value);
  return PyObject_CallObject(type, items.get());
}

}  // namespace rooftop::python
