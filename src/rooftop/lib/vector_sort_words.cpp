// The vector sort of keys of two bytes: registers of 64 bytes, keys compressed by AVX512_VBMI2.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

struct Words {
  using Key = std::int16_t;
  typedef Key Vector __attribute__((vector_size(64)));
  static constexpr int kLanes = 64 / sizeof(Key);
  static constexpr Key kLargest = INT16_MAX;

  static Vector min(Vector a, Vector b) { return Vector(_mm512_min_epi16(__m512i(a), __m512i(b))); }
  static Vector max(Vector a, Vector b) { return Vector(_mm512_max_epi16(__m512i(a), __m512i(b))); }
  template <unsigned Mask>
  static Vector select(Vector a, Vector b) {
    return Vector(_mm512_mask_blend_epi16(Mask, __m512i(a), __m512i(b)));
  }
  static __mmask32 first_lanes(std::int64_t n) { return static_cast<__mmask32>((std::uint64_t{1} << n) - 1); }
  static Vector load_first(const Key* from, std::int64_t n, Key pad) {
    return Vector(_mm512_mask_loadu_epi16(_mm512_set1_epi16(pad), first_lanes(n), from));
  }
  static void store_first(Key* to, std::int64_t n, Vector v) {
    _mm512_mask_storeu_epi16(to, first_lanes(n), __m512i(v));
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static inline void split(Vector v, Key pivot, Key*& left, Key*& right) {
    const auto keys = __m512i(v);
    const __m512i pivots = _mm512_set1_epi16(pivot);
    const __mmask32 goes_right =
        Inclusive ? _mm512_cmpgt_epi16_mask(keys, pivots) : _mm512_cmpge_epi16_mask(keys, pivots);
    const int count = __builtin_popcount(goes_right);
    right -= count;
    _mm512_storeu_si512(left, _mm512_maskz_compress_epi16(~goes_right, keys));
    _mm512_mask_storeu_epi16(right, first_lanes(count), _mm512_maskz_compress_epi16(goes_right, keys));
    left += kLanes - count;
  }
};

}  // namespace

const SortLevel<std::int16_t> kSortWords = level_of<Words>();

}  // namespace rooftop::lib
