// Order and joining of axes.
#include "rooftop/array/strided_loop.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace rooftop::array {

StridedLoop::StridedLoop(std::span<const View> operands) : operands_(static_cast<int>(operands.size())) {
  const View& first = operands[0];
  bool is_empty = false;
  for (int axis = 0; axis < first.rank; ++axis) {
    is_empty |= first.shape[axis] == 0;
    if (first.shape[axis] == 1) continue;
    shape_[rank_] = first.shape[axis];
    for (int k = 0; k < operands_; ++k) strides_[k][rank_] = operands[static_cast<std::size_t>(k)].strides[axis];
    ++rank_;
  }
  for (int k = 0; k < operands_; ++k) data_[k] = operands[static_cast<std::size_t>(k)].data;
  if (is_empty || rank_ == 0) {
    shape_[0] = is_empty ? 0 : 1;
    for (int k = 0; k < operands_; ++k)
      strides_[k][0] = static_cast<std::int64_t>(size_of(operands[static_cast<std::size_t>(k)].dtype));
    rank_ = 1;
    rows_ = is_empty ? 0 : 1;
    return;
  }
  if (rank_ > 1) {
    sort_axes();
    join_axes();
    for (int axis = 0; axis < rank_ - 1; ++axis) rows_ *= shape_[axis];
  }
}

// By insertion, larger strides outside: axes whose order no operand tells stay as they are.
void StridedLoop::sort_axes() {
  auto belongs_inside = [&](int a, int b) {  // whether axis a runs faster than b, though it stands before it
    for (int k = 0; k < operands_; ++k) {
      const std::int64_t x = std::abs(strides_[k][a]);
      const std::int64_t y = std::abs(strides_[k][b]);
      if (x != 0 && y != 0 && x != y) return x < y;
    }
    return false;
  };
  for (int i = 1; i < rank_; ++i) {
    for (int j = i; j > 0 && belongs_inside(j - 1, j); --j) {
      std::swap(shape_[j - 1], shape_[j]);
      for (int k = 0; k < operands_; ++k) std::swap(strides_[k][j - 1], strides_[k][j]);
    }
  }
}

void StridedLoop::join_axes() {
  int kept = 0;
  for (int axis = 1; axis < rank_; ++axis) {
    bool joins = true;
    for (int k = 0; k < operands_; ++k) joins &= strides_[k][kept] == strides_[k][axis] * shape_[axis];
    if (joins) {
      shape_[kept] *= shape_[axis];
    } else {
      shape_[++kept] = shape_[axis];
    }
    for (int k = 0; k < operands_; ++k) strides_[k][kept] = strides_[k][axis];
  }
  rank_ = kept + 1;
}

StridedLoop::Axis StridedLoop::take_short_rows(std::int64_t least) {
  Axis taken;
  if (rank_ < 2 || shape_[rank_ - 1] >= least || shape_[rank_ - 2] < least) return taken;
  --rank_;
  taken.length = shape_[rank_];
  for (int k = 0; k < operands_; ++k) taken.strides[k] = strides_[k][rank_];
  rows_ /= shape_[rank_ - 1];
  return taken;
}

void StridedLoop::start(std::int64_t row, char** at, std::int64_t* index) const {
  std::copy_n(data_, operands_, at);
  for (int axis = rank_ - 2; axis >= 0; --axis) {
    index[axis] = row % shape_[axis];
    row /= shape_[axis];
    for (int k = 0; k < operands_; ++k) at[k] += index[axis] * strides_[k][axis];
  }
}

}  // namespace rooftop::array
