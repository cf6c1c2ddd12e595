// One body for a method of arrays and the function of the same name: what is native is done by the body, anything else
// goes on to NumPy's method or function.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/ufunc_call.h"
#include "core/errors.h"

namespace rooftop::python {

/// What a body does; out of memory is a MemoryError.
template <typename Body, typename... Arguments>
Outcome run_body(Body body, Arguments&&... arguments) {
  return guarded(Outcome::Error, [&] { return body(arguments...); });
}

/// array.name(…): `body(array, arguments, given, keyword_names, result)` gives an Outcome.
template <typename Body>
PyObject* call_method(const char* name, PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                      PyObject* keyword_names, Body body) {
  PyObject* result = nullptr;
  if (run_body(body, self, arguments, given, keyword_names, result) == Outcome::Delegate) {
    result = delegate_method(name, self, arguments, given, keyword_names);
  }
  return is_exact_array(self) ? result : like_self(self, result);
}

/// name(array, …) where the rest of the arguments is the method's. Lists and tuples are made arrays first; arrays of
/// subclasses are asked for their method, which may be their own.
template <typename Body>
PyObject* call_function(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                        Body body) {
  if (given == 0) return delegate_call(name, arguments, given, keyword_names);
  Ref array = Ref::borrow(arguments[0]);
  if (is_list_or_tuple(arguments[0])) {
    array = Ref(array_from_object(arguments[0], std::nullopt));
    if (!array) return nullptr;
  }
  if (is_exact_array(array.get())) {
    PyObject* result = nullptr;
    const Outcome outcome = run_body(body, array.get(), arguments + 1, given - 1, keyword_names, result);
    if (outcome != Outcome::Delegate) return result;
  } else if (is_array(array.get())) {
    Ref method(PyObject_GetAttrString(array.get(), name));
    return method ? PyObject_Vectorcall(method.get(), arguments + 1, static_cast<std::size_t>(given - 1), keyword_names)
                  : nullptr;
  }
  return delegate_call(name, arguments, given, keyword_names);
}

/// name(array, …) where there is no such method; results are of the array's own class.
template <typename Body>
PyObject* call_native(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      Body body) {
  if (given == 0 || !is_array(arguments[0]) || is_exact_array(arguments[0])) {
    return call_function(name, arguments, given, keyword_names, body);
  }
  PyObject* result = nullptr;
  if (run_body(body, arguments[0], arguments + 1, given - 1, keyword_names, result) == Outcome::Delegate) {
    return delegate_call(name, arguments, given, keyword_names);
  }
  return like_self(arguments[0], result);
}

/// name(…) of any arguments: `body(arguments, given, keyword_names, result)` gives an Outcome.
template <typename Body>
PyObject* call_free_function(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                             Body body) {
  PyObject* result = nullptr;
  if (run_body(body, arguments, given, keyword_names, result) != Outcome::Delegate) return result;
  return delegate_call(name, arguments, given, keyword_names);
}

/// False, without an exception, for arguments that are not the reader's: NumPy says what is wrong with them.
template <typename Reader>
bool read_or_leave(const Reader& reader, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                   typename Reader::Values& values) {
  if (reader.read(arguments, given, keyword_names, values) == Reader::Result::Ok) return true;
  PyErr_Clear();
  return false;
}

/// An exact int that fits; what is not given leaves `value` as it is. False, without an exception, for anything else.
inline bool read_int_or_leave(PyObject* object, std::int64_t& value) {
  if (object == nullptr) return true;
  if (!PyLong_CheckExact(object)) return false;
  int overflow = 0;
  value = PyLong_AsLongLongAndOverflow(object, &overflow);
  return overflow == 0;
}

/// The same for an axis, counted from the start.
inline bool read_axis_or_leave(PyObject* object, int rank, int& axis) {
  std::int64_t given = axis;
  if (!read_int_or_leave(object, given)) return false;
  if (given < 0) given += rank;
  axis = static_cast<int>(given);
  return given >= 0 && given < rank;
}

/// A function as an object of a type of its own: each call has its body inside, where a pointer would be called.
#define ROOFTOP_BODY(...) [](auto&... operands) { return (__VA_ARGS__)(operands...); }

/// Defines name_function, which takes any arguments.
#define ROOFTOP_FREE_FUNCTION(name, ...)                                                                        \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return call_free_function(#name, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__));               \
  }

/// Defines name_function, whose first argument is an array and which is no method.
#define ROOFTOP_FUNCTION(name, ...)                                                                             \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return call_native(#name, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__));                      \
  }

/// The same; arrays of subclasses are left to NumPy.
#define ROOFTOP_PLAIN_FUNCTION(name, ...)                                                                       \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    const bool is_of_subclass = given > 0 && is_array(arguments[0]) && !is_exact_array(arguments[0]);           \
    return is_of_subclass ? delegate_call(#name, arguments, given, keyword_names)                               \
                          : call_function(#name, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__));   \
  }

/// The same for functions that write into the array: a list is none.
#define ROOFTOP_WRITING_FUNCTION(name, ...)                                                                     \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return given > 0 && is_array(arguments[0])                                                                  \
               ? call_native(#name, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__))                 \
               : delegate_call(#name, arguments, given, keyword_names);                                         \
  }

/// Defines name_method and name_function.
#define ROOFTOP_METHOD_AND_FUNCTION(name, ...)                                                                     \
  PyObject* name##_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return call_method(#name, self, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__));                   \
  }                                                                                                                \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {    \
    return call_function(#name, arguments, given, keyword_names, ROOFTOP_BODY(__VA_ARGS__));                       \
  }

}  // namespace rooftop::python
