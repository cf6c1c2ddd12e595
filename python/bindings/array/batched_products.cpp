// Types, broadcasting of the stacks, and the call of lib::multiply_stacks.
#include "array/batched_products.h"

#include <new>

#include "array/creation.h"
#include "array/ufunc_call.h"
#include "core/without_gil.h"
#include "rooftop/array/broadcast.h"
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

// The operand with the stack's lengths before its two axes; a vector is a row on the left, a column on the right.
View stacked(const View& view, const Extents& stack, bool is_left, Extents& storage) {
  const int own = view.rank > 2 ? view.rank - 2 : 0;
  array::broadcast_view({view.data, view.dtype, own, view.shape, view.strides}, stack.lengths(), storage);
  if (view.rank == 1 && is_left) storage.push(1, 0);
  for (int axis = own; axis < view.rank; ++axis) storage.push(view.shape[axis], view.strides[axis]);
  if (view.rank == 1 && !is_left) storage.push(1, 0);
  return storage.view(view.dtype, view.data);
}

// The lengths of the stacks, and of the result; false where the operands do not fit, which NumPy describes.
bool product_shape(const ArrayObject* x, const ArrayObject* y, Extents& stack, Extents& shape) {
  const std::int64_t* const right = y->shape() + (y->rank == 1 ? 0 : y->rank - 2);
  if (x->shape()[x->rank - 1] != right[0]) return false;
  stack.rank = 0;
  for (const ArrayObject* array : {x, y}) {
    const int own = array->rank > 2 ? array->rank - 2 : 0;
    if (!array::broadcast_shape(stack, {array->shape(), static_cast<std::size_t>(own)})) return false;
  }
  shape = Extents(stack.lengths());
  if (x->rank > 1) shape.push(x->shape()[x->rank - 2], 0);
  if (y->rank > 1) shape.push(right[1], 0);
  return shape.rank > 0 && stack.rank + 2 <= array::kMaxRank;
}

}  // namespace

PyObject* stacked_product(ArrayObject* x, ArrayObject* y) {
  Extents stack, shape;
  if (x->rank == 0 || y->rank == 0 || !product_shape(x, y, stack, shape)) return nullptr;
  const DType wanted = array::promote(x->dtype, y->dtype);
  const DType dtype = wanted == DType::F16 ? DType::F32 : wanted;  // summed as NumPy does
  if (!lib::can_multiply_stacks(dtype)) return nullptr;
  Ref left = prepared(x, dtype);
  Ref right = left ? prepared(y, dtype) : Ref();
  Ref out(right ? as_object(new_array(dtype, shape.lengths())) : nullptr);
  if (!out) return nullptr;
  ArrayObject* result = as_array(out.get());
  Extents storage[3];
  const View a = stacked(as_array(left.get())->view(), stack, true, storage[0]);
  const View b = stacked(as_array(right.get())->view(), stack, false, storage[1]);
  storage[2] = Extents(stack.lengths());
  storage[2].push(a.shape[a.rank - 2], 0);
  storage[2].push(b.shape[b.rank - 1], 0);
  storage[2].set_row_major(array::size_of(dtype));
  unsigned errors = 0;
  try {
    const WithoutGil released(result->size >= kReleasingSize);
    errors = lib::multiply_stacks(storage[2].view(dtype, result->data), a, b);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  if (!report_product_errors(errors)) return nullptr;
  return wanted == dtype ? out.release() : converted(result, wanted);
}

}  // namespace rooftop::python
