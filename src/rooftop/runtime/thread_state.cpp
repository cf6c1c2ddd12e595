// Creation of thread states and the bounds of a thread's stack.
#include "rooftop/runtime/thread_state.h"

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <new>

#include "rooftop/base/errors.h"

namespace rooftop::runtime {

[[gnu::tls_model("initial-exec")]] constinit thread_local ThreadState* current_thread = nullptr;

namespace {

void end_thread_state(void* state) {
  current_thread = nullptr;
  delete static_cast<ThreadState*>(state);
}

// Ends the states of threads that end. A thread-local with a destructor is slower to reach than a pointer, and where
// there is no memory to note the destructor the C library ends the process.
pthread_key_t end_key() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    const int error = pthread_key_create(&made, end_thread_state);
    ROOFTOP_CHECK(error == 0) << error;
    return made;
  }();
  return key;
}

// A frame handler of Python needs tens of KiB; small stacks give up a quarter at most.
constexpr std::size_t kMargin = 256 * 1024;

}  // namespace

void adopt_thread_state(std::unique_ptr<ThreadState> state) {
  if (pthread_setspecific(end_key(), state.get()) != 0) throw std::bad_alloc();
  state->stack_limit = find_stack_limit();
  current_thread = state.release();
}

ThreadState& create_thread_state() {
  adopt_thread_state(std::make_unique<ThreadState>());
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
