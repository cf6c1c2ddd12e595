// The ticker thread: started by the first kernel, asleep when no kernel has run for a second.
#include "rooftop/runtime/ticker.h"

#include <chrono>
#include <string>
#include <thread>

#include "rooftop/base/log.h"
#include "rooftop/runtime/fork.h"
#include "rooftop/runtime/futex.h"
#include "rooftop/runtime/helper_thread.h"

namespace rooftop::runtime {

Epoch epoch;
std::atomic<std::int32_t> ticker_state{static_cast<std::int32_t>(TickerState::NotStarted)};

namespace {

constexpr int kQuietTicksBeforeSleep = 1000 / kTickMilliseconds;
constexpr auto kNotStarted = static_cast<std::int32_t>(TickerState::NotStarted);
constexpr auto kAsleep = static_cast<std::int32_t>(TickerState::Asleep);
constexpr auto kQuiet = static_cast<std::int32_t>(TickerState::Quiet);
constexpr auto kActive = static_cast<std::int32_t>(TickerState::Active);

void sleep_until_roused() {
  std::int32_t quiet = kQuiet;
  if (!ticker_state.compare_exchange_strong(quiet, kAsleep)) return;
  while (ticker_state.load() == kAsleep) futex_wait(ticker_state, kAsleep);
}

void tick_forever() {
  int quiet_ticks = 0;
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kTickMilliseconds));
    advance_epoch();
    quiet_ticks = ticker_state.exchange(kQuiet) == kActive ? 0 : quiet_ticks + 1;
    if (quiet_ticks < kQuietTicksBeforeSleep) continue;
    sleep_until_roused();
    quiet_ticks = 0;
  }
}

}  // namespace

void rouse_ticker() {
  std::int32_t before = ticker_state.exchange(kActive);
  if (before == kAsleep) futex_wake(ticker_state);
  if (before != kNotStarted) return;
  watch_forks();
  if (!start_helper_thread("rooftop-tick", tick_forever)) {
    // The state stays Active, so that this is said once.
    warn("the thread that makes compiled loops interruptible could not be started: Ctrl-C will wait for them to end");
  }
}

void forget_ticker() { ticker_state.store(kNotStarted); }

}  // namespace rooftop::runtime
