// The process's helper threads. A parallel loop offers itself to idle helpers and may withdraw an offer that was
// not picked up, so that a helper which the system does not run costs nothing.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "rooftop/runtime/loop_history.h"
#include "rooftop/runtime/placement.h"
#include "rooftop/runtime/region.h"

namespace rooftop::runtime {

inline constexpr int kMaxThreads = 512;

class Pool;

/// One helper thread's mailbox and bed.
class Helper {
 public:
  explicit Helper(Pool& pool);

  /// Offers work; false when the helper has some already.
  bool offer(Region& region);
  /// Takes an offer back; false when the helper works on it.
  bool withdraw(Region& region);
  bool sleeps() const { return bed_.load(std::memory_order_relaxed) == kSleeping; }
  /// Wakes the helper if it sleeps though it has an offer of `region`. Returns whether it did.
  bool wake_for(Region& region);
  /// The thread's life.
  [[noreturn]] void run();

 private:
  Region& wait_for_work();
  void work_for(Region& region);
  Region* try_take();

  static constexpr std::int32_t kAwake = 0;
  static constexpr std::int32_t kSleeping = 1;

  Pool& pool_;
  alignas(64) std::atomic<Region*> mail_{nullptr};  ///< an offer, null, or the mark of a busy helper
  std::atomic<std::int32_t> bed_{kAwake};
  Placement placement_;
  std::chrono::nanoseconds spin_limit_;  ///< how long the helper waits for its next work before it goes to sleep
};

/// Which helpers a loop asks.
enum class Ask : std::uint8_t {
  Awake,     ///< those that will see the offer at once
  Everyone,  ///< sleeping ones, too: waking one costs microseconds
};

class Pool {
 public:
  /// The one of this process, made on first use.
  static Pool& instance();

  /// Offers `region` to idle helpers while it can use more and the process's limit allows; returns how many were asked.
  int recruit(Region& region, int already, Ask ask);
  /// Wakes sleeping helpers that have an offer of `region`.
  void wake_offered(Region& region);
  /// A helper's part of that: each that comes wakes others, so that many wake quickly.
  void wake_some(Region& region);
  /// Takes back the offers that nobody picked up; returns how many.
  int withdraw(Region& region);

  /// Threads that now run parallel loops, offers included.
  void enter() { running_.fetch_add(1, std::memory_order_relaxed); }
  void exit() { running_.fetch_sub(1, std::memory_order_relaxed); }
  bool is_full() const;
  bool is_over_full() const;

  LoopHistory& history() { return history_; }

 private:
  Helper* helper(int index);

  std::atomic<int> running_{0};
  std::atomic<int> count_{0};
  LoopHistory history_;
  std::array<std::unique_ptr<Helper>, kMaxThreads> helpers_;  ///< the first count_ exist and stay
  std::mutex mutex_;                                          ///< for starting helpers
  bool exhausted_ = false;                                    ///< the system gave no more threads
};

/// After a fork, in the child: the helpers are gone. The old pool is left as it is, locks included.
void forget_pool();

}  // namespace rooftop::runtime
