// Memory of arrays: blocks that were given back are kept for the next array of their size, because fresh pages cost
// more than most operations on them. What is kept is bounded by ROOFTOP_CACHE_BYTES and given up when memory runs
// short.
#pragma once

#include <cstddef>

namespace rooftop::runtime {

/// Blocks of a few KiB that a thread has given back, by size: the next array of that size takes one without asking
/// anybody.
class SmallBlocks {
 public:
  SmallBlocks() = default;
  SmallBlocks(const SmallBlocks&) = delete;
  SmallBlocks& operator=(const SmallBlocks&) = delete;
  ~SmallBlocks();

  static constexpr std::size_t kLargest = std::size_t{16} << 10;

  static constexpr std::size_t kLine = 64;
  static constexpr std::size_t kMostLines = 16;

  /// At least `bytes` bytes, aligned to a cache line; null when out of memory. @pre bytes <= kLargest
  void* allocate(std::size_t bytes);
  /// @pre `block` is of `allocate(bytes)`, of any thread
  void release(void* block, std::size_t bytes);

  /// The same for whole cache lines; inline, on the way of every small array. @pre 1 <= lines <= kMostLines
  void* allocate_lines(std::size_t lines) {
    Stack& stack = stacks_[lines - 1];
    return stack.count > 0 ? stack.blocks[--stack.count] : allocate(lines * kLine);
  }
  void release_lines(void* block, std::size_t lines) {
    Stack& stack = stacks_[lines - 1];
    if (stack.count == kKept) return release(block, lines * kLine);
    stack.blocks[stack.count++] = block;
  }

 private:
  static constexpr int kKept = 8;  ///< of each size
  struct Stack {
    void* blocks[kKept];
    int count = 0;
  };
  /// Lines up to 1 KiB, then steps of a quarter of a power of two.
  static constexpr int kClasses = 16 + 16;
  static int class_of(std::size_t capacity);

  Stack stacks_[kClasses];
};

/// At least `bytes` bytes, aligned to a cache line, with huge pages where that pays; null when out of memory.
void* allocate(std::size_t bytes);

/// The same, all zero: pages that the system has just cleared are not cleared again.
void* allocate_zeroed(std::size_t bytes);

/// Gives a block of `allocate(bytes)` back. Null is fine.
void release(void* block, std::size_t bytes);

/// Bytes of blocks that nobody uses now.
std::size_t cached_bytes();

/// Returns every unused block to the system.
void clear_cache();

}  // namespace rooftop::runtime
