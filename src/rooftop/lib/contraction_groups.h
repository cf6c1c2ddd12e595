// Labels of a contraction that are one axis of a matrix together.
#pragma once

#include "rooftop/lib/labelled.h"

namespace rooftop::lib {

/// Labels from the outermost to the one that runs fastest.
struct LabelGroup {
  int count = 0;
  std::uint8_t labels[array::kMaxLabels];  // NOLINT: the first `count`
  std::int64_t length = 1;                 ///< of all together

  /// The labels of a set in the order of the operand's memory. @pre it has them
  LabelGroup(LabelSet set, const Labelled& operand);
};

/// Whether an operand has a group's labels as one axis; `stride` becomes its stride, 0 of a group of length 1.
bool joins(const LabelGroup& group, const Labelled& operand, std::int64_t& stride);

/// A copy of an operand with the groups one after the other, row-major.
void pack(const Labelled& operand, std::initializer_list<const LabelGroup*> groups, Intermediate& to);

}  // namespace rooftop::lib
