// Operands of a contraction: views whose axes carry labels, each at most once.
#pragma once

#include <cstdint>
#include <optional>

#include "rooftop/array/dtype.h"
#include "rooftop/array/subscripts.h"
#include "rooftop/array/view.h"
#include "rooftop/lib/matrix_stack.h"

namespace rooftop::lib {

/// Labels as bits.
using LabelSet = std::uint64_t;

constexpr LabelSet set_of(int label) { return LabelSet{1} << label; }

struct Labelled {
  array::Extents extents;
  char* data = nullptr;
  array::DType dtype = array::DType::F64;
  std::uint8_t labels[array::kMaxLabels];  // NOLINT: one for each axis
  LabelSet set = 0;

  array::View view() const { return extents.view(dtype, data); }
  bool has(int label) const { return (set >> label & 1) != 0; }
  /// @pre !has(label)
  void push(int label, std::int64_t length, std::int64_t stride) {
    labels[extents.rank] = static_cast<std::uint8_t>(label);
    extents.push(length, stride);
    set |= set_of(label);
  }
  /// Leaves a part of a label's elements. @pre has(label)
  void cut(int label, std::int64_t first, std::int64_t count) {
    const int axis = axis_of(label);
    data += first * extents.strides[axis];
    extents.shape[axis] = count;
  }
  /// The axis of a label; -1 where it has none.
  int axis_of(int label) const {
    for (int axis = has(label) ? 0 : extents.rank; axis < extents.rank; ++axis) {
      if (labels[axis] == label) return axis;
    }
    return -1;
  }
  std::int64_t length_of(int label) const { return extents.shape[axis_of(label)]; }
  /// 0 where it lacks the label: its elements repeat along it.
  std::int64_t stride_of(int label) const {
    const int axis = axis_of(label);
    return axis < 0 ? 0 : extents.strides[axis];
  }
};

/// A result of a step that the next one reads.
struct Intermediate : Labelled {
  /// Memory for the labels pushed, row-major. Throws std::bad_alloc.
  void allocate();

 private:
  std::optional<Workspace<char>> memory_;
};

/// An operand under its axes' labels: a label that it has twice is its diagonal, an axis of length 1 that stands for
/// more elements is left out.
void label_operand(const array::View& view, const std::uint8_t* labels, const std::int64_t* lengths, Labelled& to);

/// The axes in the order of `labels`, with stride 0 where the operand lacks one.
array::View ordered(const Labelled& operand, const std::uint8_t* labels, int count, const std::int64_t* lengths,
                    array::Extents& storage);

}  // namespace rooftop::lib
