// The caller's side of a parallel loop.
#include "rooftop/runtime/parallel_for.h"

#include <sched.h>

#include <algorithm>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/poll.h"
#include "rooftop/runtime/pool.h"
#include "rooftop/runtime/region.h"
#include "rooftop/runtime/ticks.h"

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

/// The owner of a loop looking for helpers. Those that wait awake are asked at once; waking the others costs the owner
/// microseconds, so it happens where the loop is known to be long enough, or has turned out to be.
class Recruiter {
 public:
  Recruiter(Pool& pool, Region& region)
      : pool_(pool),
        region_(region),
        ask_(is_long(pool.history().ticks_per_round(region.body)) ? Ask::Everyone : Ask::Awake) {
    asked_ = pool_.recruit(region_, 0, ask_);
    start_ = ticks();
  }

  /// Called between the chunks of the owner, who has done so many rounds.
  void look_around(std::uint64_t done) {
    if (done == 0) return;
    if (!measured_) measure(done);
    // Helpers that other loops have given back, or that were busy before.
    int at_work = asked_ - region_.left.load(std::memory_order_relaxed);
    if (at_work < region_.max_threads - 1 && !pool_.is_full() && region_.has_work())
      asked_ += pool_.recruit(region_, at_work, ask_);
  }

  int asked() const { return asked_; }

  /// Called when nothing is left to do.
  void finish() { pool_.history().record_run(start_, ticks(), asked_ > 0); }

 private:
  // A helper that is woken comes after a few times what waking it takes the owner. What is left to do must be more than
  // that.
  static constexpr double kLeastWorthWaking = 20e-6;
  static constexpr double kWakesWorthWaking = 5;
  static constexpr double kMostWorth = 10;  // a wake that was measured while the system did something else

  /// Whether the rest of the loop takes so long, at this pace.
  bool is_long(std::uint64_t ticks_per_round) const {
    static const double least = kLeastWorthWaking / seconds_per_tick();
    const LoopHistory& history = pool_.history();
    const double rest = static_cast<double>(ticks_per_round) * static_cast<double>(region_.rest());
    // Where short loops follow each other, a helper that is woken finds the next one.
    return rest + static_cast<double>(history.unaided()) >
           std::clamp(kWakesWorthWaking * static_cast<double>(history.wake_ticks()), least, kMostWorth * least);
  }

  void measure(std::uint64_t done) {
    measured_ = true;
    const std::uint64_t pace = (ticks() - start_) / done;
    pool_.history().record(region_.body, pace);
    if (ask_ == Ask::Everyone || !is_long(pace)) return;
    ask_ = Ask::Everyone;
    pool_.wake_offered(region_);
  }

  Pool& pool_;
  Region& region_;
  Ask ask_;
  int asked_ = 0;
  std::uint64_t start_ = 0;
  bool measured_ = false;
};

std::int32_t run_shared(KernelContext& context, Region& region) {
  Pool& pool = Pool::instance();
  ThreadState& thread = thread_of(context);
  pool.enter();
  region.owner_processor = sched_getcpu();
  Recruiter recruiter(pool, region);
  thread.region = &region;
  region.work(context, thread, [&](std::uint64_t done) {
    recruiter.look_around(done);
    return false;
  });
  recruiter.finish();
  int helpers = recruiter.asked() - pool.withdraw(region);
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
  Region region(body, captures, begin, end, grain, threads, context->threads);
  return run_shared(*context, region);
}

}  // namespace rooftop::runtime
