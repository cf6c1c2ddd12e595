// Where bytes are not zero: what finding nonzero elements, subscripts by masks, compress and place are made of.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rooftop::lib {

/// Writes first + i for each of the bytes i in [0, n) that is not zero, ascending, until `end`. Returns where the next
/// would go; what lies between there and `end` may be overwritten.
std::int64_t* places_of_set(const char* bytes, std::int64_t n, std::int64_t first, std::int64_t* to,
                            const std::int64_t* end);

/// Elements that are looked at together where their bytes or places need memory: it stays in L1.
inline constexpr std::int64_t kSetBlock = 1024;

/// Calls `move(places, count, begin)` for each block of a row of n bytes, `stride` apart, in which some are set: those
/// at begin + places[0 … count).
template <typename Move>
void for_each_set(const char* bytes, std::int64_t stride, std::int64_t n, Move move) {
  std::int64_t places[kSetBlock];
  char packed[kSetBlock];
  for (std::int64_t begin = 0; begin < n; begin += kSetBlock) {
    const std::int64_t length = std::min(kSetBlock, n - begin);
    const char* block = bytes + begin * stride;
    if (stride != 1) {
      for (std::int64_t i = 0; i < length; ++i) packed[i] = block[i * stride];
      block = packed;
    }
    const std::int64_t count = places_of_set(block, length, 0, places, places + length) - places;
    if (count > 0) move(static_cast<const std::int64_t*>(places), count, begin);
  }
}

}  // namespace rooftop::lib
