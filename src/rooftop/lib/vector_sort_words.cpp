// The vector sort of keys of two bytes: registers of 64 bytes, keys compressed by AVX512_VBMI2.
#include <immintrin.h>

#include "rooftop/lib/vector_sort_lanes.h"

namespace rooftop::lib {
namespace {

struct Words {
  using Key = std::int16_t;
  typedef Key Vector __attribute__((vector_size(64)));
  using Bits = Key;
  using Places = Vector;
  static constexpr int kLanes = 64 / sizeof(Key);
  static constexpr Key kLargest = INT16_MAX;

  [[gnu::always_inline]] static void exchange(Vector& a, Vector& b) {
    const __m512i low = _mm512_min_epi16(__m512i(a), __m512i(b));
    b = Vector(_mm512_ternarylogic_epi64(__m512i(a), __m512i(b), low, 0x96));  // on other ports than max
    a = Vector(low);
  }
  template <unsigned Mask>
  [[gnu::always_inline]] static Vector exchange_lanes(Vector a, Vector b) {
    const __m512i low = _mm512_min_epi16(__m512i(a), __m512i(b));
    return Vector(_mm512_mask_max_epi16(low, Mask, __m512i(a), __m512i(b)));
  }
  [[gnu::always_inline]] static __mmask32 lanes_below(std::int64_t n, int first) {
    Vector lanes;
    for (int i = 0; i < kLanes; ++i) lanes[i] = static_cast<Key>(first + i);
    return _mm512_cmplt_epi16_mask(__m512i(lanes), _mm512_set1_epi16(static_cast<Key>(n)));
  }
  static __mmask32 first_lanes(std::int64_t n) { return static_cast<__mmask32>((std::uint64_t{1} << n) - 1); }
  [[gnu::always_inline]] static Vector load_row(const Key* keys, int row, std::int64_t n, Key pad) {
    return Vector(_mm512_mask_loadu_epi16(_mm512_set1_epi16(pad), lanes_below(n, row * kLanes), keys + row * kLanes));
  }
  [[gnu::always_inline]] static void store_row(Key* keys, int row, std::int64_t n, Vector v) {
    _mm512_mask_storeu_epi16(keys + row * kLanes, lanes_below(n, row * kLanes), __m512i(v));
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split_lanes(__m512i keys, __mmask32 lanes, Key pivot, Key* to, std::int64_t room) {
    const __m512i pivots = _mm512_set1_epi16(pivot);
    const __mmask32 goes_right =
        lanes & (Inclusive ? _mm512_cmpgt_epi16_mask(keys, pivots) : _mm512_cmpge_epi16_mask(keys, pivots));
    const int count = __builtin_popcount(goes_right);
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi16(~goes_right & lanes, keys));
    _mm512_mask_storeu_epi16(to + room - count, first_lanes(count), _mm512_maskz_compress_epi16(goes_right, keys));
    return count;
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split(Vector v, Key pivot, Key* to, std::int64_t room) {
    return kLanes - split_lanes<Inclusive>(__m512i(v), ~__mmask32{0}, pivot, to, room);
  }
  template <bool Inclusive>
  [[gnu::always_inline]] static int split_first(const Key* from, std::int64_t n, Key pivot, Key* to,
                                                std::int64_t room) {
    const __mmask32 lanes = first_lanes(n);
    return static_cast<int>(n) - split_lanes<Inclusive>(_mm512_maskz_loadu_epi16(lanes, from), lanes, pivot, to, room);
  }
  [[gnu::always_inline]] static int keep_changes(Vector v, Vector last, Key* to) {
    const __mmask32 lanes = _mm512_cmpneq_epi16_mask(__m512i(v), __m512i(last));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi16(lanes, __m512i(v)));
    return __builtin_popcount(lanes);
  }
};

}  // namespace

const SortLevel<std::int16_t> kSortWords = level_of<Words>();

}  // namespace rooftop::lib
