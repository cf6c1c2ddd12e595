// Axes as arguments.
#pragma once

#include <Python.h>

#include <cstdint>

namespace rooftop::python {

/// An int from -rank to rank - 1 as one from 0. False with an exception: AxisError where it is none of these.
bool read_axis(PyObject* object, int rank, int& axis);

/// Arguments of which there is at most `axis`, an int, by place or by name: what most calls of reductions have.
class OnlyAxis {
 public:
  OnlyAxis(int rank, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
    const Py_ssize_t named = keyword_names == nullptr ? 0 : PyTuple_GET_SIZE(keyword_names);
    is_none_ = given + named == 0;
    if (given + named != 1 || !PyLong_CheckExact(arguments[0])) return;
    if (named == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keyword_names, 0), "axis") != 0) return;
    int overflow = 0;
    long axis = PyLong_AsLongAndOverflow(arguments[0], &overflow);
    if (axis < 0) axis += rank;
    if (overflow == 0 && axis >= 0 && axis < rank) axis_ = static_cast<int>(axis);
  }
  bool is_none() const { return is_none_; }
  bool is_one() const { return axis_ >= 0; }
  /// From 0 on.
  int axis() const { return axis_; }

 private:
  bool is_none_;
  int axis_ = -1;
};

/// An int, a tuple of ints or None (all axes) as a set, bit by axis. False with an exception.
bool read_axes(PyObject* object, int rank, std::uint64_t& axes);

}  // namespace rooftop::python
