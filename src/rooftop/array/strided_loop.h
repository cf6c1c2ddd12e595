// One walk over the elements of several operands of one shape: axes are put into the order of memory, those that lie
// behind each other become one, and the innermost is left to a kernel.
#pragma once

#include <cstdint>
#include <span>

#include "rooftop/array/view.h"

namespace rooftop::array {

inline constexpr int kMaxLoopOperands = 6;

class StridedLoop {
 public:
  /// All operands have the first one's lengths (strides of zero where they are broadcast). The first operand's layout
  /// decides on the order of the axes, then the second's …
  /// @pre 1 <= operands.size() <= kMaxLoopOperands
  explicit StridedLoop(std::span<const View> operands);

  /// Elements in a row, the part that a kernel walks over; zero when there is nothing to do.
  std::int64_t row_length() const { return shape_[rank_ - 1]; }
  std::int64_t rows() const { return rows_; }
  /// Bytes between neighbours in a row.
  std::int64_t row_stride(int operand) const { return strides_[operand][rank_ - 1]; }

  /// An axis that was taken out of the walk.
  struct Axis {
    std::int64_t length = 1;
    std::int64_t strides[kMaxLoopOperands] = {};
  };
  /// Takes the innermost axis out where it is shorter than `least` and the next one isn't: the rows then lie along that
  /// one, and each stands for as many as the axis has elements. An axis of length one: there was none to take out.
  Axis take_short_rows(std::int64_t least);

  /// The axes that are left: the rows lie along the last one.
  int rank() const { return rank_; }
  std::int64_t length(int axis) const { return shape_[axis]; }
  std::int64_t stride(int operand, int axis) const { return strides_[operand][axis]; }
  char* data(int operand) const { return data_[operand]; }

  /// Calls `row(addresses)` for each of the rows [begin, end): addresses[k] is where operand k's row starts.
  template <typename Row>
  void run(std::int64_t begin, std::int64_t end, Row row) const {
    if (begin >= end) return;
    char* at[kMaxLoopOperands];
    std::int64_t index[kMaxRank];
    start(begin, at, index);
    for (std::int64_t i = begin;;) {
      row(static_cast<char* const*>(at));
      if (++i == end) return;
      advance(at, index);
    }
  }
  template <typename Row>
  void run(Row row) const {
    run(0, rows_, row);
  }

 private:
  void sort_axes();
  void join_axes();
  void start(std::int64_t row, char** at, std::int64_t* index) const;
  void advance(char** at, std::int64_t* index) const {
    for (int axis = rank_ - 2;; --axis) {
      for (int k = 0; k < operands_; ++k) at[k] += strides_[k][axis];
      if (++index[axis] < shape_[axis] || axis == 0) return;
      for (int k = 0; k < operands_; ++k) at[k] -= strides_[k][axis] * shape_[axis];
      index[axis] = 0;
    }
  }

  int rank_ = 0;
  int operands_;
  std::int64_t rows_ = 1;
  char* data_[kMaxLoopOperands];                          // NOLINT: the first operands_ are set
  std::int64_t shape_[kMaxRank + 1];                      // NOLINT: the first rank_
  std::int64_t strides_[kMaxLoopOperands][kMaxRank + 1];  // NOLINT
};

}  // namespace rooftop::array
