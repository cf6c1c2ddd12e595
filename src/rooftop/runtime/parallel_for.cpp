// The caller's side of a parallel loop.
#include "rooftop/runtime/parallel_for.h"

#include <algorithm>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/poll.h"
#include "rooftop/runtime/pool.h"
#include "rooftop/runtime/region.h"

namespace rooftop::runtime {
namespace {

using backend::KernelContext;

// How many threads can get at least a grain of the loop.
int useful_threads(std::int64_t begin, std::int64_t end, std::int64_t grain) {
  std::uint64_t iterations = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin);
  std::uint64_t chunks = iterations / static_cast<std::uint64_t>(grain);
  return static_cast<int>(std::min<std::uint64_t>(chunks, static_cast<std::uint64_t>(num_threads())));
}

// Waits for the helpers that picked the loop up. The caller may be the thread that handles signals, so it goes on
// polling. After a fork in a signal handler the helpers do not exist any more: there is nobody to wait for.
void join(Region& region, KernelContext& context, int helpers) {
  while (region.is_whole() && !region.wait_for(helpers, kTickMilliseconds)) poll(&context);
}

std::int32_t run_shared(KernelContext& context, Region& region) {
  Pool& pool = Pool::instance();
  ThreadState& thread = thread_of(context);
  pool.enter();
  int asked = pool.recruit(region, 0);
  thread.region = &region;
  region.work(context, thread, [&] {
    // Helpers that other loops have given back, or that were busy before.
    int at_work = asked - region.left.load(std::memory_order_relaxed);
    if (at_work < region.max_threads - 1 && !pool.is_full() && region.has_work())
      asked += pool.recruit(region, at_work);
    return false;
  });
  int helpers = asked - pool.withdraw(region);
  thread.chunk_begin = Region::kEverything;  // while it waits, no chunk of its own is left to cancel
  join(region, context, helpers);
  thread.region = nullptr;
  pool.exit();
  return region.finish(context);
}

}  // namespace

std::int32_t parallel_for(KernelContext* context, backend::ParallelBody body, void* captures, std::int64_t begin,
                          std::int64_t end, std::int64_t grain) {
  if (begin >= end) return backend::kOk;
  grain = std::max<std::int64_t>(grain, 1);
  int threads = thread_of(*context).region != nullptr ? 1 : useful_threads(begin, end, grain);
  if (threads <= 1) return body(context, captures, begin, end);
  Region region(body, captures, begin, end, grain, threads);
  return run_shared(*context, region);
}

}  // namespace rooftop::runtime
