// The vector sort for x86-64-v4: registers of 64 bytes, keys compressed under masks.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

// The two widths of intrinsics.
[[gnu::always_inline]] inline unsigned not_below(__m512i keys, std::int64_t pivot) {
  return _mm512_cmp_epi64_mask(keys, _mm512_set1_epi64(pivot), _MM_CMPINT_NLT);
}
[[gnu::always_inline]] inline unsigned not_below(__m512i keys, std::int32_t pivot) {
  return _mm512_cmp_epi32_mask(keys, _mm512_set1_epi32(pivot), _MM_CMPINT_NLT);
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, std::int64_t pivot) {
  return _mm512_cmp_epi64_mask(keys, _mm512_set1_epi64(pivot), _MM_CMPINT_NLE);
}
[[gnu::always_inline]] inline unsigned above(__m512i keys, std::int32_t pivot) {
  return _mm512_cmp_epi32_mask(keys, _mm512_set1_epi32(pivot), _MM_CMPINT_NLE);
}
/// The keys of a set of lanes, side by side.
[[gnu::always_inline]] inline __m512i compressed(__m512i keys, unsigned lanes, std::int64_t) {
  return _mm512_maskz_compress_epi64(static_cast<__mmask8>(lanes), keys);
}
[[gnu::always_inline]] inline __m512i compressed(__m512i keys, unsigned lanes, std::int32_t) {
  return _mm512_maskz_compress_epi32(static_cast<__mmask16>(lanes), keys);
}
[[gnu::always_inline]] inline void store_first(std::int64_t* to, __m512i keys, unsigned lanes) {
  _mm512_mask_storeu_epi64(to, static_cast<__mmask8>(lanes), keys);
}
[[gnu::always_inline]] inline void store_first(std::int32_t* to, __m512i keys, unsigned lanes) {
  _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(lanes), keys);
}
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i blend(__m512i a, __m512i b, std::int64_t) {
  return _mm512_mask_blend_epi64(Mask, a, b);
}
template <unsigned Mask>
[[gnu::always_inline]] inline __m512i blend(__m512i a, __m512i b, std::int32_t) {
  return _mm512_mask_blend_epi32(Mask, a, b);
}

template <typename Integer, Integer Largest>
struct Lanes {
  using Key = Integer;
  typedef Key Vector __attribute__((vector_size(64)));
  static constexpr int kLanes = 64 / sizeof(Key);
  static constexpr Key kLargest = Largest;

  static Vector min(Vector a, Vector b) { return a < b ? a : b; }
  static Vector max(Vector a, Vector b) { return a > b ? a : b; }
  template <unsigned Mask>
  static Vector select(Vector a, Vector b) {
    return Vector(blend<Mask>(__m512i(a), __m512i(b), Key{}));
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static inline void split(Vector v, Key pivot, Key*& left, Key*& right) {
    const auto keys = __m512i(v);
    const unsigned goes_right = Inclusive ? above(keys, pivot) : not_below(keys, pivot);
    const int count = __builtin_popcount(goes_right);
    right -= count;
    _mm512_storeu_si512(left, compressed(keys, ~goes_right, Key{}));
    store_first(right, compressed(keys, goes_right, Key{}), (1U << count) - 1);
    left += kLanes - count;
  }
};

using Lanes32 = Lanes<std::int32_t, INT32_MAX>;
using Lanes64 = Lanes<std::int64_t, INT64_MAX>;

}  // namespace

const SortLevels kSortV4 = levels_of<Lanes32, Lanes64>();

}  // namespace rooftop::lib
