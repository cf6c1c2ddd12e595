// A few long tasks at once, for work outside of kernels: see RuntimeSymbols::run_tasks.
#pragma once

namespace rooftop::runtime {

/// Calls task(state, 0) … task(state, count - 1), the first on this thread and each other on a thread of its own, or on
/// this one where the system has no thread left. Returns when all have ended; a task throws nothing. Unlike a parallel
/// loop it is never interrupted, and leaves the pool's helpers to kernels.
void run_tasks(int count, void (*task)(void* state, int index), void* state);

}  // namespace rooftop::runtime
