// Methods that NumPy's arrays do for ours, and those that rooftop/_protocols.py does.
#include <iterator>

#include "array/argument_reader.h"
#include "array/delegate.h"
#include "array/method_tables.h"

namespace rooftop::python {
namespace {

// clang-format off
#define ROOFTOP_DELEGATED_METHODS(X)                                                                           \
  X(byteswap) X(compress) X(dump) X(dumps) X(getfield) X(resize) X(setfield)    \
  X(to_device) X(tofile)
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

#define ROOFTOP_DELEGATED_ENTRY(method) ROOFTOP_ENTRY(#method, delegated_##method, "As numpy.ndarray." #method "."),
#define ROOFTOP_PROTOCOL_ENTRY(method) ROOFTOP_ENTRY(#method, protocol_##method, nullptr),

PyMethodDef methods[] = {ROOFTOP_DELEGATED_METHODS(ROOFTOP_DELEGATED_ENTRY)
                             ROOFTOP_PROTOCOL_METHODS(ROOFTOP_PROTOCOL_ENTRY)};

}  // namespace

std::span<PyMethodDef> delegated_methods() { return methods; }

int add_delegated_names(PyObject* module) {
  static constexpr const char* kDelegated[] = {
#define ROOFTOP_NAME(method) #method,
      ROOFTOP_DELEGATED_METHODS(ROOFTOP_NAME)
#undef ROOFTOP_NAME
  };
  Ref names(PyTuple_New(std::size(kDelegated)));
  if (!names) return -1;
  for (std::size_t i = 0; i < std::size(kDelegated); ++i) {
    PyObject* name = PyUnicode_FromString(kDelegated[i]);
    if (name == nullptr) return -1;
    PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), name);
  }
  return PyModule_AddObjectRef(module, "_delegated_methods", names.get());
}

}  // namespace rooftop::python
