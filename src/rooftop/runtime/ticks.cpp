// One pair of readings at the start, one when it is asked for: the longer apart, the better.
#include "rooftop/runtime/ticks.h"

namespace rooftop::runtime {
namespace {

using Clock = std::chrono::steady_clock;

struct Reading {
  Clock::time_point time = Clock::now();
  std::uint64_t tick = ticks();
};

const Reading kStart;

constexpr std::chrono::milliseconds kLeast{10};

}  // namespace

double seconds_per_tick() {
  Reading now;
  while (now.time - kStart.time < kLeast) now = Reading();
  const std::chrono::duration<double> seconds = now.time - kStart.time;
  return seconds.count() / static_cast<double>(now.tick - kStart.tick);
}

}  // namespace rooftop::runtime
