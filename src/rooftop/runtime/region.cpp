// Chunks, cancellation and the choice of the reported error.
#include "rooftop/runtime/region.h"

#include <algorithm>
#include <chrono>

#include "rooftop/runtime/futex.h"
#include "rooftop/runtime/thread_state.h"
#include "rooftop/runtime/ticker.h"

namespace rooftop::runtime {
namespace {

// Each chunk is this share of what every thread would get of the rest: the smaller the share, the better the balance
// and the more chunks (about kShare * threads * log(iterations)).
constexpr std::uint64_t kShare = 2;

// Helpers are usually about to finish when the owner has; a sleep and a wake cost more than this much spinning.
constexpr std::chrono::microseconds kSpinForHelpers{50};

void copy_error(backend::KernelContext& to, const backend::KernelContext& from) {
  to.error = from.error;
  std::copy(std::begin(from.arguments), std::end(from.arguments), to.arguments);
  to.frame_count = from.frame_count;
  std::copy_n(from.frames, std::min(from.frame_count, backend::kMaxFrames), to.frames);
}

}  // namespace

void Region::interrupt() {
  stop_above.store(kEverything, std::memory_order_relaxed);
  advance_epoch();
}

void Region::record_error(std::int64_t chunk_begin, const backend::KernelContext& context) {
  chunk_begin = std::max(chunk_begin, kEverything + 1);  // the lowest value means an interrupt
  std::lock_guard lock(error_mutex_);
  if (has_error_ && chunk_begin >= error_begin_) return;
  has_error_ = true;
  error_begin_ = chunk_begin;
  copy_error(error_, context);
  std::int64_t stop = stop_above.load(std::memory_order_relaxed);
  while (chunk_begin < stop && !stop_above.compare_exchange_weak(stop, chunk_begin, std::memory_order_relaxed)) {
  }
  advance_epoch();
}

bool Region::claim(std::int64_t& chunk_begin, std::int64_t& chunk_end) {
  std::int64_t first = next.load(std::memory_order_relaxed);
  std::uint64_t size = 0;
  do {
    if (first >= end) return false;
    // Unsigned: the distance of two 64-bit integers may exceed the signed range.
    std::uint64_t rest = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(first);
    size = std::max(grain, rest / (kShare * static_cast<std::uint64_t>(max_threads)));
    if (rest - std::min(rest, size) < grain) size = rest;
  } while (!next.compare_exchange_weak(first, static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + size),
                                       std::memory_order_relaxed));
  chunk_begin = first;
  chunk_end = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + size);
  return true;
}

void Region::run_chunk(std::int64_t chunk_begin, std::int64_t chunk_end, backend::KernelContext& context,
                       ThreadState& thread) {
  thread.chunk_begin = chunk_begin;
  std::int32_t status = body(&context, captures, chunk_begin, chunk_end);
  if (status == backend::kRaised) record_error(chunk_begin, context);
  // kInterrupted needs nothing: whoever cancelled this chunk has said so in `stop_above`.
}

void Region::leave() {
  // Release: what the helper stored belongs to the loop's result.
  std::int32_t before = left.fetch_add(1, std::memory_order_acq_rel);
  if ((before & kOwnerSleeps) != 0) futex_wake(left);
}

bool Region::wait_for(int helpers, int limit_ms) {
  auto all_left = [&] { return (left.load(std::memory_order_acquire) & ~kOwnerSleeps) == helpers; };
  if (spin_until(all_left, kSpinForHelpers)) return true;
  std::int32_t seen = left.fetch_or(kOwnerSleeps, std::memory_order_acq_rel) | kOwnerSleeps;
  if (seen != (helpers | kOwnerSleeps)) futex_wait(left, seen, std::chrono::milliseconds(limit_ms));
  return all_left();
}

std::int32_t Region::finish(backend::KernelContext& context) {
  if (is_interrupted()) return backend::kInterrupted;
  std::lock_guard lock(error_mutex_);
  if (!has_error_) return backend::kOk;
  copy_error(context, error_);
  return backend::kRaised;
}

}  // namespace rooftop::runtime
