// Offers, withdrawal, sleeping and waking of helpers.
#include "rooftop/runtime/pool.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <string>

#include "rooftop/base/errors.h"
#include "rooftop/base/log.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/fork.h"
#include "rooftop/runtime/futex.h"
#include "rooftop/runtime/helper_thread.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/ticks.h"

namespace rooftop::runtime {
namespace {

using Clock = std::chrono::steady_clock;

// A program that calls one kernel after another finds its helpers awake; longer would take time from others. Where work
// came a little later than that the last time, a helper waits as long again.
constexpr std::chrono::microseconds kSpinForWork{40};
constexpr std::chrono::microseconds kLongestSpin{300};
constexpr int kWakesEach = 2;

std::atomic<Pool*> the_pool{nullptr};

// Never dereferenced: marks the mailbox of a helper at work.
Region* busy_mark() { return reinterpret_cast<Region*>(std::uintptr_t{1}); }

}  // namespace

Helper::Helper(Pool& pool) : pool_(pool), spin_limit_(kSpinForWork) {}

bool Helper::offer(Region& region) {
  Region* idle = nullptr;
  return mail_.load(std::memory_order_relaxed) == nullptr && mail_.compare_exchange_strong(idle, &region);
}

bool Helper::withdraw(Region& region) {
  Region* offered = &region;
  return mail_.load(std::memory_order_relaxed) == &region && mail_.compare_exchange_strong(offered, nullptr);
}

bool Helper::wake_for(Region& region) {
  // Sequentially consistent with wait_for_work: either we see it asleep or it sees the mail.
  if (mail_.load() != &region || bed_.load() != kSleeping) return false;
  if (bed_.exchange(kAwake) != kSleeping) return true;
  const std::uint64_t start = ticks();
  placement_.keep_off(region.owner_processor);
  futex_wake(bed_);
  pool_.history().record_wake(ticks() - start);
  return true;
}

Region* Helper::try_take() {
  Region* offered = mail_.load(std::memory_order_relaxed);
  if (offered == nullptr || !mail_.compare_exchange_strong(offered, busy_mark())) return nullptr;
  return offered;
}

Region& Helper::wait_for_work() {
  const Clock::time_point idle_since = Clock::now();
  Region* taken = nullptr;
  while (!spin_until([&] { return (taken = try_take()) != nullptr; }, spin_limit_)) {
    bed_.store(kSleeping);
    if (mail_.load() == nullptr) futex_wait(bed_, kSleeping);
    bed_.store(kAwake);
  }
  const Clock::duration gap = Clock::now() - idle_since;
  spin_limit_ = gap < kLongestSpin ? std::max<std::chrono::nanoseconds>(kSpinForWork, 2 * gap) : kSpinForWork;
  return *taken;
}

void Helper::work_for(Region& region) {
  backend::KernelContext context;
  ThreadState& thread = enter(context);
  thread.region = &region;
  context.threads = region.limit;
  region.work(context, thread, [&](std::uint64_t) { return pool_.is_over_full(); });
  thread.region = nullptr;
}

void Helper::run() {
  this_thread().is_helper = true;
  placement_.begin();
  for (;;) {
    Region& region = wait_for_work();
    pool_.wake_some(region);
    work_for(region);
    pool_.exit();
    // Idle before leaving: the owner's next loop follows within a microsecond and should find this helper free.
    mail_.store(nullptr);
    region.leave();
  }
}

Pool& Pool::instance() {
  Pool* pool = the_pool.load(std::memory_order_acquire);
  if (pool != nullptr) return *pool;
  watch_forks();
  auto fresh = std::make_unique<Pool>();
  if (!the_pool.compare_exchange_strong(pool, fresh.get())) return *pool;
  return *fresh.release();  // lives as long as the process: helpers may use it while statics are destroyed
}

bool Pool::is_full() const { return running_.load(std::memory_order_relaxed) >= num_threads(); }
bool Pool::is_over_full() const { return running_.load(std::memory_order_relaxed) > num_threads(); }

Helper* Pool::helper(int index) {
  if (index < count_.load(std::memory_order_acquire)) return helpers_[index].get();
  std::lock_guard lock(mutex_);
  int count = count_.load(std::memory_order_relaxed);
  if (index < count) return helpers_[index].get();
  if (exhausted_) return nullptr;
  ROOFTOP_CHECK(index == count) << index << " of " << count;
  helpers_[count].reset(new (std::nothrow) Helper(*this));
  if (helpers_[count] == nullptr) return nullptr;  // the loop goes on without it, the next one may have it
  std::string name = "rooftop-" + std::to_string(count + 1);
  if (!start_helper_thread(name, [helper = helpers_[count].get()] { helper->run(); })) {
    exhausted_ = true;
    warn("the system allows no more threads: parallel loops use " + std::to_string(count + 1));
    return nullptr;
  }
  count_.store(count + 1, std::memory_order_release);
  return helpers_[count].get();
}

int Pool::recruit(Region& region, int already, Ask ask) {
  int asked = 0;
  int limit = num_threads();
  for (int i = 0; i < limit - 1 && already + asked < region.max_threads - 1; ++i) {
    Helper* candidate = ask == Ask::Everyone || i < count_.load(std::memory_order_acquire) ? helper(i) : nullptr;
    if (candidate == nullptr) break;
    if (ask == Ask::Awake && candidate->sleeps()) continue;
    if (running_.fetch_add(1, std::memory_order_relaxed) >= limit) {
      exit();
      break;
    }
    if (candidate->offer(region)) {
      ++asked;
    } else {
      exit();
    }
  }
  if (asked > 0 && ask == Ask::Everyone) wake_offered(region);
  return asked;
}

void Pool::wake_offered(Region& region) {
  region.next_to_wake.store(0, std::memory_order_relaxed);
  wake_some(region);
}

void Pool::wake_some(Region& region) {
  int count = count_.load(std::memory_order_acquire);
  for (int woken = 0; woken < kWakesEach;) {
    int index = region.next_to_wake.fetch_add(1, std::memory_order_relaxed);
    if (index >= count) return;
    woken += helpers_[index]->wake_for(region) ? 1 : 0;
  }
}

int Pool::withdraw(Region& region) {
  int withdrawn = 0;
  int count = count_.load(std::memory_order_acquire);
  for (int i = 0; i < count; ++i) {
    if (!helpers_[i]->withdraw(region)) continue;
    exit();
    ++withdrawn;
  }
  return withdrawn;
}

void forget_pool() { the_pool.store(nullptr); }

}  // namespace rooftop::runtime
