// Parallel loops: every iteration once, errors as a serial loop would report them, cancellation, nesting, forks.
#include "rooftop/runtime/parallel_for.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/poll.h"

namespace rooftop::runtime {
namespace {

using backend::KernelContext;
using backend::Site;
using Clock = std::chrono::steady_clock;

// Calls `loop(context, begin, end)` for each chunk.
template <typename Loop>
std::int32_t run(Loop& loop, std::int64_t begin, std::int64_t end, std::int64_t grain, KernelContext* context) {
  auto body = [](KernelContext* inner, void* captures, std::int64_t first, std::int64_t last) -> std::int32_t {
    return (*static_cast<Loop*>(captures))(inner, first, last);
  };
  return parallel_for(context, body, &loop, begin, end, grain);
}

template <typename Loop>
std::int32_t run(Loop& loop, std::int64_t begin, std::int64_t end, std::int64_t grain = 1) {
  KernelContext context;
  enter(context);
  return run(loop, begin, end, grain, &context);
}

struct WithThreads : testing::TestWithParam<int> {
  void SetUp() override { set_num_threads(GetParam()); }
};

TEST_P(WithThreads, RunEveryIterationOnce) {
  for (std::int64_t size : {0, 1, 2, 3, 7, 100, 12345}) {
    for (std::int64_t grain : {1, 2, 64, 100000}) {
      std::vector<std::atomic<int>> seen(static_cast<std::size_t>(size));
      auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) ++seen[static_cast<std::size_t>(i + 5)];
        return backend::kOk;
      };
      ASSERT_EQ(run(loop, -5, size - 5, grain), backend::kOk);
      for (auto& count : seen) ASSERT_EQ(count, 1) << size << ' ' << grain;
    }
  }
}

TEST_P(WithThreads, ChunksAreNoSmallerThanTheGrain) {
  std::atomic<std::int64_t> smallest{1 << 20};
  auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
    std::int64_t seen = smallest;
    while (last - first < seen && !smallest.compare_exchange_weak(seen, last - first)) {
    }
    return backend::kOk;
  };
  ASSERT_EQ(run(loop, 0, 1000, 33), backend::kOk);
  EXPECT_GE(smallest, 33);
}

TEST_P(WithThreads, TheLowestRaisingIterationWins) {
  Site sites[2] = {{ExceptionKind::IndexError}, {ExceptionKind::ValueError}};
  for (int repetition = 0; repetition < 200; ++repetition) {
    auto loop = [&](KernelContext* context, std::int64_t first, std::int64_t last) -> std::int32_t {
      for (std::int64_t i = first; i < last; ++i) {
        if (i != 400 && i != 900) continue;
        context->error = &sites[i == 400 ? 0 : 1];
        context->arguments[0] = i;
        context->frame_count = 0;
        return backend::kRaised;
      }
      return backend::kOk;
    };
    KernelContext context;
    enter(context);
    ASSERT_EQ(run(loop, 0, 1000, 10, &context), backend::kRaised);
    ASSERT_EQ(context.error, &sites[0]);
    ASSERT_EQ(context.arguments[0], 400);
  }
}

TEST_P(WithThreads, WholeSignedRangeIsHandled) {
  constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
  std::atomic<std::uint64_t> total{0};
  auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
    total += static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    return backend::kOk;
  };
  ASSERT_EQ(run(loop, kLow, kHigh, std::int64_t{1} << 40), backend::kOk);
  EXPECT_EQ(total, std::numeric_limits<std::uint64_t>::max());
  ASSERT_EQ(run(loop, kLow, kLow + 1, 1), backend::kOk);
}

TEST_P(WithThreads, AnErrorInTheVeryFirstIterationIsNoInterrupt) {
  Site site{ExceptionKind::KeyError};
  constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
  auto loop = [&](KernelContext* context, std::int64_t, std::int64_t) {
    context->error = &site;
    return backend::kRaised;
  };
  EXPECT_EQ(run(loop, kLow, kLow + 1000), backend::kRaised);
}

