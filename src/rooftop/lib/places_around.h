// The keys of a vector on either side of a threshold.
#pragma once

#include <cstdint>

namespace rooftop::lib {

/// How many keys are below a threshold, equal to it and above it.
struct AroundThreshold {
  std::int64_t below = 0;
  std::int64_t equal = 0;
  std::int64_t above = 0;
};

/// Where their places go.
struct PlacesAround {
  /// Places that may be written behind those of a side.
  static constexpr std::int64_t kSlack = 8;

  std::int64_t* below;
  std::int64_t* equal;
  std::int64_t* above;
};

}  // namespace rooftop::lib
