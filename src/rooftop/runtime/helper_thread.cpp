// Creation of detached threads with blocked signals.
#include "rooftop/runtime/helper_thread.h"

#include <pthread.h>

#include <csignal>
#include <system_error>
#include <thread>

namespace rooftop::runtime {

bool start_helper_thread(const std::string& name, std::function<void()> run) {
  // A new thread inherits the mask, so that no signal can reach it even before its first instruction.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    std::thread thread(std::move(run));
    pthread_setname_np(thread.native_handle(), name.c_str());
    thread.detach();
  } catch (const std::system_error&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

}  // namespace rooftop::runtime
