// Labels to axes and back.
#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

using array::View;

void Intermediate::allocate() {
  extents.set_row_major(array::size_of(dtype));
  memory_.emplace(view().size() * static_cast<std::int64_t>(array::size_of(dtype)));
  data = memory_->data();
}

void label_operand(const View& view, const std::uint8_t* labels, const std::int64_t* lengths, Labelled& to) {
  to.data = view.data;
  to.dtype = view.dtype;
  for (int axis = 0; axis < view.rank; ++axis) {
    const int label = labels[axis];
    if (view.shape[axis] == 1 && lengths[label] != 1) continue;
    if (to.has(label)) {
      to.extents.strides[to.axis_of(label)] += view.strides[axis];
    } else {
      to.push(label, view.shape[axis], view.strides[axis]);
    }
  }
}

View ordered(const Labelled& operand, const std::uint8_t* labels, int count, const std::int64_t* lengths,
             array::Extents& storage) {
  for (int i = 0; i < count; ++i) storage.push(lengths[i], operand.stride_of(labels[i]));
  return storage.view(operand.dtype, operand.data);
}

}  // namespace rooftop::lib
