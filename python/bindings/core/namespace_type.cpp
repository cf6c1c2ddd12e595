// The interpreter looks up names of a module that has a `__getattr__` the long way: first in the type and its bases.
// Here its own names come first.
#include "namespace_type.h"

#include "ref.h"

namespace rooftop::python {
namespace {

PyObject* get_attribute(PyObject* module, PyObject* name) {
  PyObject* const names = *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(module) + PyModule_Type.tp_dictoffset);
  PyObject* const found = names != nullptr ? PyDict_GetItemWithError(names, name) : nullptr;
  if (found != nullptr) [[likely]]
    return Py_NewRef(found);
  return PyErr_Occurred() ? nullptr : PyModule_Type.tp_getattro(module, name);
}

// By name, as libraries that send functions to other processes do with modules.
PyObject* reduce(PyObject* module, PyObject*) {
  Ref importlib(PyImport_ImportModule("importlib"));
  Ref import_module(importlib ? PyObject_GetAttrString(importlib.get(), "import_module") : nullptr);
  Ref name(import_module ? PyModule_GetNameObject(module) : nullptr);
  return name ? Py_BuildValue("O(O)", import_module.get(), name.get()) : nullptr;
}

PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyTypeObject namespace_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0).tp_name = "rooftop._core._Namespace",
    .tp_getattro = get_attribute,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "A module whose attributes are looked up in its names first.",
    .tp_methods = methods,
};

}  // namespace

int add_namespace_type(PyObject* module) {
  namespace_type.tp_base = &PyModule_Type;
  if (PyType_Ready(&namespace_type) != 0) return -1;
  return PyModule_AddObjectRef(module, "_Namespace", reinterpret_cast<PyObject*>(&namespace_type));
}

}  // namespace rooftop::python
