// Threads of the runtime's own: detached, named, with every signal blocked, so that the process's signal handlers
// run on the application's threads.
#pragma once

#include <functional>
#include <string>

namespace rooftop::runtime {

/// Starts `run` on a new thread. `name` has at most 15 characters. False when the system has no thread left.
bool start_helper_thread(const std::string& name, std::function<void()> run);

}  // namespace rooftop::runtime
