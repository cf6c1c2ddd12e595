// The fork handler. It runs in the child while other threads' locks may be held for ever, so it only stores.
#include "rooftop/runtime/fork.h"

#include <pthread.h>

#include <atomic>

#include "rooftop/runtime/pool.h"
#include "rooftop/runtime/thread_state.h"
#include "rooftop/runtime/ticker.h"

namespace rooftop::runtime {
namespace {

std::atomic<std::uint32_t> generation{0};
std::atomic<bool> watching{false};

void in_child() {
  generation.fetch_add(1, std::memory_order_relaxed);
  forget_ticker();
  forget_pool();
  if (ThreadState* thread = current_thread) thread->signal_role = SignalRole::Unknown;
}

}  // namespace

void watch_forks() {
  if (!watching.exchange(true)) pthread_atfork(nullptr, nullptr, in_child);
}

std::uint32_t fork_generation() { return generation.load(std::memory_order_relaxed); }

}  // namespace rooftop::runtime
