// One parallel loop in flight: what is left to do, who may still work on it, what went wrong first.
// Lives on the stack of the thread that runs the loop, which outlasts every helper's use of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>

#include "rooftop/backend/abi.h"
#include "rooftop/runtime/fork.h"

namespace rooftop::runtime {

struct ThreadState;

struct Region {
  Region(backend::ParallelBody loop_body, void* loop_captures, std::int64_t begin, std::int64_t loop_end,
         std::int64_t least_chunk, int most_threads, int thread_limit)
      : body(loop_body),
        captures(loop_captures),
        end(loop_end),
        grain(static_cast<std::uint64_t>(least_chunk)),
        max_threads(most_threads),
        limit(thread_limit),
        generation(fork_generation()),
        next(begin) {}

  /// True when the chunk that starts at `chunk_begin` need not be finished.
  bool is_cancelled(std::int64_t chunk_begin) const {
    return chunk_begin > stop_above.load(std::memory_order_relaxed) || is_interrupted();
  }
  bool is_interrupted() const { return stop_above.load(std::memory_order_relaxed) == kEverything; }
  /// False in a child that a signal handler forked off while the loop ran: its helpers' share is lost there.
  bool is_whole() const { return fork_generation() == generation; }
  /// Cancels the whole loop, at the next poll of each thread.
  void interrupt();
  /// Keeps the error in `context` if no lower iteration raised before, and cancels everything above.
  void record_error(std::int64_t chunk_begin, const backend::KernelContext& context);

  /// Takes the next chunk; false when there is none. Chunks shrink as the end comes near, so that threads of unequal
  /// speed or work finish together.
  bool claim(std::int64_t& chunk_begin, std::int64_t& chunk_end);
  bool has_work() const { return next.load(std::memory_order_relaxed) < end; }
  /// Rounds that nobody has begun.
  std::uint64_t rest() const {
    const std::int64_t first = next.load(std::memory_order_relaxed);
    return first < end ? static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(first) : 0;
  }

  /// Runs chunks on this thread until there are none, something raises, or `should_leave(rounds done here)` says so.
  template <typename ShouldLeave>
  void work(backend::KernelContext& context, ThreadState& thread, ShouldLeave should_leave);

  /// A helper's last act: after it the region may be gone.
  void leave();
  /// Sleeps until `helpers` of them have left or `limit_ms` have passed; returns whether they have left.
  bool wait_for(int helpers, int limit_ms);

  /// The loop's result once nobody works on it; copies a kept error into `context`.
  std::int32_t finish(backend::KernelContext& context);

  static constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kNothing = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int32_t kOwnerSleeps = 1 << 30;

  const backend::ParallelBody body;
  void* const captures;
  const std::int64_t end;
  const std::uint64_t grain;
  int owner_processor = -1;          ///< where the loop's owner ran when it began
  const int max_threads;             ///< more than this many cannot all get a chunk
  const int limit;                   ///< of the call that the loop belongs to, as generated code sees it
  const std::uint32_t generation;    ///< helpers exist only in the process that they were started in
  std::atomic<int> next_to_wake{0};  ///< index of the next helper that somebody should wake

  alignas(64) std::atomic<std::int64_t> next;
  alignas(64) std::atomic<std::int64_t> stop_above{kNothing};  ///< chunks that begin above this are not wanted
  alignas(64) std::atomic<std::int32_t> left{0};               ///< helpers that have left, and kOwnerSleeps

 private:
  void run_chunk(std::int64_t chunk_begin, std::int64_t chunk_end, backend::KernelContext& context,
                 ThreadState& thread);

  std::mutex error_mutex_;
  std::int64_t error_begin_ = kNothing;
  bool has_error_ = false;
  backend::KernelContext error_;
};

template <typename ShouldLeave>
void Region::work(backend::KernelContext& context, ThreadState& thread, ShouldLeave should_leave) {
  std::int64_t chunk_begin = 0;
  std::int64_t chunk_end = 0;
  std::uint64_t done = 0;
  while (!should_leave(done) && claim(chunk_begin, chunk_end)) {
    if (is_cancelled(chunk_begin)) return;
    run_chunk(chunk_begin, chunk_end, context, thread);
    done += static_cast<std::uint64_t>(chunk_end) - static_cast<std::uint64_t>(chunk_begin);
  }
}

}  // namespace rooftop::runtime
