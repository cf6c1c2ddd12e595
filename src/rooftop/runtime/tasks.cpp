// Threads for the length of one call: starting one costs nothing beside a task.
#include "rooftop/runtime/tasks.h"

#include <latch>
#include <memory>
#include <new>

#include "rooftop/runtime/helper_thread.h"

namespace rooftop::runtime {

void run_tasks(int count, void (*task)(void* state, int index), void* state) {
  if (count <= 0) return;
  // The threads' too: the last of them may still be inside it when this one goes on.
  const auto ended = std::make_shared<std::latch>(count - 1);
  for (int i = 1; i < count; ++i) {
    const auto run = [=] {
      task(state, i);
      ended->count_down();
    };
    bool started = false;
    try {
      started = start_helper_thread("rooftop-task", run);
    } catch (const std::bad_alloc&) {
      // No memory to hand it over: then it is this thread's.
    }
    if (!started) run();
  }
  task(state, 0);
  ended->wait();
}

}  // namespace rooftop::runtime
