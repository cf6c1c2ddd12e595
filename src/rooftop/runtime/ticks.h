// The cheapest clock there is, for calls that take little longer than reading a clock does.
#pragma once

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace rooftop::runtime {

/// A count that advances evenly; on x86-64 the processor's time stamp, in half the time that the system's clock takes.
inline std::uint64_t ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// How long a tick is. Measured against the system's clock since the process started; waits a few milliseconds when
/// that was just now.
double seconds_per_tick();

}  // namespace rooftop::runtime
