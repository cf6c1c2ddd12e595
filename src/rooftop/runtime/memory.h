// Memory of arrays: blocks that were given back are kept for the next array of their size, because fresh pages cost more
// than most operations on them. What is kept is bounded by ROOFTOP_CACHE_BYTES and given up when memory runs short.
#pragma once

#include <cstddef>

namespace rooftop::runtime {

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
