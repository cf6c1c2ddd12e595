// Order by strides, joining, packing.
#include "rooftop/lib/contraction_groups.h"

#include <algorithm>
#include <cstdlib>

#include "rooftop/lib/copy.h"

namespace rooftop::lib {

LabelGroup::LabelGroup(LabelSet set, const Labelled& operand) {
  for (int axis = 0; axis < operand.extents.rank; ++axis) {
    const std::uint8_t label = operand.labels[axis];
    if ((set >> label & 1) == 0) continue;
    const std::int64_t stride = std::abs(operand.extents.strides[axis]);
    int at = count++;
    for (; at > 0 && std::abs(operand.stride_of(labels[at - 1])) < stride; --at) labels[at] = labels[at - 1];
    labels[at] = label;
    length *= operand.extents.shape[axis];
  }
}

bool joins(const LabelGroup& group, const Labelled& operand, std::int64_t& stride) {
  bool is_first = true;
  std::int64_t next = 0;  // what a stride must be to go on from the axes inside
  stride = 0;
  for (int i = group.count; i-- > 0;) {
    const int axis = operand.axis_of(group.labels[i]);
    const std::int64_t length = operand.extents.shape[axis], own = operand.extents.strides[axis];
    if (length == 1) continue;
    if (is_first) {
      stride = own;
    } else if (own != next) {
      return false;
    }
    is_first = false;
    next = own * length;
  }
  return true;
}

void pack(const Labelled& operand, std::initializer_list<const LabelGroup*> groups, Intermediate& to) {
  to.dtype = operand.dtype;
  for (const LabelGroup* group : groups) {
    for (int i = 0; i < group->count; ++i) to.push(group->labels[i], operand.length_of(group->labels[i]), 0);
  }
  to.allocate();
  array::Extents storage;
  copy(to.view(), ordered(operand, to.labels, to.extents.rank, to.extents.shape, storage));
}

}  // namespace rooftop::lib
