// Arguments of one call of NumPy as it takes them, and its results as ours.
#pragma once

#include <Python.h>

#include <vector>

#include "core/ref.h"

namespace rooftop::python {

class Conversion {
 public:
  /// The value for NumPy: views of our arrays, scalars, dtypes and functions, also in tuples, lists and dicts; anything
  /// else as it is. A new reference.
  PyObject* unwrap(PyObject* value) { return unwrap(value, 0); }
  /// Every item of a tuple; a new tuple.
  PyObject* unwrap_arguments(PyObject* arguments);
  /// Every value of a dict (or null); a new dict, or null without an exception.
  PyObject* unwrap_keywords(PyObject* keywords);

  /// A result for the caller: arrays and scalars of ours, also in tuples and lists. What a function gave back that was
  /// an argument is that argument. A new reference.
  PyObject* wrap(PyObject* value) { return wrap(value, 0); }

 private:
  struct Seen {
    Ref view;
    PyObject* ours;  ///< borrowed: the caller holds its arguments
  };

  PyObject* unwrap(PyObject* value, int depth);
  PyObject* unwrap_sequence(PyObject* value, int depth);
  PyObject* unwrap_dict(PyObject* value, int depth);
  PyObject* wrap(PyObject* value, int depth);
  PyObject* wrap_sequence(PyObject* value, int depth);

  std::vector<Seen> seen_;
};

}  // namespace rooftop::python
