// Extremes of rows for x86-64-v4: registers of 64 bytes, lanes are masks.
#include <immintrin.h>

#include "rooftop/lib/row_extremes_lanes.h"

namespace rooftop::lib {
namespace {

struct Bytes64 {
  static constexpr int kBytes = 64;
  template <typename T>
  static constexpr int bits_of = 1;
  template <typename Vector>
  [[gnu::always_inline]] static std::uint64_t equal(Vector a, Vector b) {
    constexpr std::size_t kSize = sizeof(a[0]);
    if constexpr (kSize == 1) return _mm512_cmpeq_epi8_mask(__m512i(a), __m512i(b));
    if constexpr (kSize == 2) return _mm512_cmpeq_epi16_mask(__m512i(a), __m512i(b));
    if constexpr (kSize == 4) return _mm512_cmpeq_epi32_mask(__m512i(a), __m512i(b));
    if constexpr (kSize == 8) return _mm512_cmpeq_epi64_mask(__m512i(a), __m512i(b));
  }
  [[gnu::always_inline]] static std::uint64_t equal(__m512d a, __m512d b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
  }
  [[gnu::always_inline]] static std::uint64_t equal(__m512 a, __m512 b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
  [[gnu::always_inline]] static std::uint64_t either_is_nan(__m512d a, __m512d b) {
    return _mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q);
  }
  [[gnu::always_inline]] static std::uint64_t either_is_nan(__m512 a, __m512 b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q);
  }
  [[gnu::always_inline]] static std::uint64_t set(std::uint64_t lanes) { return lanes; }
};

}  // namespace

constexpr RowExtremesLevel kRowExtremesV4 = row_extremes_of<Bytes64>();

}  // namespace rooftop::lib
