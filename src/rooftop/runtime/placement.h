// Where a helper thread wakes up.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <atomic>
#include <mutex>

namespace rooftop::runtime {

/// Keeps one thread off the processors of those that it helps. A system that packs threads on few processors, as guests
/// of a hypervisor do whose idle processors look as if they were taken, would queue it behind the thread that woke it,
/// and it would come when the work is done.
class Placement {
 public:
  /// The thread that is placed calls this once.
  void begin();

  /// Before the thread is woken: it may run where it was allowed to before, but not on the caller's processor nor on
  /// `owner`, where others are left. What somebody else has set since is what is allowed.
  void keep_off(int owner);

 private:
  std::atomic<pid_t> thread_{0};
  std::mutex mutex_;
  int caller_ = -1;
  int owner_ = -1;
  cpu_set_t allowed_{};  ///< without our wishes
  cpu_set_t chosen_{};   ///< what we have set last
};

}  // namespace rooftop::runtime
