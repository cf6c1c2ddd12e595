// Binding as Python does it, for functions without *args and **kwargs. Whatever does not fit is reported by Python
// itself: see bind_error in rooftop/_jit.py.
#include "parameters.h"

#include <algorithm>

namespace rooftop::python {
namespace {

constexpr long kHasVariableArguments = 0x04 | 0x08;  // CO_VARARGS, CO_VARKEYWORDS

long integer_attribute(PyObject* object, const char* name) {
  Ref value(PyObject_GetAttrString(object, name));
  return value ? PyLong_AsLong(value.get()) : -1;
}

}  // namespace

bool Parameters::read(PyObject* function) {
  qualified_name_ = Ref(PyObject_GetAttrString(function, "__qualname__"));
  Ref code(PyObject_GetAttrString(function, "__code__"));
  if (!qualified_name_ || !code) return false;
  long positional = integer_attribute(code.get(), "co_argcount");
  long keyword_only = integer_attribute(code.get(), "co_kwonlyargcount");
  long flags = integer_attribute(code.get(), "co_flags");
  positional_only_ = static_cast<int>(integer_attribute(code.get(), "co_posonlyargcount"));
  Ref variables(PyObject_GetAttrString(code.get(), "co_varnames"));
  if (PyErr_Occurred()) return false;
  positional_ = static_cast<int>(positional);
  for (long i = 0; i < positional + keyword_only; ++i) {
    names_.push_back(Ref::borrow(PyTuple_GET_ITEM(variables.get(), i)));
  }
  bindable_ = (flags & kHasVariableArguments) == 0;
  only_positional_ = bindable_ && keyword_only == 0;
  return true;
}

bool Parameters::set_conversions(PyObject* conversions) {
  if (conversions == Py_None) return true;
  if (!PyTuple_Check(conversions) || PyTuple_GET_SIZE(conversions) != count()) {
    PyErr_SetString(PyExc_TypeError, "conversions must be a tuple with an item for each parameter");
    return false;
  }
  for (int i = 0; i < count(); ++i) {
    PyObject* wanted = PyTuple_GET_ITEM(conversions, i);
    conversions_.push_back(wanted == Py_None ? Ref() : Ref::borrow(wanted));
  }
  return true;
}

int Parameters::index_of(PyObject* keyword) const {
  // Names are interned, so that the first search nearly always finds.
  for (int i = positional_only_; i < count(); ++i) {
    if (name(i) == keyword) return i;
  }
  for (int i = positional_only_; i < count(); ++i) {
    if (PyUnicode_Compare(name(i), keyword) == 0) return i;
  }
  return -1;
}

bool Parameters::place_keywords(PyObject* const* values, PyObject* keyword_names, BoundArguments& bound) const {
  for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(keyword_names); ++k) {
    int index = index_of(PyTuple_GET_ITEM(keyword_names, k));
    if (index < 0 || bound.values[static_cast<std::size_t>(index)] != nullptr) return false;
    bound.values[static_cast<std::size_t>(index)] = values[k];
  }
  return true;
}

bool Parameters::fill_defaults(PyObject* function, BoundArguments& bound) const {
  PyObject* defaults = PyFunction_GetDefaults(function);
  PyObject* keyword_defaults = PyFunction_GetKwDefaults(function);
  Py_ssize_t first = positional_ - (defaults == nullptr ? 0 : PyTuple_GET_SIZE(defaults));
  for (int i = 0; i < count(); ++i) {
    PyObject*& value = bound.values[static_cast<std::size_t>(i)];
    if (value != nullptr) continue;
    PyObject* found = nullptr;
    if (i < positional_ && i >= first) found = PyTuple_GET_ITEM(defaults, i - first);
    if (i >= positional_ && keyword_defaults != nullptr) found = PyDict_GetItemWithError(keyword_defaults, name(i));
    if (found == nullptr) return false;
    value = bound.defaults.emplace_back(Ref::borrow(found)).get();
  }
  return true;
}

bool Parameters::bind(PyObject* function, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      BoundArguments& bound) const {
  if (!bindable_ || given > positional_) return false;
  auto total = static_cast<std::size_t>(count());
  PyObject** values = bound.values.extend(total);
  std::fill(std::copy_n(arguments, given, values), values + total, nullptr);
  if (keyword_names != nullptr && !place_keywords(arguments + given, keyword_names, bound)) return false;
  return fill_defaults(function, bound);
}

}  // namespace rooftop::python
