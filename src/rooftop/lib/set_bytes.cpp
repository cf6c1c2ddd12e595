// Eight bytes at a time become the bits of an index into a table of places.
#include "rooftop/lib/set_bytes.h"

#include <immintrin.h>

#include <array>
#include <cstring>

namespace rooftop::lib {
namespace {

constexpr std::int64_t kGroup = 8;

/// Without branches on single bytes: what is not wanted is overwritten by the next one.
std::int64_t* places_plainly(const char* bytes, std::int64_t n, std::int64_t first, std::int64_t* to,
                             const std::int64_t* end) {
  std::int64_t i = 0;
  for (; i + kGroup <= n; i += kGroup) {
    std::uint64_t group;
    std::memcpy(&group, bytes + i, sizeof group);
    if (group == 0) continue;
    if (end - to >= kGroup) {
      for (std::int64_t k = i; k < i + kGroup; ++k) {
        *to = first + k;
        to += bytes[k] != 0 ? 1 : 0;
      }
    } else {
      for (std::int64_t k = i; k < i + kGroup && to < end; ++k) {
        if (bytes[k] != 0) *to++ = first + k;
      }
    }
  }
  for (; i < n && to < end; ++i) {
    if (bytes[i] != 0) *to++ = first + i;
  }
  return to;
}

using GroupPlaces = std::array<std::uint8_t, kGroup>;

/// The places of the bits of each byte.
constexpr auto kPlacesOfBits = [] {
  std::array<GroupPlaces, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::size_t count = 0;
    for (unsigned bit = 0; bit < kGroup; ++bit) {
      if ((byte >> bit & 1) != 0) table[byte][count++] = static_cast<std::uint8_t>(bit);
    }
  }
  return table;
}();

struct Progress {
  std::int64_t* to;
  std::int64_t done;  ///< bytes that were looked at
};

/// Whole registers, while there is room to write whole groups.
[[gnu::target("avx2,popcnt")]] Progress places_avx2(const char* bytes, std::int64_t n, std::int64_t first,
                                                    std::int64_t* to, const std::int64_t* end) {
  constexpr std::int64_t kBytes = 32;
  const __m256i step = _mm256_set1_epi64x(kGroup);
  std::int64_t i = 0;
  for (; i + kBytes <= n; i += kBytes) {
    const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
    const auto zeros = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, _mm256_setzero_si256())));
    if (zeros == ~0U) continue;
    if (end - to < kBytes) break;
    __m256i origin = _mm256_set1_epi64x(first + i);
#pragma GCC unroll 4
    for (int k = 0; k < kBytes; k += kGroup) {
      const unsigned set = ~zeros >> k & 255;
      const auto* places = kPlacesOfBits[set].data();
      const __m256i low = _mm256_cvtepu8_epi64(_mm_loadu_si32(places));
      const __m256i high = _mm256_cvtepu8_epi64(_mm_loadu_si32(places + kGroup / 2));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_add_epi64(low, origin));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + kGroup / 2), _mm256_add_epi64(high, origin));
      origin = _mm256_add_epi64(origin, step);
      to += __builtin_popcount(set);
    }
  }
  return {to, i};
}

}  // namespace

std::int64_t* places_of_set(const char* bytes, std::int64_t n, std::int64_t first, std::int64_t* to,
                            const std::int64_t* end) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  const auto [next, done] = has_avx2 ? places_avx2(bytes, n, first, to, end) : Progress{to, 0};
  return places_plainly(bytes + done, n - done, first + done, next, end);
}

}  // namespace rooftop::lib