TEST_P(WithThreads, NestedLoopsRunSeriallyOnTheSameThread) {
  std::atomic<int> inner_iterations{0};
  std::atomic<int> strangers{0};
  auto outer = [&](KernelContext* context, std::int64_t first, std::int64_t last) -> std::int32_t {
    for (std::int64_t i = first; i < last; ++i) {
      auto here = std::this_thread::get_id();
      auto inner = [&](KernelContext*, std::int64_t begin, std::int64_t end) {
        inner_iterations += static_cast<int>(end - begin);
        if (std::this_thread::get_id() != here) ++strangers;
        return backend::kOk;
      };
      if (std::int32_t status = run(inner, 0, 100, 1, context)) return status;
    }
    return backend::kOk;
  };
  ASSERT_EQ(run(outer, 0, 50), backend::kOk);
  EXPECT_EQ(inner_iterations, 5000);
  EXPECT_EQ(strangers, 0);
}

TEST_P(WithThreads, NoMoreThreadsThanAllowedRunAtATime) {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  auto loop = [&](KernelContext*, std::int64_t, std::int64_t) {
    int running = ++now;
    int seen = most;
    while (running > seen && !most.compare_exchange_weak(seen, running)) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    --now;
    return backend::kOk;
  };
  ASSERT_EQ(run(loop, 0, 200), backend::kOk);
  EXPECT_LE(most, GetParam());
  if (GetParam() > 1) {
    EXPECT_GT(most, 1);
  }
}

TEST_P(WithThreads, AllOfALoopSeeTheLimitOfItsCall) {
  std::atomic<int> others{0};
  auto loop = [&](KernelContext* context, std::int64_t, std::int64_t) {
    set_num_threads(GetParam() + 1);
    if (context->threads != GetParam()) ++others;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    return backend::kOk;
  };
  ASSERT_EQ(run(loop, 0, 200), backend::kOk);
  EXPECT_EQ(others, 0);
}

INSTANTIATE_TEST_SUITE_P(Counts, WithThreads, testing::Values(1, 2, 4, 13));

TEST(ParallelFor, CallersShareTheHelpers) {
  set_num_threads(3);
  std::atomic<int> helpers_now{0};
  std::atomic<int> most_helpers{0};
  std::atomic<std::int64_t> total{0};
  auto call = [&] {
    auto caller = std::this_thread::get_id();
    auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
      bool is_helper = std::this_thread::get_id() != caller;
      int running = is_helper ? ++helpers_now : 0;
      int seen = most_helpers;
      while (running > seen && !most_helpers.compare_exchange_weak(seen, running)) {
      }
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      total += last - first;
      if (is_helper) --helpers_now;
      return backend::kOk;
    };
    for (int i = 0; i < 20; ++i) ASSERT_EQ(run(loop, 0, 100), backend::kOk);
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) callers.emplace_back(call);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(total, 6 * 20 * 100);
  EXPECT_LE(most_helpers, 2);
}

TEST(ParallelFor, UnevenWorkIsBalanced) {
  set_num_threads(2);
  // The last iterations are the costly ones: halving the range would leave one thread idle.
  auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i)
      std::this_thread::sleep_for(std::chrono::microseconds(i >= 80 ? 4000 : 1));
    return backend::kOk;
  };
  ASSERT_EQ(run(loop, 0, 10), backend::kOk);
  auto start = Clock::now();
  ASSERT_EQ(run(loop, 0, 100), backend::kOk);
  std::chrono::duration<double, std::milli> took = Clock::now() - start;
  EXPECT_LT(took.count(), 70.0);  // 80 serially, 40 shared evenly
}

std::atomic<bool> stop_requested{false};
std::int32_t stop_on_request(KernelContext&) { return stop_requested ? backend::kInterrupted : backend::kOk; }

// A loop as generated code makes it: polls when the epoch has advanced.
std::int32_t spin_with_polls(KernelContext* context) {
  for (;;) {
    if (epoch.value.load() == context->epoch_seen) continue;
    if (std::int32_t status = poll(context)) return status;
  }
}

TEST(ParallelFor, AnInterruptStopsEveryThreadSoon) {
  set_num_threads(2);
  set_signal_hook(stop_on_request);
  stop_requested = false;
  Clock::time_point requested;
  std::thread requester([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    requested = Clock::now();
    stop_requested = true;
  });
  auto loop = [](KernelContext* context, std::int64_t, std::int64_t) { return spin_with_polls(context); };
  KernelContext context;
  ThreadState& thread = enter(context);
  thread.embedder_call = &context;
  std::int32_t status = run(loop, 0, 100, 1, &context);
  auto stopped = Clock::now();
  thread.embedder_call = nullptr;
  requester.join();
  set_signal_hook(nullptr);
  EXPECT_EQ(status, backend::kInterrupted);
  EXPECT_LT(std::chrono::duration<double>(stopped - requested).count(), 0.05);
}

