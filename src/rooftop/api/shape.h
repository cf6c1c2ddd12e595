// How lengths and axes are passed: `{2, 3}`, `5`, a vector or a span of integers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace rooftop {

/// Integers for the length of a call: it refers to what it was made of. For parameters alone.
class Integers {
 public:
  Integers(std::initializer_list<std::int64_t> values) : values_(values.begin(), values.size()) {}
  Integers(const std::vector<std::int64_t>& values) : values_(values) {}  // NOLINT: meant to convert
  Integers(std::span<const std::int64_t> values) : values_(values) {}     // NOLINT
  Integers(std::int64_t value) : one_(value), values_(&one_, 1) {}        // NOLINT
  Integers(const Integers&) = delete;
  Integers& operator=(const Integers&) = delete;

  std::span<const std::int64_t> values() const { return values_; }

 private:
  std::int64_t one_ = 0;
  std::span<const std::int64_t> values_;
};

/// The lengths of a new array.
using Shape = Integers;

}  // namespace rooftop
