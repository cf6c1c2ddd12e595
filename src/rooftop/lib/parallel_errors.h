// Work on all cores whose parts each tell which floating-point errors they met.
#pragma once

#include <atomic>
#include <cstdint>

#include "rooftop/lib/parallel.h"

namespace rooftop::lib {

/// Calls `body(begin, end)` for parts of [0, units), at least `grain` of them each, and returns the union of the
/// FloatError bits that the calls return. Throws std::bad_alloc if one of them does.
template <typename Body>
unsigned parallel_errors(std::int64_t units, std::int64_t grain, const Body& body) {
  std::atomic<unsigned> errors{0};
  for_ranges(units, grain, [&](std::int64_t begin, std::int64_t end) {
    const unsigned found = body(begin, end);
    if (found != 0) errors.fetch_or(found, std::memory_order_relaxed);
  });
  return errors.load(std::memory_order_relaxed);
}

}  // namespace rooftop::lib
