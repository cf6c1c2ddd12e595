// What is remembered of parallel loops: their pace, how closely they follow each other, what waking takes.
#include "rooftop/runtime/loop_history.h"

#include <gtest/gtest.h>

namespace rooftop::runtime {
namespace {

using backend::KernelContext;

std::int32_t one_loop(KernelContext*, void*, std::int64_t, std::int64_t) { return backend::kOk; }
std::int32_t other_loop(KernelContext*, void*, std::int64_t, std::int64_t) { return backend::kOk + 0; }

TEST(LoopHistory, KnowsTheLastPaceOfALoop) {
  LoopHistory history;
  EXPECT_EQ(history.ticks_per_round(one_loop), LoopHistory::kUnknown);
  history.record(one_loop, 7);
  history.record(one_loop, 9);
  EXPECT_EQ(history.ticks_per_round(one_loop), 9U);
  EXPECT_NE(history.ticks_per_round(other_loop), 9U);
}

TEST(LoopHistory, LoopsWithoutHelpAddUpWhileTheyFollowEachOther) {
  LoopHistory history;
  history.record_run(1000, 1100, false);
  history.record_run(1150, 1250, false);
  EXPECT_EQ(history.unaided(), 200U);
  history.record_run(1300, 1400, true);
  EXPECT_EQ(history.unaided(), 0U);
  history.record_run(1450, 1500, false);
  history.record_run(9000, 9010, false);
  EXPECT_EQ(history.unaided(), 10U);
}

TEST(LoopHistory, OneSlowWakeIsNotBelievedAtOnce) {
  LoopHistory history;
  for (int i = 0; i < 40; ++i) history.record_wake(1000);
  EXPECT_GT(history.wake_ticks(), 900U);
  history.record_wake(9000);
  EXPECT_LT(history.wake_ticks(), 4000U);
}

}  // namespace
}  // namespace rooftop::runtime