TEST(ParallelFor, AnInterruptReachesACallerThatWaits) {
  set_num_threads(2);
  set_signal_hook(stop_on_request);
  stop_requested = false;
  auto caller = std::this_thread::get_id();
  std::atomic<bool> helper_runs{false};
  // The caller's chunk ends at once; only the helper goes on.
  auto loop = [&](KernelContext* context, std::int64_t, std::int64_t) -> std::int32_t {
    if (std::this_thread::get_id() == caller) {
      while (!helper_runs) std::this_thread::yield();
      stop_requested = true;
      return backend::kOk;
    }
    helper_runs = true;
    return spin_with_polls(context);
  };
  KernelContext context;
  ThreadState& thread = enter(context);
  thread.embedder_call = &context;
  EXPECT_EQ(run(loop, 0, 2, 1, &context), backend::kInterrupted);
  thread.embedder_call = nullptr;
  set_signal_hook(nullptr);
}

TEST(ParallelFor, AnErrorCancelsChunksAboveThatStillRun) {
  set_num_threads(2);
  Site site{ExceptionKind::IndexError};
  std::atomic<bool> second_runs{false};
  auto loop = [&](KernelContext* context, std::int64_t first, std::int64_t) -> std::int32_t {
    if (first > 0) {
      second_runs = true;
      return spin_with_polls(context);  // without cancellation this never ends
    }
    while (!second_runs) std::this_thread::yield();
    context->error = &site;
    return backend::kRaised;
  };
  EXPECT_EQ(run(loop, 0, 2), backend::kRaised);
}

// Thread sanitizers do not follow threads that are started after a fork of a threaded process.
#if !defined(__SANITIZE_THREAD__)
int exit_code_of_child(int (*child)()) {
  pid_t pid = fork();
  if (pid == 0) _exit(child());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::int64_t sum_in_parallel() {
  std::atomic<std::int64_t> total{0};
  auto loop = [&](KernelContext*, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) total += i;
    return backend::kOk;
  };
  return run(loop, 0, 1000) == backend::kOk ? total.load() : -1;
}

int child_sums() { return sum_in_parallel() == 499500 ? 0 : 1; }

TEST(ParallelFor, WorksInAForkedChild) {
  set_num_threads(4);
  ASSERT_EQ(sum_in_parallel(), 499500);
  EXPECT_EQ(exit_code_of_child(child_sums), 0);
  EXPECT_EQ(sum_in_parallel(), 499500);
}

TEST(ParallelFor, AForkWhileOtherThreadsRunLoopsDoesNotHangTheChild) {
  set_num_threads(3);
  std::atomic<bool> done{false};
  std::vector<std::thread> busy;
  for (int i = 0; i < 2; ++i) {
    busy.emplace_back([&] {
      while (!done) sum_in_parallel();
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(exit_code_of_child(child_sums), 0);
  done = true;
  for (std::thread& thread : busy) thread.join();
}

std::int32_t fork_and_exit_child_with_status(KernelContext&) {
  if (stop_requested.exchange(true)) return backend::kOk;
  pid_t pid = fork();
  if (pid == 0) return backend::kOk;
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0 ? backend::kOk : backend::kInterrupted;
}

TEST(ParallelFor, AForkInASignalHandlerInterruptsTheLoopInTheChild) {
  set_num_threads(2);
  set_signal_hook(fork_and_exit_child_with_status);
  stop_requested = false;
  pid_t parent = getpid();
  auto deadline = Clock::now() + std::chrono::milliseconds(100);
  auto loop = [&](KernelContext* context, std::int64_t, std::int64_t) -> std::int32_t {
    while (Clock::now() < deadline) {
      if (epoch.value.load() == context->epoch_seen) continue;
      if (std::int32_t status = poll(context)) return status;
    }
    return backend::kOk;
  };
  KernelContext context;
  ThreadState& thread = enter(context);
  thread.embedder_call = &context;
  std::int32_t status = run(loop, 0, 2, 1, &context);
  if (getpid() != parent) _exit(status == backend::kInterrupted ? 0 : 1);
  thread.embedder_call = nullptr;
  set_signal_hook(nullptr);
  EXPECT_EQ(status, backend::kOk);  // kInterrupted would mean that the child saw something else
}
#endif

}  // namespace
}  // namespace rooftop::runtime
