// Size classes, one stack of kept blocks for each, and the bound on all of them.
#include "rooftop/runtime/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/base/log.h"
#include "rooftop/runtime/thread_state.h"

namespace rooftop::runtime {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
/// Kept blocks up to this size are cleared, which is faster than exchanging pages while the processor has them in its
/// caches.
constexpr std::size_t kClearedAtOnce = std::size_t{16} << 20;
constexpr std::size_t kLargest = std::size_t{1} << 46;
constexpr std::size_t kDefaultLimit = std::size_t{2} << 30;
/// Below, the C library's allocator is as good; above, every size has four classes to the power of two.
constexpr std::size_t kSmallest = SmallBlocks::kLargest;
constexpr int kClasses = 4 * 33;
/// Sizes up to here come in cache lines.
constexpr std::size_t kFinest = 1024;

// Steps of a quarter of a power of two: at most a fifth is wasted, and pages that are never touched cost nothing.
std::size_t capacity_for(std::size_t bytes) {
  if (bytes <= kFinest) return (std::max<std::size_t>(bytes, 1) + kLine - 1) / kLine * kLine;
  const std::size_t quarter = std::bit_floor(bytes - 1) / 4;
  const std::size_t step = bytes <= kSmallest ? quarter : std::max(quarter, kPage);
  return (bytes + step - 1) / step * step;
}

int class_of(std::size_t capacity) {
  const int power = std::bit_width(capacity - 1);  // capacity in (2^(power-1), 2^power]
  const std::size_t quarter = std::size_t{1} << (power - 3);
  return 4 * (power - std::bit_width(kSmallest)) + static_cast<int>((capacity - 1) / quarter) % 4;
}

std::size_t read_limit() {
  const char* text = std::getenv("ROOFTOP_CACHE_BYTES");
  const auto pages = static_cast<std::size_t>(std::max(sysconf(_SC_PHYS_PAGES), 1L));
  const std::size_t fallback = std::min(kDefaultLimit, pages * kPage / 8);
  if (text == nullptr || *text == '\0') return fallback;
  const std::string_view view(text);
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), bytes);
  if (error == std::errc() && end == view.data() + view.size()) return bytes;
  warn("ROOFTOP_CACHE_BYTES must be a whole number of bytes, not '" + std::string(view) + "'; it is ignored");
  return fallback;
}

// Blocks of huge pages are mapped: the system clears their pages when they are touched first.
void* map(std::size_t capacity) {
  const std::size_t room = capacity + kHugePage;
  void* const mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(mapped);
  const std::size_t skipped = (kHugePage - reinterpret_cast<std::uintptr_t>(begin) % kHugePage) % kHugePage;
  if (skipped > 0) munmap(begin, skipped);
  munmap(begin + skipped + capacity, room - skipped - capacity);
  // Advice only: where huge pages are off the block is as good, just slower.
  madvise(begin + skipped, capacity, MADV_HUGEPAGE);
  return begin + skipped;
}

void* from_system(std::size_t capacity) {
  return capacity >= kHugePage ? map(capacity) : std::aligned_alloc(kLine, capacity);
}

void to_system(void* memory, std::size_t capacity) {
  if (capacity >= kHugePage) {
    munmap(memory, capacity);
  } else {
    std::free(memory);
  }
}

class Cache {
 public:
  void* take(std::size_t capacity) {
    std::lock_guard lock(mutex_);
    std::vector<Block>& stack = stacks_[static_cast<std::size_t>(class_of(capacity))];
    if (stack.empty()) return nullptr;
    void* memory = stack.back().memory;
    stack.pop_back();
    kept_ -= capacity;
    return memory;
  }

  void keep(void* memory, std::size_t capacity) {
    if (!try_keep(memory, capacity)) to_system(memory, capacity);
  }

  void clear() {
    std::lock_guard lock(mutex_);
    while (drop_oldest()) {
    }
  }

  std::size_t kept() {
    std::lock_guard lock(mutex_);
    return kept_;
  }

 private:
  struct Block {
    void* memory;
    std::size_t capacity;
    std::uint64_t given_back;
  };

  bool try_keep(void* memory, std::size_t capacity) {
    const std::size_t limit = this->limit();
    if (capacity > limit / 2) return false;
    std::lock_guard lock(mutex_);
    while (kept_ + capacity > limit && drop_oldest()) {
    }
    try {
      stacks_[static_cast<std::size_t>(class_of(capacity))].push_back({memory, capacity, ++clock_});
    } catch (const std::bad_alloc&) {
      return false;
    }
    kept_ += capacity;
    return true;
  }

