// Guards, and how to know cheaply that a dict has not changed: by its version up to Python 3.11, by watching it later.
#include "guards.h"

#include <algorithm>
#include <cstring>

namespace rooftop::python {
namespace {

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// Constants of simple types may be other objects with the same value: `n = 3` run again, or 0.5 computed anew.
bool same_constant(PyObject* a, PyObject* b) {
  if (Py_TYPE(a) != Py_TYPE(b)) return false;
  if (PyFloat_CheckExact(a)) return same_bits(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b));
  if (PyComplex_CheckExact(a)) {
    Py_complex left = PyComplex_AsCComplex(a);
    Py_complex right = PyComplex_AsCComplex(b);
    return same_bits(left.real, right.real) && same_bits(left.imag, right.imag);
  }
  if (!PyLong_CheckExact(a) && !PyUnicode_CheckExact(a)) return false;
  int equal = PyObject_RichCompareBool(a, b, Py_EQ);
  if (equal < 0) PyErr_Clear();
  return equal > 0;
}

#if PY_VERSION_HEX < 0x030c0000
bool watch(PyObject*) { return true; }
std::uint64_t version_of(PyObject* dict) { return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag; }
#else
// One count for all watched dicts: they are the globals of modules, which change while modules load.
std::uint64_t changes = 1;

int note_change(PyDict_WatchEvent, PyObject*, PyObject*, PyObject*) {
  ++changes;
  return 0;
}

bool watch(PyObject* dict) {
  static const int watcher = PyDict_AddWatcher(note_change);
  if (watcher >= 0) return PyDict_Watch(watcher, dict) == 0;
  PyErr_Clear();  // all watchers are taken: every check looks at the names themselves
  changes = 0;
  return true;
}
std::uint64_t version_of(PyObject*) { return changes; }
#endif

}  // namespace

bool Guard::holds() const {
  PyObject* found = name ? PyDict_GetItemWithError(owner.get(), name.get()) : PyCell_GET(owner.get());
  if (found == expected.get()) return true;
  return found != nullptr && expected && same_constant(found, expected.get());
}

bool GuardList::add_dict(PyObject* dict) {
  if (std::find(dicts_.begin(), dicts_.end(), dict) != dicts_.end()) return true;
  dicts_.push_back(dict);
  return watch(dict);
}

bool GuardList::read(PyObject* sequence) {
  Ref items(PySequence_Fast(sequence, "guards must be a sequence"));
  if (!items) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    PyObject* parts[3] = {};
    if (!PyArg_UnpackTuple(item, "guard", 2, 3, &parts[0], &parts[1], &parts[2])) return false;
    Guard guard;
    guard.owner = Ref::borrow(parts[0]);
    if (PyCell_Check(parts[0])) {
      guard.expected = Ref::borrow(parts[1]);
      cells_.push_back(std::move(guard));
      continue;
    }
    if (!PyDict_Check(parts[0]) || !PyUnicode_Check(parts[1])) {
      PyErr_SetString(PyExc_TypeError, "a guard is (dict, name), (dict, name, value) or (cell, value)");
      return false;
    }
    guard.name = Ref::borrow(parts[1]);
    guard.expected = Ref::borrow(parts[2]);
    names_.push_back(std::move(guard));
    if (!add_dict(parts[0])) return false;
  }
  // No versions yet: the names may have changed while the function was compiled.
  versions_.assign(dicts_.size(), 0);
  return true;
}

bool GuardList::dicts_are_unchanged() const {
  for (std::size_t i = 0; i < dicts_.size(); ++i) {
    if (versions_[i] == 0 || version_of(dicts_[i]) != versions_[i]) return false;
  }
  return true;
}

bool GuardList::names_hold() {
  // Comparing values may run code that changes the dicts, so take the versions first.
  for (std::size_t i = 0; i < dicts_.size(); ++i) versions_[i] = version_of(dicts_[i]);
  for (const Guard& guard : names_) {
    if (guard.holds()) continue;
    versions_.assign(dicts_.size(), 0);
    return false;
  }
  return true;
}

int GuardList::visit(visitproc visit, void* arg) const {
  for (const std::vector<Guard>* guards : {&cells_, &names_}) {
    for (const Guard& guard : *guards) {
      Py_VISIT(guard.owner.get());
      Py_VISIT(guard.expected.get());
    }
  }
  return 0;
}

}  // namespace rooftop::python
