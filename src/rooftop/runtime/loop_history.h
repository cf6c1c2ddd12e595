// How long a round of each parallel loop took when it last ran, how closely loops follow each other, what waking a
// helper costs: what tells whether that can pay before the first round of a loop is done.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// Remembers the loops that ran last, by the address of their code. Loops that share an entry take it from each other,
/// and threads may mix their figures: a wrong one costs time, nothing else.
class LoopHistory {
 public:
  /// Ticks that a round took; kUnknown when the loop was not met before.
  std::uint64_t ticks_per_round(backend::ParallelBody body) const {
    const Entry& entry = entries_[place_of(body)];
    return entry.body.load(std::memory_order_relaxed) == body ? entry.ticks.load(std::memory_order_relaxed) : kUnknown;
  }

  void record(backend::ParallelBody body, std::uint64_t ticks_per_round) {
    Entry& entry = entries_[place_of(body)];
    entry.ticks.store(ticks_per_round, std::memory_order_relaxed);
    entry.body.store(body, std::memory_order_relaxed);
  }

  /// Ticks that loops without help have taken one soon after the other, up to now.
  std::uint64_t unaided() const { return unaided_.load(std::memory_order_relaxed); }

  /// A loop ran from `start` to `end`.
  void record_run(std::uint64_t start, std::uint64_t end, bool was_aided) {
    const std::uint64_t took = end - start;
    const bool soon = start - last_end_.exchange(end, std::memory_order_relaxed) < kSoon * took;
    unaided_.store(was_aided ? 0 : took + (soon ? unaided() : 0), std::memory_order_relaxed);
  }

  /// What a call that wakes a sleeping helper takes: some microseconds, and ten times that on virtual machines.
  std::uint64_t wake_ticks() const { return wake_.load(std::memory_order_relaxed); }
  void record_wake(std::uint64_t ticks) { wake_.store((3 * wake_ticks() + ticks) / 4, std::memory_order_relaxed); }

  static constexpr std::uint64_t kUnknown = UINT64_MAX;

 private:
  static constexpr std::size_t kEntries = 256;
  static constexpr std::uint64_t kSoon = 4;  ///< times the length of a loop

  struct Entry {
    std::atomic<backend::ParallelBody> body{nullptr};
    std::atomic<std::uint64_t> ticks{kUnknown};
  };

  static std::size_t place_of(backend::ParallelBody body) {
    // Functions are aligned to 16 bytes.
    return reinterpret_cast<std::uintptr_t>(body) / 16 % kEntries;
  }

  std::array<Entry, kEntries> entries_;
  std::atomic<std::uint64_t> last_end_{0};
  std::atomic<std::uint64_t> unaided_{0};
  std::atomic<std::uint64_t> wake_{0};
};

}  // namespace rooftop::runtime
