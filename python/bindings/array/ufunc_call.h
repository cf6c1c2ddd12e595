// Universal functions on Python objects: types by NumPy 2's promotion, broadcasting, `out`, `where`, and what floating-
// point errors do. Calls that are not native go to NumPy.
#pragma once

#include <Python.h>

#include <array>
#include <optional>

#include "array/array_object.h"
#include "array/operand.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/ops/ufunc.h"

namespace rooftop::python {

/// What the fast paths need of a loop, at hand for each function and type of its inputs.
struct FastLoop {
  lib::KernelEntry contiguous = nullptr;  ///< null: there is no fast path
  lib::KernelEntry left_scalar = nullptr;
  lib::KernelEntry right_scalar = nullptr;
  DType output{};
  std::int16_t loop = 0;
  ops::FloatErrors errors{};  ///< of this loop: integers that cannot go wrong have none
};
extern std::array<std::array<FastLoop, array::kDTypeCount>, 256> fast_loops;

inline const FastLoop& fast_loop(ops::Ufunc ufunc, DType dtype) {
  return fast_loops[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(dtype)];
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

/// Applies the function to operands that have been read. `result` is a new reference: an array, a scalar, or a tuple.
Outcome apply_ufunc(ops::Ufunc ufunc, Operand* inputs, const UfuncOptions& options, PyObject*& result);

/// `left op right`, `op operand` for operators: NotImplemented where the other object should decide.
PyObject* binary_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);
PyObject* unary_operator(ops::Ufunc ufunc, PyObject* operand);
/// `left op= right`.
PyObject* in_place_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);
/// Comparison operators; objects that cannot be compared are unequal.
PyObject* compare_operator(ops::Ufunc ufunc, PyObject* left, PyObject* right);

/// Warns or raises as numpy.errstate says. False when a Python exception is set.
bool report_errors(ops::Ufunc ufunc, unsigned errors);
/// The same for a method of a function, which NumPy calls by the method's name: "reduce", "accumulate".
bool report_method_errors(const char* method, unsigned errors);

/// The same for operators between scalars: "scalar add".
bool report_scalar_errors(ops::Ufunc ufunc, unsigned errors);

/// The same for products of matrices.
bool report_product_errors(unsigned errors);

/// The same for conversions: "cast".
bool report_cast_errors(unsigned errors);

/// Fills fast_loops. Called once, when the module is made.
void prepare_ufuncs();

}  // namespace rooftop::python
