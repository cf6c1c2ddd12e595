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
[[gnu::always_inline]] inline __m512i load_lanes(const std::int64_t* from, unsigned lanes, std::int64_t pad) {
  return _mm512_mask_loadu_epi64(_mm512_set1_epi64(pad), static_cast<__mmask8>(lanes), from);
}
[[gnu::always_inline]] inline __m512i load_lanes(const std::int32_t* from, unsigned lanes, std::int32_t pad) {
  return _mm512_mask_loadu_epi32(_mm512_set1_epi32(pad), static_cast<__mmask16>(lanes), from);
}
[[gnu::always_inline]] inline void store_lanes(std::int64_t* to, unsigned lanes, __m512i keys) {
  _mm512_mask_storeu_epi64(to, static_cast<__mmask8>(lanes), keys);
}
[[gnu::always_inline]] inline void store_lanes(std::int32_t* to, unsigned lanes, __m512i keys) {
  _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(lanes), keys);
}
[[gnu::always_inline]] inline unsigned first_lanes(std::int64_t n) { return (1U << n) - 1; }
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
  static Vector load_first(const Key* from, std::int64_t n, Key pad) {
    return Vector(load_lanes(from, first_lanes(n), pad));
  }
  static void store_first(Key* to, std::int64_t n, Vector v) { store_lanes(to, first_lanes(n), __m512i(v)); }
  template <bool Inclusive>
  [[gnu::always_inline]] static inline void split(Vector v, Key pivot, Key*& left, Key*& right) {
    const auto keys = __m512i(v);
    const unsigned goes_right = Inclusive ? above(keys, pivot) : not_below(keys, pivot);
    const int count = __builtin_popcount(goes_right);
    right -= count;
    _mm512_storeu_si512(left, compressed(keys, ~goes_right, Key{}));
    store_lanes(right, first_lanes(count), compressed(keys, goes_right, Key{}));
    left += kLanes - count;
  }
};

using Lanes32 = Lanes<std::int32_t, INT32_MAX>;
using Lanes64 = Lanes<std::int64_t, INT64_MAX>;

}  // namespace

const SortLevels kSortV4 = levels_of<Lanes32, Lanes64>();

}  // namespace rooftop::lib
