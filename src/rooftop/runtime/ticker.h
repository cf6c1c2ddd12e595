// The epoch: a counter that a thread advances every 10 ms while kernels run. Generated loops compare it with the
// value that they saw last, which is all that an uninterrupted loop pays for being interruptible.
#pragma once

#include <atomic>
#include <cstdint>

namespace rooftop::runtime {

inline constexpr int kTickMilliseconds = 10;

/// Apart from everything else that is written, so that reading it stays a hit in L1.
struct alignas(64) Epoch {
  std::atomic<std::uint64_t> value{1};
};
extern Epoch epoch;

/// What the ticker knows about kernels. A kernel that enters or polls sets Active; the ticker moves it on to Quiet with
/// every tick and sleeps after a second of Quiet.
enum class TickerState : std::int32_t { NotStarted, Asleep, Quiet, Active };
extern std::atomic<std::int32_t> ticker_state;

/// The slow half of `keep_ticking`: starts or wakes the ticker where needed.
void rouse_ticker();

/// Tells the ticker that a kernel runs. One load and one compare in the usual case.
inline void keep_ticking() {
  if (ticker_state.load(std::memory_order_relaxed) != static_cast<std::int32_t>(TickerState::Active)) [[unlikely]] {
    rouse_ticker();
  }
}

/// Advances the epoch at once, so that every running loop polls.
inline void advance_epoch() { epoch.value.fetch_add(1, std::memory_order_relaxed); }

/// After a fork, in the child: the ticker thread is gone.
void forget_ticker();

}  // namespace rooftop::runtime
