// Kernel entry, the epoch, polling, stack bounds and scratch memory.
#include "rooftop/runtime/context.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "rooftop/runtime/poll.h"
#include "rooftop/runtime/symbols.h"

namespace rooftop::runtime {
namespace {

using backend::KernelContext;
using Clock = std::chrono::steady_clock;

double milliseconds_until_tick(KernelContext& context) {
  auto start = Clock::now();
  while (epoch.value.load() == context.epoch_seen) std::this_thread::sleep_for(std::chrono::microseconds(100));
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

TEST(Epoch, AdvancesWhileKernelsRun) {
  KernelContext context;
  enter(context);
  for (int i = 0; i < 5; ++i) {
    EXPECT_LT(milliseconds_until_tick(context), 200.0);
    EXPECT_EQ(poll(&context), backend::kOk);
    EXPECT_LE(epoch.value.load() - context.epoch_seen, 1u);
  }
}

TEST(Context, HoldsTheLimitOfThreadsForTheWholeCall) {
  const int before = num_threads();
  KernelContext context;
  set_num_threads(5);
  enter(context);
  set_num_threads(before);
  EXPECT_EQ(context.threads, 5);
  enter(context);
  EXPECT_EQ(context.threads, before);
}

TEST(Epoch, StopsWhenIdleAndStartsAgain) {
  KernelContext context;
  enter(context);
  auto deadline = Clock::now() + std::chrono::seconds(10);
  while (ticker_state.load() != static_cast<std::int32_t>(TickerState::Asleep) && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ASSERT_EQ(ticker_state.load(), static_cast<std::int32_t>(TickerState::Asleep));
  std::uint64_t before = epoch.value.load();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(epoch.value.load(), before);
  enter(context);
  EXPECT_LT(milliseconds_until_tick(context), 200.0);
}

std::int32_t refuse(KernelContext&) { return backend::kInterrupted; }

TEST(Poll, AsksTheHookOnlyDuringAnEmbeddersCall) {
  KernelContext context;
  ThreadState& thread = enter(context);
  set_signal_hook(refuse);
  EXPECT_EQ(poll(&context), backend::kOk);
  thread.embedder_call = &context;
  EXPECT_EQ(poll(&context), backend::kInterrupted);
  thread.embedder_call = nullptr;
  set_signal_hook(nullptr);
}

TEST(Enter, ClearsTheError) {
  backend::Site site{};
  KernelContext context;
  context.error = &site;
  context.frame_count = 7;
  enter(context);
  EXPECT_EQ(context.error, nullptr);
  EXPECT_EQ(context.frame_count, 0);
}

TEST(PushFrame, CountsBeyondWhatItKeeps) {
  KernelContext context;
  enter(context);
  std::vector<backend::Site> sites(backend::kMaxFrames + 10);
  for (backend::Site& site : sites) runtime_symbols().push_frame(&context, &site);
  EXPECT_EQ(context.frame_count, backend::kMaxFrames + 10);
  EXPECT_EQ(context.frames[backend::kMaxFrames - 1], &sites[backend::kMaxFrames - 1]);
}

// The thread sanitizer's own thread-local storage fills most of a small stack.
#if !defined(__SANITIZE_THREAD__)
void* check_stack_limit(void* stack_size) {
  std::size_t size = *static_cast<std::size_t*>(stack_size);
  char* here = static_cast<char*>(__builtin_frame_address(0));
  char* limit = find_stack_limit();
  EXPECT_LT(limit, here);
  EXPECT_GT(static_cast<std::size_t>(here - limit), size / 2);
  EXPECT_LT(static_cast<std::size_t>(here - limit), size);
  return nullptr;
}

TEST(StackLimit, LiesInsideTheThreadsOwnStack) {
  for (std::size_t size : {std::size_t{128} << 10, std::size_t{1} << 20, std::size_t{16} << 20}) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size);
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, &attributes, check_stack_limit, &size), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
  }
}
#endif

// Uses stack until the limit is reached, as recursive generated code does.
[[gnu::noinline]] int recurse(const char* limit, int depth) {
  volatile char frame[512];
  std::memset(const_cast<char*>(frame), depth, sizeof frame);
  if (static_cast<char*>(__builtin_frame_address(0)) < limit) return depth;
  return recurse(limit, depth + 1) + frame[7] - frame[8];
}

TEST(StackLimit, CanBeReachedOnTheMainThread) { EXPECT_GT(recurse(find_stack_limit(), 0), 1000); }

TEST(Scratch, BlocksAreAlignedWritableAndReused) {
  ScratchCache cache;
  for (std::int64_t bytes : {0L, 1L, 64L, 65L, 1000L, 300000L, 5L << 20}) {
    void* block = cache.allocate(bytes);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0u);
    std::memset(block, 1, static_cast<std::size_t>(bytes));
    cache.release(block, bytes);
    EXPECT_EQ(cache.allocate(bytes), block);
    cache.release(block, bytes);
  }
}

TEST(Scratch, CapacityCoversTheRequestAndWastesLittle) {
  for (std::size_t bytes = 1; bytes < 100000; bytes += 37) {
    std::size_t capacity = ScratchCache::capacity_for(bytes);
    EXPECT_GE(capacity, bytes);
    EXPECT_LE(capacity, bytes + std::max<std::size_t>(64, bytes / 4));
    EXPECT_EQ(capacity % 64, 0u);
    EXPECT_EQ(ScratchCache::capacity_for(capacity), capacity);
  }
}

TEST(Scratch, KeepsABoundedAmount) {
  ScratchCache cache;
  constexpr std::int64_t kBytes = 16 << 20;
  void* blocks[12];
  for (void*& block : blocks) block = cache.allocate(kBytes);
  for (void* block : blocks) cache.release(block, kBytes);
  EXPECT_LE(cache.kept_bytes(), std::size_t{64} << 20);
  EXPECT_GT(cache.kept_bytes(), 0u);
}

TEST(Scratch, ImpossibleRequestsGiveNull) {
  ScratchCache cache;
  EXPECT_EQ(cache.allocate(-1), nullptr);
  EXPECT_EQ(cache.allocate((std::int64_t{1} << 40) + 1), nullptr);
  EXPECT_EQ(cache.allocate(std::numeric_limits<std::int64_t>::max()), nullptr);
}

TEST(Symbols, AllocateForTheCallingThread) {
  KernelContext context;
  enter(context);
  void* block = runtime_symbols().alloc(&context, 4096);
  ASSERT_NE(block, nullptr);
  runtime_symbols().free(&context, block, 4096);
  EXPECT_EQ(this_thread().scratch.kept_bytes(), 4096u);
}

}  // namespace
}  // namespace rooftop::runtime
