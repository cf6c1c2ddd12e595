// The vector sort for x86-64-v3: registers of 32 bytes, keys put into order by permutations from a table.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

/// For each set of lanes that go to the right: the others first, then these, in units of four bytes.
template <int Lanes>
struct Orders {
  alignas(32) std::int32_t places[1 << Lanes][8] = {};

  constexpr Orders() {
    constexpr int kUnits = 8 / Lanes;
    for (int set = 0; set < 1 << Lanes; ++set) {
      int next = 0;
      for (int goes_right = 0; goes_right < 2; ++goes_right) {
        for (int lane = 0; lane < Lanes; ++lane) {
          if ((set >> lane & 1) != goes_right) continue;
          for (int unit = 0; unit < kUnits; ++unit) places[set][next++] = lane * kUnits + unit;
        }
      }
    }
  }
};
template <int Lanes>
constexpr Orders<Lanes> kOrders{};

template <typename Vector>
[[gnu::always_inline]] inline int mask_of(Vector lanes) {
  if constexpr (sizeof(lanes[0]) == 8) {
    return _mm256_movemask_pd(__m256d(lanes));
  } else {
    return _mm256_movemask_ps(__m256(lanes));
  }
}

// The two widths of intrinsics.
[[gnu::always_inline]] inline __m256i load_lanes(const std::int64_t* from, __m256i lanes) {
  return _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), lanes);
}
[[gnu::always_inline]] inline __m256i load_lanes(const std::int32_t* from, __m256i lanes) {
  return _mm256_maskload_epi32(from, lanes);
}
[[gnu::always_inline]] inline void store_lanes(std::int64_t* to, __m256i lanes, __m256i keys) {
  _mm256_maskstore_epi64(reinterpret_cast<long long*>(to), lanes, keys);
}
[[gnu::always_inline]] inline void store_lanes(std::int32_t* to, __m256i lanes, __m256i keys) {
  _mm256_maskstore_epi32(to, lanes, keys);
}

template <typename Integer, Integer Largest>
struct Lanes {
  using Key = Integer;
  typedef Key Vector __attribute__((vector_size(32)));
  static constexpr int kLanes = 32 / sizeof(Key);
  static constexpr Key kLargest = Largest;

  static Vector min(Vector a, Vector b) { return a < b ? a : b; }
  static Vector max(Vector a, Vector b) { return a > b ? a : b; }
  template <unsigned Mask>
  static Vector select(Vector a, Vector b) {
    Vector places;
    for (int i = 0; i < kLanes; ++i) places[i] = (Mask >> i & 1) != 0 ? kLanes + i : i;
    return __builtin_shuffle(a, b, places);
  }
  static Vector first_lanes(std::int64_t n) {
    Vector numbers;
    for (int i = 0; i < kLanes; ++i) numbers[i] = i;
    return Vector(numbers < static_cast<Key>(n));
  }
  static Vector load_first(const Key* from, std::int64_t n, Key pad) {
    const Vector lanes = first_lanes(n);
    return Vector(load_lanes(from, __m256i(lanes))) | (~lanes & pad);
  }
  static void store_first(Key* to, std::int64_t n, Vector v) { store_lanes(to, __m256i(first_lanes(n)), __m256i(v)); }
  template <bool Inclusive>
  [[gnu::always_inline]] static inline void split(Vector v, Key pivot, Key*& left, Key*& right) {
    const Vector pivots = v - v + pivot;
    const int goes_right = Inclusive ? mask_of(v > pivots) : mask_of(~(v < pivots));
    const int count = __builtin_popcount(static_cast<unsigned>(goes_right));
    const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(kOrders<kLanes>.places[goes_right]));
    const Vector ordered = Vector(_mm256_permutevar8x32_epi32(__m256i(v), order));
    store<Lanes>(left, ordered);
    store<Lanes>(right - kLanes, ordered);
    left += kLanes - count;
    right -= count;
  }
};

using Lanes32 = Lanes<std::int32_t, INT32_MAX>;
using Lanes64 = Lanes<std::int64_t, INT64_MAX>;

}  // namespace

const SortLevels kSortV3 = levels_of<Lanes32, Lanes64>();

}  // namespace rooftop::lib
