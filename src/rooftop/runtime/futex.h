// Sleeping and waking on one 32-bit word: the only blocking primitive of the pool and the ticker.
// Private futexes hold no state in user space, so a word may be waited on again after a fork.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace rooftop::runtime {

/// Sleeps while `word` holds `expected`, until woken or until `timeout` has passed. May return early for no reason.
void futex_wait(std::atomic<std::int32_t>& word, std::int32_t expected, std::chrono::nanoseconds timeout);
/// The same without a limit.
void futex_wait(std::atomic<std::int32_t>& word, std::int32_t expected);
/// Wakes at most `count` sleepers. Touches the word's address only, never its memory.
void futex_wake(std::atomic<std::int32_t>& word, int count = 1);

/// Tells the processor that this is a waiting loop.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Spins until `done()` or until `limit` has passed; returns whether `done()` became true.
template <typename Done>
bool spin_until(Done done, std::chrono::nanoseconds limit) {
  // The clock costs as much as several checks, so look at it only now and then.
  constexpr int kChecksPerLook = 16;
  auto deadline = std::chrono::steady_clock::now() + limit;
  do {
    for (int i = 0; i < kChecksPerLook; ++i) {
      if (done()) return true;
      cpu_relax();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return done();
}

}  // namespace rooftop::runtime
