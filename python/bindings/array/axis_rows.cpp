// Views and copies of rows.
#include "array/axis_rows.h"

namespace rooftop::python {

View with_axis_last(const View& view, int axis, Extents& storage) {
  storage.rank = 0;
  for (int i = 0; i < view.rank; ++i) {
    if (i != axis) storage.push(view.shape[i], view.strides[i]);
  }
  storage.push(view.shape[axis], view.strides[axis]);
  return storage.view(view.dtype, view.data);
}

bool has_dense_rows(const View& view) {
  const int last = view.rank - 1;
  const auto size = static_cast<std::int64_t>(array::size_of(view.dtype));
  return (view.strides[last] == size || view.shape[last] < 2) && array::is_aligned(view);
}

View dense_rows(const View& view, int axis, Extents& storage, Ref& owner) {
  const View rows = with_axis_last(view, axis, storage);
  if (has_dense_rows(rows)) return rows;
  ArrayObject* copy = copied(rows, view.dtype, Order::RowMajor);
  owner = Ref(as_object(copy));
  return copy == nullptr ? View{} : copy->view();
}

}  // namespace rooftop::python
