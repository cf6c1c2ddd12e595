// The arguments of einsum, taken apart.
#pragma once

#include <Python.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "array/array_object.h"
#include "rooftop/array/promotion.h"
#include "rooftop/array/subscripts.h"
#include "rooftop/lib/contraction_path.h"

namespace rooftop::python {

/// What stands at the places of a call: subscripts as a text, and the operands.
struct EinsumCall {
  std::string text;
  PyObject* operands[array::kMaxTerms];  // NOLINT: the first `count`; borrowed
  int count = 0;

  /// Both forms: a text and operands, or operands each with a list of labels. False where NumPy is to be asked.
  bool read(PyObject* const* arguments, Py_ssize_t given);

 private:
  bool add(PyObject* operand);
  bool read_text(PyObject* const* arguments, Py_ssize_t given);
  bool read_lists(PyObject* const* arguments, Py_ssize_t given);
};

struct EinsumOptions {
  PyObject* out = nullptr;
  PyObject* order = nullptr;  ///< as given
  std::optional<DType> dtype;
  array::Casting casting = array::Casting::Safe;
  bool is_optimised = false;  ///< NumPy contracts pair by pair, and tells of floating-point errors
  bool is_optimal = false;    ///< the path with the fewest operations is wanted
  std::optional<std::vector<lib::ContractionStep>> path;

  /// False where NumPy is to be asked.
  bool read(PyObject* const* values, PyObject* names, int operands);

 private:
  bool read_one(PyObject* name, PyObject* value, int operands);
  bool read_optimize(PyObject* value, int operands);
};

/// The axes of a new result in the order that a caller asks for. False for a name that is no order,
/// and for a result that is too large.
bool einsum_extents(PyObject* order, const array::AxisLabels& labels, std::span<const View> operands, DType dtype,
                    Extents& extents);

}  // namespace rooftop::python
