// What a ufunc, an assignment or a constructor was given, taken apart: memory with a type, or a Python number that
// takes on the type of what it meets.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "rooftop/array/promotion.h"

namespace rooftop::python {

enum class Reading : std::uint8_t {
  Ok,
  Foreign,  ///< an object that only NumPy, or the object's own type, knows how to take
  Error,    ///< a Python exception is set
};

struct Operand {
  View view;  ///< of a weak number: no data until `settle`
  array::Weak weak = array::Weak::None;
  PyObject* object = nullptr;  ///< as given; borrowed
  Ref kept;                    ///< an array made of it
  alignas(16) char value[16];  // NOLINT: where a weak number is put

  Operand() {}  // NOLINT: value is set with the weak number
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;

  bool is_weak() const { return weak != array::Weak::None; }
  /// Gives a weak number its type. False with OverflowError when it does not fit.
  bool settle(DType dtype);
};

/// Arrays and scalars of ours and NumPy's, Python numbers, and sequences of them. `sequences` false: those are foreign.
Reading read_operand(PyObject* object, Operand& operand, bool sequences = true);

}  // namespace rooftop::python
