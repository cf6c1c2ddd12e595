// Arguments of a vectorcall by name and place, without Python's format strings: they cost more than small functions do.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ref.h"

namespace rooftop::python {

/// The text of a str; empty for other objects and for what UTF-8 does not hold. Leaves no exception.
inline std::string_view text_of(PyObject* object) {
  Py_ssize_t length = 0;
  const char* text = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &length) : "";
  if (text == nullptr) PyErr_Clear();
  return {text == nullptr ? "" : text, static_cast<std::size_t>(length)};
}

/// `names` in the order of places; the first `positional` may be given without a name, the first `required` must be
/// given. A null name is for places only.
template <std::size_t Count>
struct ArgumentReader {
  const char* function;
  std::array<const char*, Count> names;
  Py_ssize_t positional = Count;
  Py_ssize_t required = 0;

  using Values = std::array<PyObject*, Count>;

  enum class Result : std::uint8_t {
    Ok,
    Unknown,  ///< a keyword that is not among the names; no exception is set
    Error,
  };

  /// Borrowed references; null where nothing was given.
  Result read(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, Values& values) const {
    values.fill(nullptr);
    if (given > positional) {
      PyErr_Format(PyExc_TypeError, "%s() takes at most %zd positional arguments (%zd given)", function, positional,
                   given);
      return Result::Error;
    }
    for (Py_ssize_t i = 0; i < given; ++i) values[static_cast<std::size_t>(i)] = arguments[i];
    const Py_ssize_t named = keyword_names == nullptr ? 0 : PyTuple_GET_SIZE(keyword_names);
    for (Py_ssize_t i = 0; i < named; ++i) {
      PyObject* name = PyTuple_GET_ITEM(keyword_names, i);
      const std::size_t place = find(name);
      if (place == Count) return Result::Unknown;
      if (values[place] != nullptr) {
        PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function, name);
        return Result::Error;
      }
      values[place] = arguments[given + i];
    }
    for (Py_ssize_t i = 0; i < required; ++i) {
      if (values[static_cast<std::size_t>(i)] != nullptr) continue;
      const char* name = names[static_cast<std::size_t>(i)];
      if (name == nullptr) {
        PyErr_Format(PyExc_TypeError, "%s() missing required argument %zd, which has no name", function, i + 1);
      } else {
        PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s' (pos %zd)", function, name, i + 1);
      }
      return Result::Error;
    }
    return Result::Ok;
  }

  /// The same; an unknown keyword is a TypeError.
  bool read_all(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, Values& values) const {
    switch (read(arguments, given, keyword_names, values)) {
      case Result::Ok:
        return true;
      case Result::Error:
        return false;
      case Result::Unknown:
        break;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keyword_names); ++i) {
      PyObject* name = PyTuple_GET_ITEM(keyword_names, i);
      if (find(name) != Count) continue;
      PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function, name);
    }
    return false;
  }

 private:
  std::size_t find(PyObject* name) const {
    for (std::size_t place = 0; place < Count; ++place) {
      if (names[place] != nullptr && PyUnicode_CompareWithASCIIString(name, names[place]) == 0) return place;
    }
    return Count;
  }
};

/// Functions of other signatures than PyCFunction's, as tables of methods hold them.
template <typename Function>
PyCFunction as_c_function(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

/// The arguments of a vectorcall as those of an ordinary call. False when it could not be made: an exception is set.
struct PackedArguments {
  Ref positional;  ///< a tuple
  Ref keywords;    ///< a dict; null without keywords

  PackedArguments(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names)
      : positional(PyTuple_New(given)) {
    if (!positional) return;
    for (Py_ssize_t i = 0; i < given; ++i) PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(arguments[i]));
    if (keyword_names == nullptr || PyTuple_GET_SIZE(keyword_names) == 0) return;
    keywords = Ref(PyDict_New());
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keyword_names); ++i) {
      PyObject* name = PyTuple_GET_ITEM(keyword_names, i);
      if (PyDict_SetItem(keywords.get(), name, arguments[given + i]) != 0) keywords = Ref();
    }
    is_whole_ = static_cast<bool>(keywords);
  }
  explicit operator bool() const { return positional && is_whole_; }

 private:
  bool is_whole_ = true;
};

}  // namespace rooftop::python
