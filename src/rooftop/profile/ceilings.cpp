// Chooses sizes and rounds for the loops of fma_loops.h and memory_loops.h, and keeps the best figures.
#include "rooftop/profile/ceilings.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/profile/fma_loops.h"
#include "rooftop/profile/lockstep.h"
#include "rooftop/profile/memory_loops.h"

namespace rooftop::profile {
namespace {

// Long beside the skew of the threads' starts, short beside a scheduler's turn: on a busy machine some rounds of many
// still have every core to themselves.
constexpr double kRoundSeconds = 0.002;
constexpr int kFmaRounds = 120;
constexpr int kTrialRounds = 8;
constexpr int kMemoryRounds = 8;
constexpr int kCacheRounds = 40;
constexpr std::size_t kCacheRoundNumbers = std::size_t{1} << 21;  ///< 16 MiB: a fraction of a millisecond

void check_threads(int threads) {
  if (threads >= 1 && threads <= kMaxThreads) return;
  throw UserError("the number of threads is 1 to " + std::to_string(kMaxThreads) + ", not " + std::to_string(threads));
}

void nothing(int) {}

// A result that nobody needs, but that the compiler must compute.
void use(double result) { [[maybe_unused]] const volatile double kept = result; }

std::int64_t calibrate(const FmaLoop& loop) {
  std::int64_t iterations = 1 << 12;
  for (;;) {
    const double seconds = best_round(1, 1, nothing, [&](int) { use(loop.run(iterations)); });
    if (seconds > kRoundSeconds / 4) {
      return std::max<std::int64_t>(
          1, static_cast<std::int64_t>(static_cast<double>(iterations) * kRoundSeconds / seconds));
    }
    iterations *= 2;
  }
}

struct Free {
  void operator()(double* memory) const { std::free(memory); }
};
using Numbers = std::unique_ptr<double[], Free>;

constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Huge pages: address translation must not be what is measured.
Numbers allocate(std::size_t count) {
  const std::size_t bytes = (count * sizeof(double) + kHugePage - 1) / kHugePage * kHugePage;
  Numbers memory(static_cast<double*>(std::aligned_alloc(kHugePage, bytes)));
  if (!memory) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  madvise(memory.get(), bytes, MADV_HUGEPAGE);
#endif
  std::fill_n(memory.get(), count, 1.0);
  return memory;
}

// Numbers in each of a thread's three arrays: together all threads use four times the last cache, 96 to 512 MiB,
// and a quarter of the machine's memory at most.
std::size_t numbers_for(int threads) {
  const auto positive = [](long value) { return static_cast<std::size_t>(std::max(value, 0L)); };
  std::size_t bytes = std::size_t{96} << 20;
#if defined(_SC_LEVEL3_CACHE_SIZE)
  // What is reported may be the sum of several, of which a core reaches one; faulting in gigabytes takes seconds.
  bytes = std::max(bytes, std::min(4 * positive(sysconf(_SC_LEVEL3_CACHE_SIZE)), std::size_t{512} << 20));
#endif
  const std::size_t memory = positive(sysconf(_SC_PHYS_PAGES)) * positive(sysconf(_SC_PAGESIZE));
  if (memory != 0) bytes = std::min(bytes, memory / 4);
  const std::size_t numbers = bytes / sizeof(double) / 3 / static_cast<std::size_t>(threads);
  return std::max<std::size_t>(numbers / 16 * 16, 1024);
}

struct Arrays {
  Numbers to, left, right;
};

}  // namespace

FmaCeiling measure_fma(Precision precision, int threads) {
  check_threads(threads);
  FmaCeiling best;
  const auto loops = fma_loops(precision);
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {  // the widest, likely the fastest, first
    const std::int64_t iterations = calibrate(*loop);
    const auto rate_of = [&](int rounds) {
      const double seconds = best_round(threads, rounds, nothing, [&](int) { use(loop->run(iterations)); });
      return loop->flops_per_iteration * static_cast<double>(iterations) * threads / seconds;
    };
    // A width far below the best one needs no more rounds to lose.
    if (rate_of(kTrialRounds) < 0.7 * best.flops_per_second) continue;
    const double rate = rate_of(kFmaRounds);
    if (rate > best.flops_per_second) best = {rate, loop->instructions};
  }
  return best;
}

BandwidthCeiling measure_bandwidth(int threads) {
  check_threads(threads);
  const std::size_t count = numbers_for(threads);
  std::vector<Arrays> arrays(static_cast<std::size_t>(threads));
  // Each thread touches its own memory first, so that on machines with several memories it is near.
  const auto prepare = [&](int thread) {
    Arrays& own = arrays[static_cast<std::size_t>(thread)];
    if (!own.to) own = {allocate(count), allocate(count), allocate(count)};
  };
  const auto read = [&](int thread) {
    const Arrays& own = arrays[static_cast<std::size_t>(thread)];
    use(read_memory(own.left.get(), count) + read_memory(own.right.get(), count));
  };
  const auto stream = [&](int thread) {
    const Arrays& own = arrays[static_cast<std::size_t>(thread)];
    stream_memory(own.to.get(), own.left.get(), own.right.get(), 0.5, count);
  };
  try {
    const double bytes = static_cast<double>(count) * sizeof(double) * threads;
    const double read_seconds = best_round(threads, kMemoryRounds, prepare, read);
    const double stream_seconds = best_round(threads, kMemoryRounds, prepare, stream);
    return {2 * bytes / read_seconds, 3 * bytes / stream_seconds};
  } catch (const std::bad_alloc&) {
    throw UserError("not enough memory to measure its bandwidth");
  }
}

double measure_cache(std::size_t bytes, int threads) {
  check_threads(threads);
  const std::size_t share = bytes / sizeof(double) / static_cast<std::size_t>(threads);
  const std::size_t count = std::max<std::size_t>(share / kCacheBlock, 1) * kCacheBlock;
  // Small arrays are read many times a round: a clock is slow beside one of them.
  const std::size_t times = std::max<std::size_t>(1, kCacheRoundNumbers / count);
  std::vector<Numbers> arrays(static_cast<std::size_t>(threads));
  const auto prepare = [&](int thread) {
    Numbers& own = arrays[static_cast<std::size_t>(thread)];
    own = allocate(count);
    use(read_cache(own.get(), count));
  };
  const auto read = [&](int thread) {
    double sum = 0;
    for (std::size_t i = 0; i < times; ++i) sum += read_cache(arrays[static_cast<std::size_t>(thread)].get(), count);
    use(sum);
  };
  try {
    const double seconds = best_round(threads, kCacheRounds, prepare, read);
    return static_cast<double>(count * times * sizeof(double)) * threads / seconds;
  } catch (const std::bad_alloc&) {
    throw UserError("not enough memory to measure its bandwidth");
  }
}

}  // namespace rooftop::profile
