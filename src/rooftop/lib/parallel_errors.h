// Work on all cores whose parts each tell which floating-point errors they met.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "rooftop/lib/parallel.h"

namespace rooftop::lib {

/// What a part returns beside FloatError bits when there is not enough memory for it. The first exception of a thread
/// asks for memory itself, without which the process would end: the thread that waits for all throws it.
inline constexpr unsigned kOutOfMemory = 1U << 31;

/// Calls `body(begin, end)` for parts of [0, units), at least `grain` of them each, and returns the union of the
/// FloatError bits that the calls return. Throws std::bad_alloc if one of them says kOutOfMemory.
template <typename Body>
unsigned parallel_errors(std::int64_t units, std::int64_t grain, const Body& body) {
  std::atomic<unsigned> errors{0};
  for_ranges(units, grain, [&](std::int64_t begin, std::int64_t end) {
    const unsigned found = body(begin, end);
    if (found != 0) errors.fetch_or(found, std::memory_order_relaxed);
  });
  const unsigned found = errors.load(std::memory_order_relaxed);
  if ((found & kOutOfMemory) != 0) throw std::bad_alloc();
  return found;
}

}  // namespace rooftop::lib
