// Arrays as the interpreter sees them: packed descriptors, their bounds, the memory that they touch, and who touched
// it.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rooftop/ir/type.h"

namespace rooftop::backend::interp {

/// A packed array: `slots` holds the data pointer, then lengths, then strides in bytes.
class ArrayView {
 public:
  ArrayView(std::int64_t* slots, int rank) : slots_(slots), rank_(rank) {}

  int rank() const { return rank_; }
  std::uintptr_t data() const { return static_cast<std::uintptr_t>(slots_[0]); }
  std::int64_t length(int d) const { return slots_[1 + d]; }
  std::int64_t stride(int d) const { return slots_[1 + rank_ + d]; }
  void set_data(std::uintptr_t data) { slots_[0] = static_cast<std::int64_t>(data); }
  void set_length(int d, std::int64_t n) { slots_[1 + d] = n; }
  void set_stride(int d, std::int64_t bytes) { slots_[1 + rank_ + d] = bytes; }

  bool empty() const;
  /// Strides of a row-major array without gaps.
  void set_row_major(std::int64_t element_size);
  /// Whether the strides are what the layout promises; those of lengths 0 and 1 never matter.
  bool has_layout(ir::Layout layout, std::int64_t element_size) const;
  /// Address range [first, last) of the elements; empty for an empty array.
  struct Range {
    std::uintptr_t first = 0;
    std::uintptr_t last = 0;
  };
  Range range(std::int64_t element_size) const;

 private:
  std::int64_t* slots_;
  int rank_;
};

/// Finds elements that two iterations of one parallel loop touch when at least one of them writes.
class RaceFinder {
 public:
  void enter_loop() { loops_.emplace_back(); }
  void leave_loop() { loops_.pop_back(); }
  void begin_iteration(std::int64_t iteration) { loops_.back().iteration = iteration; }
  bool active() const { return !loops_.empty(); }

  /// False when the access races with an earlier one.
  bool read(std::uintptr_t address) { return touch(address, false); }
  bool write(std::uintptr_t address) { return touch(address, true); }
  /// The memory is gone: what comes to lie there is something else.
  void forget(std::uintptr_t first, std::uintptr_t last);

 private:
  static constexpr std::int64_t kNobody = -1;
  static constexpr std::int64_t kSeveral = -2;
  struct Users {
    std::int64_t reader = kNobody;
    std::int64_t writer = kNobody;
  };
  struct Loop {
    std::int64_t iteration = 0;
    std::unordered_map<std::uintptr_t, Users> users;
  };

  bool touch(std::uintptr_t address, bool writes);

  std::vector<Loop> loops_;
};

}  // namespace rooftop::backend::interp
