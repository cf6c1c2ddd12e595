// Affinity masks of helper threads.
#include "rooftop/runtime/placement.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace rooftop::runtime {
namespace {

void leave_out(int processor, cpu_set_t& set) {
  if (processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET(processor, &set) || CPU_COUNT(&set) < 2) return;
  CPU_CLR(processor, &set);
}

}  // namespace

void Placement::begin() { thread_.store(static_cast<pid_t>(syscall(SYS_gettid)), std::memory_order_release); }

void Placement::keep_off(int owner) {
  const pid_t thread = thread_.load(std::memory_order_acquire);
  if (thread == 0) return;
  const int caller = sched_getcpu();
  const std::lock_guard lock(mutex_);
  if (caller == caller_ && owner == owner_) return;
  cpu_set_t now;
  if (sched_getaffinity(thread, sizeof now, &now) != 0) return;
  if (!CPU_EQUAL(&now, &chosen_)) allowed_ = now;
  cpu_set_t wanted = allowed_;
  leave_out(caller, wanted);
  leave_out(owner, wanted);
  if (!CPU_EQUAL(&wanted, &now) && sched_setaffinity(thread, sizeof wanted, &wanted) != 0) return;
  caller_ = caller;
  owner_ = owner;
  chosen_ = wanted;
}

}  // namespace rooftop::runtime
