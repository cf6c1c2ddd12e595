// Universal functions on Python objects: types by NumPy 2's promotion, broadcasting, `out`, `where`, and what floating-
// point errors do. Calls that are not native go to NumPy.
#pragma once

#include <Python.h>

#include <optional>

#include "array/array_object.h"
#include "array/operand.h"
#include "rooftop/lib/fast_loops.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::python {

using lib::FastLoop;

inline const FastLoop& fast_loop(ops::Ufunc ufunc, DType dtype) {
  return lib::fast_loops[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(dtype)];
}

struct UfuncOptions {
  PyObject* out[2] = {};  ///< arrays of ours, or null
  ArrayObject* where = nullptr;
  std::optional<DType> dtype;
  array::Casting casting = array::Casting::SameKind;
  std::optional<Order> order;
  bool is_scalar_operator = false;  ///< errors are told of "scalar add", and integers that wrap are one
};

enum class Outcome : std::uint8_t {
  Done,
  Delegate,  ///< not native; no exception is set
  Error,
};

/// A result that was made, or the exception that is set instead.
inline Outcome made(PyObject* object, PyObject*& result) {
  result = object;
  return object == nullptr ? Outcome::Error : Outcome::Done;
}
inline Outcome made(ArrayObject* array, PyObject*& result) { return made(as_object(array), result); }

/// Reads an operand: Delegate where it is of a type that only NumPy knows.
inline Outcome read_input(PyObject* object, Operand& operand) {
  const Reading reading = read_operand(object, operand);
  if (reading == Reading::Ok) return Outcome::Done;
  return reading == Reading::Foreign ? Outcome::Delegate : Outcome::Error;
}

/// Applies the function to operands that have been read. `result` is a new reference: an array, a scalar, or a tuple.
Outcome apply_ufunc(ops::Ufunc ufunc, Operand* inputs, const UfuncOptions& options, PyObject*& result);

/// ufunc(left), or ufunc(left, right) where there is one, into `out` where there is one: small arrays by the fast
/// paths. `casting` is the rule for what is written to `out`.
Outcome call_ufunc(ops::Ufunc ufunc, PyObject* left, PyObject* right, PyObject* out, Ref& result,
                   array::Casting casting = array::Casting::SameKind);

/// Warns or raises as numpy.errstate says. False when a Python exception is set.
bool report_errors(ops::Ufunc ufunc, unsigned errors);
/// The same for a method of a function, which NumPy calls by the method's name: "reduce", "accumulate".
bool report_method_errors(const char* method, unsigned errors);

/// The same for operators between scalars: "scalar add".
bool report_scalar_errors(ops::Ufunc ufunc, unsigned errors);

/// The same for products of matrices.
bool report_product_errors(unsigned errors);

/// The same for a function by its name in messages.
bool report_errors_of(const char* function, unsigned errors);

/// The same for conversions: "cast".
bool report_cast_errors(unsigned errors);

}  // namespace rooftop::python
