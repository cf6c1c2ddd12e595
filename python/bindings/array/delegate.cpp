// Views of memory both ways, and the way to rooftop._delegate.
#include "array/delegate.h"

#include "array/argument_reader.h"
#include "array/delegate_conversion.h"
#include "array/dtype_object.h"
#include "array/scalar_object.h"
#include "core/errors.h"
#include "core/numpy_access.h"

namespace rooftop::python {
namespace {

static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));

// What stands behind a name: numpy.linalg.norm of "linalg.norm", numpy.ndarray.sort of "ndarray.sort". Found once, kept
// for as long as the process lives. Borrowed.
PyObject* numpy_function(PyObject* key) {
  static PyObject* const known = PyDict_New();
  if (known == nullptr || !require_numpy()) return nullptr;
  PyObject* found = PyDict_GetItemWithError(known, key);
  if (found != nullptr || PyErr_Occurred()) return found;
  Ref object(PyImport_ImportModule("numpy"));
  Ref parts(object ? PyUnicode_Split(key, Ref(PyUnicode_FromString(".")).get(), -1) : nullptr);
  if (!parts) return nullptr;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(parts.get()); ++i) {
    object = Ref(PyObject_GetAttr(object.get(), PyList_GET_ITEM(parts.get(), i)));
    if (!object) return nullptr;
  }
  return PyDict_SetItem(known, key, object.get()) == 0 ? object.get() : nullptr;
}

// How often each function was called: rooftop._delegate.calls. False with an exception.
bool count(PyObject* key) {
  static PyObject* calls = nullptr;
  if (calls == nullptr) {
    Ref module(PyImport_ImportModule("rooftop._delegate"));
    calls = module ? PyObject_GetAttrString(module.get(), "calls") : nullptr;
    if (calls == nullptr) return false;
  }
  PyObject* before = PyDict_GetItemWithError(calls, key);
  if (before == nullptr && PyErr_Occurred()) return false;
  Ref now(PyLong_FromLong(before == nullptr ? 1 : PyLong_AsLong(before) + 1));
  return now && PyDict_SetItem(calls, key, now.get()) == 0;
}

PyObject* run(PyObject* function, PyObject* arguments, PyObject* keywords) {
  return guarded([&]() -> PyObject* {
    Conversion conversion;
    Ref positional(conversion.unwrap_arguments(arguments));
    Ref named(positional ? conversion.unwrap_keywords(keywords) : nullptr);
    if (PyErr_Occurred()) return nullptr;
    Ref result(PyObject_Call(function, positional.get(), named.get()));
    return result ? conversion.wrap(result.get()) : nullptr;
  });
}

// The function of this name (null: with a Python exception).
PyObject* run_named(const Ref& name, PyObject* arguments, PyObject* keywords) {
  PyObject* function = name ? numpy_function(name.get()) : nullptr;
  return function != nullptr && count(name.get()) ? run(function, arguments, keywords) : nullptr;
}

// rooftop._core._Delegated(function, name): what stands for a function of NumPy in our namespace.
struct DelegatedObject {
  PyObject ob_base;
  PyObject* function;
  PyObject* name;
};

PyObject* new_delegated(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject *function = nullptr, *name = nullptr;
  if (!PyArg_ParseTuple(arguments, "OU:_Delegated", &function, &name)) return nullptr;
  auto* made = reinterpret_cast<DelegatedObject*>(type->tp_alloc(type, 0));
  if (made == nullptr) return nullptr;
  made->function = Py_NewRef(function);
  made->name = Py_NewRef(name);
  return reinterpret_cast<PyObject*>(made);
}

void delete_delegated(PyObject* self) {
  auto* delegated = reinterpret_cast<DelegatedObject*>(self);
  Py_CLEAR(delegated->function);
  Py_CLEAR(delegated->name);
  Py_TYPE(self)->tp_free(self);
}

PyObject* call_delegated(PyObject* self, PyObject* arguments, PyObject* keywords) {
  auto* delegated = reinterpret_cast<DelegatedObject*>(self);
  return require_numpy() && count(delegated->name) ? run(delegated->function, arguments, keywords) : nullptr;
}

PyTypeObject delegated_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop._core._Delegated",
    .tp_basicsize = sizeof(DelegatedObject),
    .tp_dealloc = delete_delegated,
    .tp_call = call_delegated,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "_Delegated(function, name, /)\n--\n\nA function of NumPy that takes and gives our arrays.",
    .tp_new = new_delegated,
};

