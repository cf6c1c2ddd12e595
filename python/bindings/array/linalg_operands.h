// What functions of linear algebra share: reading matrices, finding LAPACK, running it, and handing results out in the
// type that NumPy gives them. As in NumPy everything is computed in float64 or complex128.
#pragma once

#include <Python.h>

#include <initializer_list>
#include <new>
#include <span>

#include "array/argument_reader.h"
#include "array/array_object.h"
#include "array/delegate.h"
#include "array/ufunc_call.h"
#include "core/signals.h"
#include "rooftop/lib/matrix_stack.h"

namespace rooftop::python {

/// A stack of matrices, or a vector, as an argument.
struct MatrixOperand {
  Ref held;

  ArrayObject* array() const { return as_array(held.get()); }
  int rank() const { return array()->rank; }
  /// The length of an axis, counted from the last one (1).
  std::int64_t length(int from_last) const { return array()->shape()[rank() - from_last]; }
  View view() const { return array()->view(); }
  /// The lengths in front of the last `core` ones.
  std::span<const std::int64_t> stack(int core) const {
    return {array()->shape(), static_cast<std::size_t>(rank() - core)};
  }
};

/// Arrays of ours and of NumPy's, lists and tuples. Delegate for other classes, for element types without linear
/// algebra, for arrays without elements and those of fewer than `least_rank` axes: NumPy's words are there.
Outcome read_matrix(PyObject* object, int least_rank, MatrixOperand& operand);
/// The same, square.
Outcome read_square(PyObject* object, MatrixOperand& operand);

/// The types to compute in and to give.
struct LinalgTypes {
  DType computed;
  DType given;

  DType given_part() const { return array::part_of(given); }
};
LinalgTypes common_types(std::initializer_list<const MatrixOperand*> operands);
/// Makes the elements `dtype`, aligned. False with an exception.
bool convert_operand(MatrixOperand& operand, DType dtype);

/// Whether there is a LAPACK. The first call looks for NumPy's.
bool has_lapack();

/// The elements in the type that is given: a scalar where there are no axes. Takes `made`, which may be null.
PyObject* finished(Ref made, DType given);
/// A named tuple of numpy.linalg: "QRResult" … Takes the fields; null when one is.
PyObject* named_result(const char* type, std::initializer_list<PyObject*> fields);
/// An attribute of a module, imported where needed. A new reference; null with an exception.
PyObject* find_attribute(const char* module, const char* name);
/// Sets numpy.linalg.LinAlgError.
Outcome refuse_matrix(const char* message);

inline lib::Factored state_of(lib::Factored state) { return state; }
template <typename Result>
lib::Factored state_of(const Result& result) {
  return result.state;
}

/// Runs a factorisation, without the GIL and open to Ctrl-C where it takes longer than giving the GIL up. False with an
/// exception.
template <typename Result, typename Body>
bool run_lapack(double work, Result& result, Body body) {
  constexpr double kReleasingWork = 32768;
  try {
    if (work < kReleasingWork) {
      result = body();
    } else {
      PythonCall call(runtime::this_thread(), true);
      result = body();
    }
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  if (state_of(result) != lib::Factored::Interrupted) return true;
  if (!PyErr_Occurred()) {
    PyErr_SetString(PyExc_RuntimeError,
                    "linear algebra was stopped: the process was forked by a signal handler while it ran");
  }
  return false;
}

/// A guess at the operations for a stack of matrices.
double cubic_work(const MatrixOperand& operand);

/// linalg.name(…): `body(arguments, given, keyword_names, result)` gives an Outcome.
template <typename Body>
PyObject* call_linalg(const char* name, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      Body body) {
  PyObject* result = nullptr;
  if (has_lapack() && body(arguments, given, keyword_names, result) != Outcome::Delegate) return result;
  PyErr_Clear();
  return delegate_call(name, arguments, given, keyword_names);
}

/// Defines name_function, linalg.name, of a body.
#define ROOFTOP_LINALG_FUNCTION(name, body)                                                                     \
  PyObject* name##_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) { \
    return call_linalg("linalg." #name, arguments, given, keyword_names, body);                                 \
  }

/// Whether the arguments are those that the reader knows; `values` are borrowed.
template <typename Reader>
bool read_plainly(const Reader& reader, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                  typename Reader::Values& values) {
  return reader.read(arguments, given, keyword_names, values) == Reader::Result::Ok;
}

}  // namespace rooftop::python
