// Reading operands, and sums without the GIL.
#include "array/tensor_operands.h"

#include <new>

#include "array/creation.h"
#include "array/scalar_object.h"
#include "core/without_gil.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/einsum.h"

namespace rooftop::python {
namespace {

/// Elements of the operands and the result from which others may run Python meanwhile.
constexpr std::int64_t kReleasingSize = 2048;

}  // namespace

Outcome TensorOperands::add(PyObject* object) {
  Ref& array = kept[count];
  if (is_array(object)) {
    if (!is_exact_array(object)) return Outcome::Delegate;
    array = Ref::borrow(object);
  } else {
    if (!is_list_or_tuple(object) && !is_scalar(object) && !PyNumber_Check(object)) return Outcome::Delegate;
    array = Ref(array_from_object(object, std::nullopt));
    if (!array) return Outcome::Error;
    if (!is_exact_array(array.get())) return Outcome::Delegate;
  }
  views[count++] = as_array(array.get())->view();
  return Outcome::Done;
}

Outcome TensorOperands::add_all(PyObject* const* objects, int given) {
  for (int k = 0; k < given; ++k) {
    const Outcome outcome = add(objects[k]);
    if (outcome != Outcome::Done) return outcome;
  }
  return Outcome::Done;
}

DType TensorOperands::promoted() const {
  DType dtype = views[0].dtype;
  for (int k = 1; k < count; ++k) dtype = array::promote(dtype, views[k].dtype);
  return dtype;
}

std::int64_t TensorOperands::size() const {
  std::int64_t elements = 0;
  for (int k = 0; k < count; ++k) elements += views[k].size();
  return elements;
}

bool contract_into(const array::AxisLabels& labels, const TensorOperands& operands, ArrayObject* out,
                   const std::vector<lib::ContractionStep>* path, unsigned& errors) {
  try {
    const WithoutGil released(operands.size() + out->size >= kReleasingSize);
    errors = lib::einsum(labels, operands.all(), out->view(), path);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  return true;
}

Ref contracted(const array::AxisLabels& labels, const TensorOperands& operands, DType dtype, const Extents& extents,
               const std::vector<lib::ContractionStep>* path, unsigned& errors) {
  Ref out(as_object(new_of_layout(dtype, extents)));
  if (!out || !contract_into(labels, operands, as_array(out.get()), path, errors)) return {};
  return out;
}

Outcome contract_in_rows(const array::AxisLabels& labels, const TensorOperands& operands, DType dtype, Ref& out,
                         unsigned& errors) {
  Extents extents;
  lib::set_einsum_shape(labels, extents);
  if (!array::checked_bytes(extents.lengths(), array::size_of(dtype))) return Outcome::Delegate;
  extents.set_row_major(array::size_of(dtype));
  out = contracted(labels, operands, dtype, extents, nullptr, errors);
  return out ? Outcome::Done : Outcome::Error;
}

}  // namespace rooftop::python
