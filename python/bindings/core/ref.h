// An owned reference to a Python object.
#pragma once

#include <Python.h>

#include <utility>

namespace rooftop::python {

/// Owns one reference; null is allowed and means that a Python exception may be set.
class Ref {
 public:
  Ref() = default;
  /// Takes over a new reference, as most C-API functions return it.
  explicit Ref(PyObject* owned) : object_(owned) {}
  static Ref borrow(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }
  Ref(Ref&& other) noexcept : object_(other.release()) {}
  Ref& operator=(Ref&& other) noexcept {
    Py_XSETREF(object_, other.release());
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

}  // namespace rooftop::python
