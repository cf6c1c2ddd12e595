// Creation of thread states and the bounds of a thread's stack.
#include "rooftop/runtime/thread_state.h"

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace rooftop::runtime {

[[gnu::tls_model("initial-exec")]] constinit thread_local ThreadState* current_thread = nullptr;
[[gnu::tls_model("initial-exec")]] constinit thread_local bool thread_has_ended = false;

namespace {

// Owns the state. Kept apart from the pointer because a thread-local with a destructor is slower to reach.
struct Owner {
  std::unique_ptr<ThreadState> state;
  ~Owner() {
    current_thread = nullptr;
    thread_has_ended = true;
  }
};

thread_local Owner owner;

// A frame handler of Python needs tens of KiB; small stacks give up a quarter at most.
constexpr std::size_t kMargin = 256 * 1024;

}  // namespace

ThreadState& create_thread_state() {
  owner.state = std::make_unique<ThreadState>();
  owner.state->stack_limit = find_stack_limit();
  current_thread = owner.state.get();
  return *current_thread;
}

char* find_stack_limit() {
  pthread_attr_t attributes;
  // Without bounds the limit is the lowest address: recursion is then stopped by the guard page alone.
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return nullptr;
  void* low = nullptr;
  std::size_t size = 0;
  std::size_t guard = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_getguardsize(&attributes, &guard);
  pthread_attr_destroy(&attributes);
  // Whether the guard lies inside the reported range depends on the C library; assume that it does.
  return static_cast<char*>(low) + std::min(guard, size / 8) + std::min(kMargin, size / 4);
}

}  // namespace rooftop::runtime
