#include "rooftop/runtime/memory.h"
#include "rooftop/runtime/thread_state.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>

namespace rooftop::runtime {
namespace {

TEST(Memory, BlocksAreAlignedAndWritable) {
  for (std::size_t bytes : {0, 1, 63, 64, 1000, 1025, 16'384, 16'385, 100'000, 3'000'000, 40'000'000}) {
    void* block = allocate(bytes);
    ASSERT_NE(block, nullptr) << bytes;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U) << bytes;
    std::memset(block, 0xab, bytes);
    release(block, bytes);
  }
}

TEST(Memory, ABlockThatIsGivenBackIsTheNextOfItsSize) {
  clear_cache();
  for (std::size_t bytes : {600, 5'000, 200'000, 5'000'000}) {
    void* first = allocate(bytes);
    release(first, bytes);
    void* second = allocate(bytes);
    EXPECT_EQ(first, second) << bytes;
    release(second, bytes);
  }
  EXPECT_GE(cached_bytes(), 5'200'000U);
  clear_cache();
  EXPECT_EQ(cached_bytes(), 0U);
}

TEST(Memory, ZeroedBlocksAreZeroAfterOthersUsedThem) {
  for (std::size_t bytes : {500, 50'000, 4'000'000}) {
    void* used = allocate(bytes);
    std::memset(used, 0xff, bytes);
    release(used, bytes);
    auto* zeroed = static_cast<unsigned char*>(allocate_zeroed(bytes));
    ASSERT_NE(zeroed, nullptr);
    for (std::size_t i = 0; i < bytes; i += 97) ASSERT_EQ(zeroed[i], 0) << bytes << " at " << i;
    release(zeroed, bytes);
  }
}

TEST(Memory, AbsurdSizesAreRefused) {
  EXPECT_EQ(allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(allocate(SIZE_MAX / 2), nullptr);
  EXPECT_EQ(allocate_zeroed(SIZE_MAX - 5), nullptr);
}

TEST(Memory, BlocksMayBeGivenBackByAnotherThread) {
  void* small = allocate(3000);
  void* large = allocate(300'000);
  std::thread([&] {
    release(small, 3000);
    release(large, 300'000);
    void* again = allocate(3000);
    EXPECT_EQ(again, small);
    release(again, 3000);
  }).join();
}

TEST(Memory, BlocksMayBeGivenBackWhileAThreadEnds) {
  static bool had_state = false;
  std::thread([] {
    // Made before the state, hence destroyed after what the thread made later, as an array in a static variable is.
    struct Late {
      void* block = nullptr;
      ~Late() {
        release(block, 3000);
        had_state = current_thread != nullptr;
      }
    };
    thread_local Late late;
    late.block = nullptr;
    late.block = allocate(3000);
  }).join();
  EXPECT_TRUE(had_state);
}

}  // namespace
}  // namespace rooftop::runtime
