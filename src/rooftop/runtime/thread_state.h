// What the runtime keeps for each thread that has ever entered a kernel: stack bounds, the parallel region it
// works in, its scratch blocks. Reached through one thread-local pointer.
#pragma once

#include <cstdint>
#include <memory>

#include "rooftop/runtime/memory.h"
#include "rooftop/runtime/scratch.h"

namespace rooftop::runtime {

struct Region;

/// Whether this thread is the one on which the embedder handles signals. The embedder finds out and caches it here.
enum class SignalRole : std::uint8_t { Unknown, Handles, Ignores };

struct ThreadState {
  char* stack_limit = nullptr;    ///< recursive code must not go below
  Region* region = nullptr;       ///< the parallel loop whose chunk runs on this thread now
  std::int64_t chunk_begin = 0;   ///< the first iteration of that chunk
  void* embedder_call = nullptr;  ///< the embedder's record of the running call; polls call its hook when set
  SignalRole signal_role = SignalRole::Unknown;
  bool is_helper = false;  ///< a thread of the pool
  ScratchCache scratch;
  SmallBlocks small_blocks;
};

// Read at every kernel entry, hence not through the slow model of dynamically loaded modules.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadState* current_thread;

/// Makes the calling thread's state. It goes away with the thread. Throws std::bad_alloc.
ThreadState& create_thread_state();
/// Makes `state` that of the calling thread, which has none.
void adopt_thread_state(std::unique_ptr<ThreadState> state);

inline ThreadState& this_thread() {
  ThreadState* state = current_thread;
  return state != nullptr ? *state : create_thread_state();
}

/// The lowest address that generated code may let the stack of this thread reach: leaves room for library calls, for
/// the handling of the error and for a signal handler written in Python.
char* find_stack_limit();

}  // namespace rooftop::runtime
