// Runs the same work on several threads that start together, several times, and keeps the fastest round.
#pragma once

#include <functional>

namespace rooftop::profile {

/// Calls `work(thread)` for each thread of 0 … threads-1, all released at once, `rounds` times. Returns the seconds of
/// the shortest round, from the first start to the last end: the one that other programs disturbed least.
/// @throws UserError when the system refuses to start the threads; std::bad_alloc thrown by `prepare`
double best_round(int threads, int rounds, const std::function<void(int)>& prepare,
                  const std::function<void(int)>& work);

}  // namespace rooftop::profile