PyObject* run_function(PyObject*, PyObject* const* arguments, Py_ssize_t given) {
  if (given != 3 || !require_numpy()) return given == 3 ? nullptr : PyErr_Format(PyExc_TypeError, "_run() takes three");
  Ref positional(PySequence_Tuple(arguments[1]));
  return positional ? run(arguments[0], positional.get(), arguments[2]) : nullptr;
}

PyObject* call_function(PyObject*, PyObject* const* arguments, Py_ssize_t given) {
  if (given != 3 || !PyUnicode_Check(arguments[0]))
    return PyErr_Format(PyExc_TypeError, "_call() takes a name, a tuple and a dict");
  Ref positional(PySequence_Tuple(arguments[1]));
  return positional ? run_named(Ref::borrow(arguments[0]), positional.get(), arguments[2]) : nullptr;
}

PyObject* unwrap_function(PyObject*, PyObject* value) {
  return guarded([value] { return require_numpy() ? Conversion().unwrap(value) : nullptr; });
}
PyObject* wrap_function(PyObject*, PyObject* value) { return require_numpy() ? Conversion().wrap(value) : nullptr; }

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
    {"_run", as_c_function(run_function), METH_FASTCALL,
     "_run(function, arguments, keywords, /)\n--\n\nCalls a function of NumPy with views of our arrays."},
    {"_call", as_c_function(call_function), METH_FASTCALL,
     "_call(name, arguments, keywords, /)\n--\n\nThe same by the function's name in numpy, which may have dots."},
    {"_unwrap", unwrap_function, METH_O, "_unwrap(value, /)\n--\n\nThe value as NumPy takes it."},
    {"_wrap", wrap_function, METH_O, "_wrap(value, /)\n--\n\nA result of NumPy as ours."},
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
  return run_named(Ref(PyUnicode_FromString(function)), arguments, keywords);
}

PyObject* delegate_method(const char* method, PyObject* array, PyObject* arguments, PyObject* keywords) {
  Ref self(PyTuple_Pack(1, array));
  Ref all(self ? PySequence_Concat(self.get(), arguments) : nullptr);
  return all ? run_named(Ref(PyUnicode_FromFormat("ndarray.%s", method)), all.get(), keywords) : nullptr;
}

PyObject* delegate_ufunc(const char* ufunc, const char* method, PyObject* arguments, PyObject* keywords) {
  if (*method == '\0') return delegate_call(ufunc, arguments, keywords);
  return run_named(Ref(PyUnicode_FromFormat("%s.%s", ufunc, method)), arguments, keywords);
}

PyObject* delegate_call(const char* function, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  const PackedArguments packed(arguments, given, keyword_names);
  return packed ? delegate_call(function, packed.positional.get(), packed.keywords.get()) : nullptr;
}

PyObject* delegate_method(const char* method, PyObject* array, PyObject* const* arguments, Py_ssize_t given,
                          PyObject* keyword_names) {
  const PackedArguments packed(arguments, given, keyword_names);
  return packed ? delegate_method(method, array, packed.positional.get(), packed.keywords.get()) : nullptr;
}

PyObject* delegate_ufunc(const char* ufunc, const char* method, PyObject* const* arguments, Py_ssize_t given,
                         PyObject* keyword_names) {
  const PackedArguments packed(arguments, given, keyword_names);
  return packed ? delegate_ufunc(ufunc, method, packed.positional.get(), packed.keywords.get()) : nullptr;
}

PyObject* delegate_asarray(PyObject* value, std::optional<DType> dtype) {
  Ref arguments(PyTuple_Pack(2, value, dtype ? dtype_object(*dtype) : Py_None));
  Ref name(PyUnicode_FromString("asarray"));
  PyObject* function = arguments && name ? numpy_function(name.get()) : nullptr;
  return function == nullptr ? nullptr : run(function, arguments.get(), nullptr);
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

int add_delegation(PyObject* module) {
  if (PyType_Ready(&delegated_type) != 0) return -1;
  PyObject* type = reinterpret_cast<PyObject*>(&delegated_type);
  return PyModule_AddObjectRef(module, "_Delegated", type) != 0 ? -1 : PyModule_AddFunctions(module, functions);
}

}  // namespace rooftop::python
