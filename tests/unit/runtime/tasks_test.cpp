// Tasks on threads of their own: each runs once, all have ended when the call returns.
#include "rooftop/runtime/tasks.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <csignal>
#include <mutex>
#include <thread>

namespace rooftop::runtime {
namespace {

struct Seen {
  std::mutex mutex;
  std::array<int, 5> runs{};
  std::thread::id caller = std::this_thread::get_id();
  std::thread::id first;
  int here = 0;  ///< tasks that ran on the caller's thread
};

void note(void* state, int index) {
  auto& seen = *static_cast<Seen*>(state);
  const std::lock_guard lock(seen.mutex);
  ++seen.runs.at(static_cast<std::size_t>(index));
  seen.here += std::this_thread::get_id() == seen.caller ? 1 : 0;
  if (index == 0) seen.first = std::this_thread::get_id();
}

TEST(Tasks, EachRunsOnce) {
  for (int round = 0; round < 50; ++round) {
    Seen seen;
    run_tasks(5, note, &seen);
    EXPECT_EQ(seen.runs, (std::array<int, 5>{1, 1, 1, 1, 1}));
    EXPECT_EQ(seen.here, 1);
    EXPECT_EQ(seen.first, std::this_thread::get_id());
  }
}

TEST(Tasks, FewOrNoneNeedNoThread) {
  Seen seen;
  run_tasks(0, note, &seen);
  EXPECT_EQ(seen.runs, (std::array<int, 5>{}));
  run_tasks(1, note, &seen);
  EXPECT_EQ(seen.runs, (std::array<int, 5>{1}));
  EXPECT_EQ(seen.here, 1);
}

TEST(Tasks, TheirThreadsTakeNoSignals) {
  std::array<bool, 2> blocked{};
  run_tasks(
      2,
      [](void* state, int index) {
        sigset_t mask;
        pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        (*static_cast<std::array<bool, 2>*>(state)).at(static_cast<std::size_t>(index)) =
            sigismember(&mask, SIGINT) == 1;
      },
      &blocked);
  EXPECT_FALSE(blocked[0]);
  EXPECT_TRUE(blocked[1]);
}

}  // namespace
}  // namespace rooftop::runtime
