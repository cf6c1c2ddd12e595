// Extremes of rows for x86-64-v2, and the choice of the machine's level.
#include "rooftop/lib/row_extremes.h"

#include <emmintrin.h>

#include "rooftop/lib/kernels.h"
#include "rooftop/lib/row_extremes_lanes.h"

namespace rooftop::lib {
namespace {

struct Bytes16 : WholeLanes<16> {
  template <typename Vector>
  [[gnu::always_inline]] static auto either_is_nan(Vector a, Vector b) {
    return (a != a) | (b != b);
  }
  template <typename Lanes>
  [[gnu::always_inline]] static unsigned set(Lanes lanes) {
    return static_cast<unsigned>(_mm_movemask_epi8(__m128i(lanes)));
  }
};

constexpr RowExtremesLevel kRowExtremesV2 = row_extremes_of<Bytes16>();

}  // namespace

const RowExtremesLevel& row_extremes_level() {
  static const RowExtremesLevel& chosen = of_level(kRowExtremesV2, kRowExtremesV3, kRowExtremesV4);
  return chosen;
}

}  // namespace rooftop::lib
