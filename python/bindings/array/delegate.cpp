// Views of memory both ways, and the way to rooftop._delegate.
#include "array/delegate.h"

#include "array/dtype_object.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"

namespace rooftop::python {
namespace {

static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));

// The functions of rooftop._delegate, by name. A new reference.
PyObject* hook(const char* name) {
  Ref module(PyImport_ImportModule("rooftop._delegate"));
  return module ? PyObject_GetAttrString(module.get(), name) : nullptr;
}

const std::int64_t* lengths_of(const Py_ssize_t* lengths) { return reinterpret_cast<const std::int64_t*>(lengths); }

// The array of ours whose memory a NumPy array shows, through any number of views; else null. Borrowed.
PyObject* owner_among_ours(PyObject* array) {
  PyObject* base = reinterpret_cast<NumPyArray*>(array)->base;
  while (base != nullptr && Py_TYPE(base) == numpy.array_type) base = reinterpret_cast<NumPyArray*>(base)->base;
  return base != nullptr && is_array(base) ? base : nullptr;
}

PyObject* array_from_numpy(PyObject* value) {
  const auto& source = *reinterpret_cast<NumPyArray*>(value);
  const auto dtype = element_type(*source.dtype);
  if (!dtype) return Py_NewRef(value);
  PyObject* owner = owner_among_ours(value);
  const View view{source.data, *dtype, source.rank, lengths_of(source.shape), lengths_of(source.strides)};
  return as_object(new_view(view, owner != nullptr ? owner : value, (source.flags & kNumPyWriteable) != 0));
}

PyObject* from_numpy_function(PyObject*, PyObject* value) { return from_numpy(value); }
PyObject* numpy_view_function(PyObject*, PyObject* value) {
  if (is_array(value)) return numpy_view(value);
  if (is_scalar(value)) return numpy_scalar(value);
  return Py_NewRef(value);
}
PyObject* numpy_dtype_function(PyObject*, PyObject* value) {
  DType dtype{};
  if (Py_TYPE(value) != &dtype_type && !PyType_Check(value)) return Py_NewRef(value);
  return read_dtype(value, dtype) == DTypeName::Native ? numpy_dtype(dtype) : Py_NewRef(value);
}
PyObject* from_numpy_dtype(PyObject*, PyObject* value) {
  DType dtype{};
  return read_dtype(value, dtype) == DTypeName::Native ? Py_NewRef(dtype_object(dtype)) : Py_NewRef(value);
}

PyMethodDef functions[] = {
    {"_from_numpy", from_numpy_function, METH_O,
     "_from_numpy(value, /)\n--\n\nAn array on the memory of NumPy's, a scalar for NumPy's; anything else as it is."},
    {"_numpy_view", numpy_view_function, METH_O,
     "_numpy_view(value, /)\n--\n\nA NumPy array on the memory of ours, a NumPy scalar; anything else as it is."},
    {"_numpy_dtype", numpy_dtype_function, METH_O, "_numpy_dtype(value, /)\n--\n\nNumPy's dtype of ours."},
    {"_from_numpy_dtype", from_numpy_dtype, METH_O, "_from_numpy_dtype(value, /)\n--\n\nOur dtype of NumPy's."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

PyObject* delegate_call(const char* function, PyObject* arguments, PyObject* keywords) {
  Ref call(hook("call"));
  return call ? PyObject_CallFunction(call.get(), "sOO", function, arguments, keywords == nullptr ? Py_None : keywords)
              : nullptr;
}

PyObject* delegate_method(const char* method, PyObject* array, PyObject* arguments, PyObject* keywords) {
  Ref call(hook("method"));
  return call ? PyObject_CallFunction(call.get(), "sOOO", method, array, arguments,
                                      keywords == nullptr ? Py_None : keywords)
              : nullptr;
}

PyObject* delegate_ufunc(const char* ufunc, const char* method, PyObject* arguments, PyObject* keywords) {
  Ref call(hook("ufunc"));
  return call ? PyObject_CallFunction(call.get(), "ssOO", ufunc, method, arguments,
                                      keywords == nullptr ? Py_None : keywords)
              : nullptr;
}

PyObject* delegate_asarray(PyObject* value, std::optional<DType> dtype) {
  Ref call(hook("asarray"));
  return call ? PyObject_CallFunctionObjArgs(call.get(), value, dtype ? dtype_object(*dtype) : Py_None, nullptr)
              : nullptr;
}

PyObject* numpy_dtype(DType dtype) { return require_numpy() ? make_dtype(dtype) : nullptr; }

PyObject* numpy_view(PyObject* object) {
  if (!require_numpy()) return nullptr;
  ArrayObject* array = as_array(object);
  return make_array({array->dtype, array->rank, array->data, reinterpret_cast<Py_ssize_t*>(array->shape()),
                     reinterpret_cast<Py_ssize_t*>(array->strides()), array->has(kWriteable)},
                    object);
}

PyObject* numpy_scalar(PyObject* scalar) {
  if (!require_numpy()) return nullptr;
  return make_scalar(*dtype_of_scalar_type(Py_TYPE(scalar)), scalar_value(scalar));
}

PyObject* from_numpy(PyObject* value) {
  if (!find_numpy()) return Py_NewRef(value);
  if (Py_TYPE(value) == numpy.array_type) return array_from_numpy(value);
  const auto dtype = scalar_type(value);
  return dtype ? new_scalar(*dtype, scalar_data(value)) : Py_NewRef(value);
}

int add_delegation(PyObject* module) { return PyModule_AddFunctions(module, functions); }

}  // namespace rooftop::python
