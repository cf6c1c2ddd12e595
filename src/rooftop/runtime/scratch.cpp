// Size classes, the search for a kept block, and huge pages.
#include "rooftop/runtime/scratch.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace rooftop::runtime {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLargest = std::size_t{1} << 40;

void* system_allocate(std::size_t capacity) {
  std::size_t alignment = capacity >= kHugePage ? kHugePage : kLine;
  void* memory = std::aligned_alloc(alignment, (capacity + alignment - 1) / alignment * alignment);
  // Advice only: where huge pages are off the block is as good, just slower.
  if (memory != nullptr && alignment == kHugePage) madvise(memory, capacity, MADV_HUGEPAGE);
  return memory;
}

}  // namespace

ScratchCache::~ScratchCache() { clear(); }

std::size_t ScratchCache::capacity_for(std::size_t bytes) {
  if (bytes <= 4 * kLine) return (std::max<std::size_t>(bytes, 1) + kLine - 1) / kLine * kLine;
  std::size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) / step * step;
}

void* ScratchCache::allocate(std::int64_t bytes) {
  if (bytes < 0 || static_cast<std::size_t>(bytes) > kLargest) return nullptr;
  std::size_t capacity = capacity_for(static_cast<std::size_t>(bytes));
  // The newest block first: it is the likeliest to be in cache.
  for (std::size_t i = count_; i-- > 0;) {
    if (blocks_[i].capacity != capacity) continue;
    void* memory = blocks_[i].memory;
    std::move(blocks_.begin() + i + 1, blocks_.begin() + count_, blocks_.begin() + i);
    --count_;
    kept_bytes_ -= capacity;
    return memory;
  }
  void* memory = system_allocate(capacity);
  if (memory == nullptr && count_ > 0) {
    clear();
    memory = system_allocate(capacity);
  }
  return memory;
}

void ScratchCache::release(void* block, std::int64_t bytes) {
  if (block == nullptr) return;
  std::size_t capacity = capacity_for(static_cast<std::size_t>(bytes));
  if (capacity > kMaxKept) {
    std::free(block);
    return;
  }
  while (count_ == kMaxBlocks || kept_bytes_ + capacity > kMaxKept) drop_oldest();
  blocks_[count_++] = {block, capacity};
  kept_bytes_ += capacity;
}

void ScratchCache::drop_oldest() {
  std::free(blocks_[0].memory);
  kept_bytes_ -= blocks_[0].capacity;
  std::move(blocks_.begin() + 1, blocks_.begin() + count_, blocks_.begin());
  --count_;
}

void ScratchCache::clear() {
  while (count_ > 0) drop_oldest();
}

}  // namespace rooftop::runtime
