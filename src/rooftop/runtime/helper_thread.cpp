// Creation of detached threads with blocked signals.
#include "rooftop/runtime/helper_thread.h"

#include <pthread.h>

#include <csignal>
#include <exception>
#include <memory>
#include <new>
#include <system_error>
#include <thread>

#include "rooftop/runtime/thread_state.h"

namespace rooftop::runtime {

bool start_helper_thread(const std::string& name, std::function<void()> run) {
  // A new thread inherits the mask, so that no signal can reach it even before its first instruction.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    // What the thread needs is made here, where running out of memory can still be told.
    std::thread thread([state = std::make_unique<ThreadState>(), run = std::move(run)]() mutable {
      adopt_thread_state(std::move(state));
      // A thread's place for exceptions in flight is made when it first asks: now, not when memory has run out.
      static_cast<void>(std::uncaught_exceptions());
      run();
    });
    pthread_setname_np(thread.native_handle(), name.c_str());
    thread.detach();
  } catch (const std::system_error&) {
    started = false;
  } catch (const std::bad_alloc&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

}  // namespace rooftop::runtime
