// The interpreter looks up names of a module that has a `__getattr__` the long way: first in the type and its bases.
// Here its own names come first, and those that were asked for lately are remembered.
#include "namespace_type.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "ref.h"

namespace rooftop::python {
namespace {

// What dictionaries hold under a name. CPython gives a dictionary another version, unique among all, with each change.
// Where there are no versions (free threads, 3.14) nothing is remembered.
#if !defined(Py_GIL_DISABLED) && PY_VERSION_HEX < 0x030E0000
class RecentNames {
 public:
  PyObject* find(PyObject* names, PyObject* name) {
    const Entry& entry = entry_of(name);
    return entry.name == name && entry.names == names && entry.version == version_of(names) ? entry.value : nullptr;
  }
  void remember(PyObject* names, PyObject* name, PyObject* value) {
    if (!PyUnicode_CheckExact(name) || PyUnicode_CHECK_INTERNED(name) == 0) return;
    // A name that is held is no other string's memory; names and values live while the version stands.
    Entry& entry = entry_of(name);
    PyObject* const forgotten = entry.name;
    entry = {Py_NewRef(name), names, value, version_of(names)};
    Py_XDECREF(forgotten);
  }

 private:
  struct Entry {
    PyObject* name;
    PyObject* names;
    PyObject* value;
    std::uint64_t version;
  };
  static constexpr std::size_t kEntries = 256;

  static std::uint64_t version_of(PyObject* names) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return reinterpret_cast<PyDictObject*>(names)->ma_version_tag;
#pragma GCC diagnostic pop
  }
  Entry& entry_of(PyObject* name) {
    const auto address = reinterpret_cast<std::uintptr_t>(name);
    return entries_[(address / alignof(std::max_align_t) ^ address / (alignof(std::max_align_t) * kEntries)) %
                    kEntries];
  }

  std::array<Entry, kEntries> entries_{};
};
#else
struct RecentNames {
  PyObject* find(PyObject*, PyObject*) { return nullptr; }
  void remember(PyObject*, PyObject*, PyObject*) {}
};
#endif

RecentNames recent;

PyObject* get_attribute(PyObject* module, PyObject* name) {
  PyObject* const names = *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(module) + PyModule_Type.tp_dictoffset);
  if (names != nullptr) [[likely]] {
    if (PyObject* const found = recent.find(names, name)) [[likely]]
      return Py_NewRef(found);
    if (PyObject* const found = PyDict_GetItemWithError(names, name)) {
      recent.remember(names, name, found);
      return Py_NewRef(found);
    }
  }
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
