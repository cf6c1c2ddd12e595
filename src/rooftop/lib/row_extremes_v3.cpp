// Extremes of rows for x86-64-v3: registers of 32 bytes.
#include <immintrin.h>

#include "rooftop/lib/row_extremes_lanes.h"

namespace rooftop::lib {
namespace {

struct Bytes32 : WholeLanes<32> {
  [[gnu::always_inline]] static auto either_is_nan(__m256d a, __m256d b) {
    return decltype(a == b)(_mm256_cmp_pd(a, b, _CMP_UNORD_Q));
  }
  [[gnu::always_inline]] static auto either_is_nan(__m256 a, __m256 b) {
    return decltype(a == b)(_mm256_cmp_ps(a, b, _CMP_UNORD_Q));
  }
  template <typename Lanes>
  [[gnu::always_inline]] static unsigned set(Lanes lanes) {
    return static_cast<unsigned>(_mm256_movemask_epi8(__m256i(lanes)));
  }
};

}  // namespace

constexpr RowExtremesLevel kRowExtremesV3 = row_extremes_of<Bytes32>();

}  // namespace rooftop::lib
