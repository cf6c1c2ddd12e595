// Entering a kernel: fills the context that generated code works with. On the way of every call, hence inline.
#pragma once

#include "rooftop/backend/abi.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/thread_state.h"
#include "rooftop/runtime/ticker.h"

namespace rooftop::runtime {

/// Makes `context` ready for a call on this thread. The fields that only an error uses are left as they are.
inline ThreadState& enter(backend::KernelContext& context) {
  static_assert(sizeof(epoch.value) == sizeof(std::uint64_t) && std::atomic<std::uint64_t>::is_always_lock_free);
  keep_ticking();
  ThreadState& thread = this_thread();
  context.epoch = reinterpret_cast<const volatile std::uint64_t*>(&epoch.value);
  context.epoch_seen = epoch.value.load(std::memory_order_relaxed);
  context.stack_limit = thread.stack_limit;
  context.error = nullptr;
  context.frame_count = 0;
  context.threads = num_threads();
  context.runtime = &thread;
  context.owned = nullptr;
  return thread;
}

/// The thread state of the thread that `context` was entered on.
inline ThreadState& thread_of(backend::KernelContext& context) { return *static_cast<ThreadState*>(context.runtime); }

}  // namespace rooftop::runtime
