// A function's parameters as its code object has them, and the binding of a call's arguments to them.
#pragma once

#include <Python.h>

#include <vector>

#include "ref.h"
#include "small_buffer.h"

namespace rooftop::python {

/// The values of one call, one for each parameter, borrowed from the caller or kept here.
struct BoundArguments {
  SmallBuffer<PyObject*, 16> values;
  std::vector<Ref> defaults;
};

class Parameters {
 public:
  /// Reads the code object of `function`. False with an exception.
  bool read(PyObject* function);
  /// `conversions`: None, or one item per parameter: None or the name of the type that its annotation asks for.
  bool set_conversions(PyObject* conversions);

  int count() const { return static_cast<int>(names_.size()); }
  PyObject* name(int index) const { return names_[static_cast<std::size_t>(index)].get(); }
  PyObject* qualified_name() const { return qualified_name_.get(); }
  bool has_conversions() const { return !conversions_.empty(); }
  /// The wanted type's name, or null.
  PyObject* conversion(int index) const { return conversions_[static_cast<std::size_t>(index)].get(); }

  /// True when exactly the parameters are given by position, in order: nothing is to be done then.
  bool fits(Py_ssize_t given, PyObject* keyword_names) const {
    return given == positional_ && keyword_names == nullptr && only_positional_;
  }
  /// False, without an exception, when the call does not fit the signature.
  bool bind(PyObject* function, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
            BoundArguments& bound) const;

 private:
  bool place_keywords(PyObject* const* values, PyObject* keyword_names, BoundArguments& bound) const;
  bool fill_defaults(PyObject* function, BoundArguments& bound) const;
  int index_of(PyObject* keyword) const;

  Ref qualified_name_;
  std::vector<Ref> names_;  ///< positional ones first, then keyword-only ones
  std::vector<Ref> conversions_;
  int positional_ = 0;
  int positional_only_ = 0;
  bool only_positional_ = false;  ///< no keyword-only parameters, no *args, no **kwargs
  bool bindable_ = false;         ///< no *args, no **kwargs
};

}  // namespace rooftop::python
