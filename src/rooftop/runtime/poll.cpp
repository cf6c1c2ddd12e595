// Polling: first the parallel loop that this thread works for, then the embedder's signals.
#include "rooftop/runtime/poll.h"

#include <atomic>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/region.h"

namespace rooftop::runtime {
namespace {

std::atomic<SignalHook> signal_hook{nullptr};

bool interrupted_by_signal(backend::KernelContext& context, const ThreadState& thread) {
  SignalHook hook = signal_hook.load(std::memory_order_acquire);
  return thread.embedder_call != nullptr && hook != nullptr && hook(context) != backend::kOk;
}

}  // namespace

void set_signal_hook(SignalHook hook) { signal_hook.store(hook, std::memory_order_release); }

std::int32_t poll(backend::KernelContext* context) {
  context->epoch_seen = epoch.value.load(std::memory_order_relaxed);
  keep_ticking();
  ThreadState& thread = thread_of(*context);
  if (thread.region != nullptr && thread.region->is_cancelled(thread.chunk_begin)) return backend::kInterrupted;
  bool interrupted = interrupted_by_signal(*context, thread);
  bool whole = thread.region == nullptr || thread.region->is_whole();
  if (!interrupted && whole) return backend::kOk;
  if (thread.region != nullptr) thread.region->interrupt();
  return backend::kInterrupted;
}

}  // namespace rooftop::runtime