  static std::size_t limit() {
    static const std::size_t bytes = read_limit();
    return bytes;
  }

  // The bottom of a stack is its oldest block.
  bool drop_oldest() {
    std::vector<Block>* oldest = nullptr;
    for (std::vector<Block>& stack : stacks_) {
      if (stack.empty()) continue;
      if (oldest == nullptr || stack.front().given_back < oldest->front().given_back) oldest = &stack;
    }
    if (oldest == nullptr) return false;
    kept_ -= oldest->front().capacity;
    to_system(oldest->front().memory, oldest->front().capacity);
    oldest->erase(oldest->begin());
    return true;
  }

  std::mutex mutex_;
  std::array<std::vector<Block>, kClasses> stacks_;
  std::size_t kept_ = 0;
  std::uint64_t clock_ = 0;
};

// Never destroyed: arrays may outlive the library's other statics. Made without an allocation that could fail.
Cache& cache() {
  alignas(Cache) static char storage[sizeof(Cache)];
  static Cache* const the_one = new (storage) Cache;
  return *the_one;
}

// This thread's; null where there is no memory for them.
SmallBlocks* small_blocks() {
  if (current_thread != nullptr) [[likely]]
    return &current_thread->small_blocks;
  try {
    return &create_thread_state().small_blocks;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

SmallBlocks::~SmallBlocks() {
  for (Stack& stack : stacks_) {
    while (stack.count > 0) std::free(stack.blocks[--stack.count]);
  }
}

int SmallBlocks::class_of(std::size_t capacity) {
  if (capacity <= kFinest) return static_cast<int>(capacity / kLine) - 1;
  const int power = std::bit_width(capacity - 1);
  const std::size_t quarter = std::size_t{1} << (power - 3);
  return 16 + 4 * (power - std::bit_width(kFinest)) + static_cast<int>((capacity - 1) / quarter) % 4;
}

void* SmallBlocks::allocate(std::size_t bytes) {
  const std::size_t capacity = capacity_for(bytes);
  Stack& stack = stacks_[class_of(capacity)];
  return stack.count > 0 ? stack.blocks[--stack.count] : std::aligned_alloc(kLine, capacity);
}

void SmallBlocks::release(void* block, std::size_t bytes) {
  Stack& stack = stacks_[class_of(capacity_for(bytes))];
  if (stack.count < kKept) {
    stack.blocks[stack.count++] = block;
  } else {
    std::free(block);
  }
}

void* allocate(std::size_t bytes) {
  if (bytes > kLargest) return nullptr;
  const std::size_t capacity = capacity_for(bytes);
  if (capacity <= kSmallest) {
    SmallBlocks* const blocks = small_blocks();
    return blocks == nullptr ? nullptr : blocks->allocate(bytes);
  }
  if (void* kept = cache().take(capacity)) return kept;
  void* memory = from_system(capacity);
  if (memory != nullptr) return memory;
  clear_cache();
  return from_system(capacity);
}

void* allocate_zeroed(std::size_t bytes) {
  // Fresh pages are zero, and those that are never touched cost nothing.
  if (bytes <= kLargest && capacity_for(bytes) >= kHugePage) {
    const std::size_t capacity = capacity_for(bytes);
    if (void* kept = cache().take(capacity)) {
      if (capacity > kClearedAtOnce && madvise(kept, capacity, MADV_DONTNEED) == 0) return kept;
      return std::memset(kept, 0, bytes);
    }
    void* memory = map(capacity);
    if (memory != nullptr) return memory;
  }
  void* memory = allocate(bytes);
  if (memory != nullptr) std::memset(memory, 0, bytes);
  return memory;
}

void release(void* block, std::size_t bytes) {
  if (block == nullptr) return;
  const std::size_t capacity = capacity_for(bytes);
  if (capacity <= kSmallest) {
    SmallBlocks* const blocks = small_blocks();
    blocks == nullptr ? std::free(block) : blocks->release(block, bytes);
  } else {
    cache().keep(block, capacity);
  }
}

std::size_t cached_bytes() { return cache().kept(); }

void clear_cache() { cache().clear(); }

}  // namespace rooftop::runtime
