// The measured ceilings: of the right size beside a plain loop, consistent with each other, and polite about bad input.
#include "rooftop/profile/ceilings.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/profile/fma_loops.h"
#include "rooftop/profile/lockstep.h"
#include "rooftop/profile/memory_loops.h"

namespace rooftop::profile {
namespace {

// How many dependent chains the ceiling is worth at least; the sanitizers' code keeps no chain in a register.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kChains = 1.5;
#else
constexpr double kChains = 4;
#endif

// Multiply-adds a second of one dependent chain: what no loop of independent chains may fall below.
double chain_flops() {
  const volatile double factor = 0.999;
  const double a = factor;
  double value = 1;
  constexpr int kSteps = 2'000'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kSteps; ++i) value = value * a + 0.001;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_GT(value, 0);
  return 2.0 * kSteps / seconds.count();
}

TEST(Ceilings, FmaIsSeveralTimesOneDependentChain) {
  const FmaCeiling ceiling = measure_fma(Precision::Float64, 1);
  EXPECT_GT(ceiling.flops_per_second, kChains * chain_flops());
  EXPECT_LT(ceiling.flops_per_second, 1e12);
  EXPECT_FALSE(ceiling.instructions.empty());
}

TEST(Ceilings, Float32HasTwiceTheLanesOfFloat64) {
  const double doubles = measure_fma(Precision::Float64, 1).flops_per_second;
  const double floats = measure_fma(Precision::Float32, 1).flops_per_second;
  EXPECT_GT(floats, 1.3 * doubles);
  EXPECT_LT(floats, 3 * doubles);
}

TEST(Ceilings, NoSingleWidthBeatsTheCeiling) {
  const double ceiling = measure_fma(Precision::Float64, 1).flops_per_second;
  for (const FmaLoop& loop : fma_loops(Precision::Float64)) {
    constexpr std::int64_t kIterations = 1'000'000;
    double result = 0;
    const double seconds = best_round(
        1, 3, [](int) {}, [&](int) { result = loop.run(kIterations); });
    EXPECT_LT(loop.flops_per_iteration * kIterations / seconds, 1.25 * ceiling) << loop.instructions;
    EXPECT_GT(result, 0) << loop.instructions;
  }
}

TEST(Ceilings, EveryLoopComputesTheSameChains) {
  for (const Precision precision : {Precision::Float64, Precision::Float32}) {
    const auto loops = fma_loops(precision);
    ASSERT_FALSE(loops.empty());
    // Chains 0 … 11 start at their own number and tend to 1.
    for (const FmaLoop& loop : loops) {
      EXPECT_EQ(loop.run(0), 66) << loop.instructions;
      EXPECT_NEAR(loop.run(1), 66 * 0.999 + 12 * 0.001, 1e-4) << loop.instructions;
      EXPECT_NEAR(loop.run(100'000), 12, 1e-3) << loop.instructions;
    }
  }
}

TEST(Ceilings, BandwidthIsPlausible) {
  const BandwidthCeiling ceiling = measure_bandwidth(1);
  EXPECT_GT(ceiling.read_bytes_per_second, 5e8);
  EXPECT_LT(ceiling.read_bytes_per_second, 1e12);
  EXPECT_GT(ceiling.stream_bytes_per_second, 5e8);
  EXPECT_LT(ceiling.stream_bytes_per_second, 1e12);
}

TEST(Ceilings, ThreadCountsOutOfRangeAreNamed) {
  for (const int threads : {0, -1, kMaxThreads + 1}) {
    try {
      measure_fma(Precision::Float64, threads);
      FAIL() << threads;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(std::to_string(threads)), std::string::npos) << error.what();
    }
    EXPECT_THROW(measure_bandwidth(threads), UserError);
  }
}

TEST(MemoryLoops, ReadSumsAndStreamStores) {
  constexpr std::size_t kCount = 160;
  struct alignas(64) Block {
    double values[kCount];
  };
  Block left, right, to = {};
  std::iota(left.values, left.values + kCount, 1.0);
  std::iota(right.values, right.values + kCount, -3.0);
  EXPECT_EQ(read_memory(left.values, kCount), kCount * (kCount + 1) / 2.0);
  stream_memory(to.values, left.values, right.values, 2.0, kCount);
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_EQ(to.values[i], left.values[i] + 2 * right.values[i]) << i;
}

TEST(Lockstep, EachThreadWorksOncePerRoundAndAllOverlap) {
  constexpr int kThreads = 3, kRounds = 4;
  std::vector<int> prepared(kThreads), worked(kThreads);
  const double seconds = best_round(
      kThreads, kRounds, [&](int thread) { ++prepared[thread]; },
      [&](int thread) {
        ++worked[thread];
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      });
  EXPECT_EQ(prepared, std::vector<int>(kThreads, 1));
  EXPECT_EQ(worked, std::vector<int>(kThreads, kRounds));
  EXPECT_GE(seconds, 0.02);
  EXPECT_LT(seconds, 0.058);  // three one after the other would take 60 ms
}

TEST(Lockstep, AFailedPreparationReachesTheCallerAndBlocksNobody) {
  EXPECT_THROW(best_round(
                   3, 2,
                   [](int thread) {
                     if (thread == 1) throw std::runtime_error("no");
                   },
                   [](int) {}),
               std::runtime_error);
}

}  // namespace
}  // namespace rooftop::profile
