// Loops that read and write memory as fast as one thread can.
#pragma once

#include <cstddef>

namespace rooftop::profile {

/// The sum of `count` numbers, a multiple of 16, from 64-byte aligned memory: use it, or the reads may be left out.
double read_memory(const double* numbers, std::size_t count);

/// to[i] = left[i] + factor * right[i], `count` a multiple of 16, 64-byte aligned; stores go past the caches where the
/// CPU has such stores.
void stream_memory(double* to, const double* left, const double* right, double factor, std::size_t count);

/// As read_memory, but with the widest loads of this CPU, for numbers that are in a cache. `count` is a multiple of
/// kCacheBlock.
double read_cache(const double* numbers, std::size_t count);
inline constexpr std::size_t kCacheBlock = 64;

}  // namespace rooftop::profile
