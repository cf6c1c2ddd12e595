// Types, and the call of lib::matmul.
#include "array/batched_products.h"

#include <new>

#include "array/creation.h"
#include "array/ufunc_call.h"
#include "core/without_gil.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/batched_products.h"

namespace rooftop::python {
namespace {

/// Elements of the result from which others may run Python meanwhile.
constexpr std::int64_t kReleasingSize = 1024;

// An operand in the type of the product, in memory as kernels want it; null with an exception.
Ref prepared(ArrayObject* array, DType dtype) {
  if (array->dtype == dtype && array->has(kAligned)) return Ref::borrow(as_object(array));
  return Ref(as_object(copied(array->view(), dtype, Order::RowMajor)));
}

}  // namespace

PyObject* stacked_product(ArrayObject* x, ArrayObject* y) {
  if (x->rank == 0 || y->rank == 0 || x->rank + y->rank == 2) return nullptr;
  const lib::MatmulLengths lengths(x->view(), y->view());
  if (!lengths.are_terms_equal || !lengths.broadcasts) return nullptr;  // which NumPy describes
  const DType wanted = array::promote(x->dtype, y->dtype);
  const DType dtype = wanted == DType::F16 ? DType::F32 : wanted;  // summed as NumPy does
  if (!lib::can_multiply_stacks(dtype)) return nullptr;
  Ref left = prepared(x, dtype);
  Ref right = left ? prepared(y, dtype) : Ref();
  Ref out(right ? as_object(new_array(dtype, lengths.result.lengths())) : nullptr);
  if (!out) return nullptr;
  ArrayObject* result = as_array(out.get());
  unsigned errors = 0;
  try {
    const WithoutGil released(result->size >= kReleasingSize);
    errors = lib::matmul(as_array(left.get())->view(), as_array(right.get())->view(), lengths, result->view());
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  if (!report_product_errors(errors)) return nullptr;
  return wanted == dtype ? out.release() : converted(result, wanted);
}

}  // namespace rooftop::python
