// Scratch memory for generated code (packed panels): 64-byte aligned blocks, a few of which each thread keeps,
// because fresh pages cost more than most kernels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rooftop::runtime {

class ScratchCache {
 public:
  ScratchCache() = default;
  ScratchCache(const ScratchCache&) = delete;
  ScratchCache& operator=(const ScratchCache&) = delete;
  ~ScratchCache();

  /// At least `bytes` bytes, aligned to a cache line and to a huge page where that pays. Null when out of memory.
  void* allocate(std::int64_t bytes);
  /// Takes back a block of `allocate(bytes)`, also from another thread's cache. Null is fine.
  void release(void* block, std::int64_t bytes);
  /// Gives everything back to the system.
  void clear();
  std::size_t kept_bytes() const { return kept_bytes_; }

  /// What a request really occupies: sizes come in steps of a quarter of a power of two, so that blocks can be reused.
  static std::size_t capacity_for(std::size_t bytes);

 private:
  struct Block {
    void* memory = nullptr;
    std::size_t capacity = 0;
  };
  static constexpr std::size_t kMaxBlocks = 8;
  static constexpr std::size_t kMaxKept = std::size_t{64} << 20;

  void drop_oldest();

  std::array<Block, kMaxBlocks> blocks_;  ///< oldest first
  std::size_t count_ = 0;
  std::size_t kept_bytes_ = 0;
};

}  // namespace rooftop::runtime
