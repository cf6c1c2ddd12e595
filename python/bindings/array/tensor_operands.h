// Operands of sums of products, and the call of lib::einsum.
#pragma once

#include <Python.h>

#include <span>
#include <vector>

#include "array/array_object.h"
#include "array/ufunc_call.h"
#include "rooftop/array/subscripts.h"
#include "rooftop/lib/contraction_path.h"

namespace rooftop::python {

/// Operands as arrays of ours.
struct TensorOperands {
  Ref kept[array::kMaxTerms];
  View views[array::kMaxTerms];
  int count = 0;

  std::span<const View> all() const { return {views, static_cast<std::size_t>(count)}; }

  /// Arrays, numbers, lists. Delegate where it is of a type that only NumPy knows.
  Outcome add(PyObject* object);
  Outcome add_all(PyObject* const* objects, int given);

  /// The type that all are converted to.
  DType promoted() const;
  /// Elements of all together.
  std::int64_t size() const;
};

/// Writes the sums; FloatError bits in `errors`. False with MemoryError.
bool contract_into(const array::AxisLabels& labels, const TensorOperands& operands, ArrayObject* out,
                   const std::vector<lib::ContractionStep>* path, unsigned& errors);

/// A new array of these lengths and strides with the sums; null with an exception.
Ref contracted(const array::AxisLabels& labels, const TensorOperands& operands, DType dtype, const Extents& extents,
               const std::vector<lib::ContractionStep>* path, unsigned& errors);

/// A new row-major array with the sums. Delegate where it would be too large: NumPy says so.
Outcome contract_in_rows(const array::AxisLabels& labels, const TensorOperands& operands, DType dtype, Ref& out,
                         unsigned& errors);

}  // namespace rooftop::python
