// mode='raise', 'wrap' or 'clip': what becomes of places outside of an axis.
#pragma once

#include <Python.h>

#include "array/argument_reader.h"
#include "rooftop/lib/choice.h"

namespace rooftop::python {

/// Raise where nothing is given; false, without an exception, for what NumPy takes or refuses.
inline bool read_outside_mode(PyObject* object, lib::OutsideMode& mode) {
  mode = lib::OutsideMode::Raise;
  if (object == nullptr) return true;
  const std::string_view name = text_of(object);
  if (name == "wrap") mode = lib::OutsideMode::Wrap;
  if (name == "clip") mode = lib::OutsideMode::Clip;
  return name == "raise" || mode != lib::OutsideMode::Raise;
}

}  // namespace rooftop::python
