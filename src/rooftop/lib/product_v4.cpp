// Products in registers for x86-64-v4: 64 bytes, edges under masks.
#include <immintrin.h>

#include "rooftop/lib/product_lanes.h"

namespace rooftop::lib {
namespace {

struct Lanes64 {
  using Element = double;
  using Mask = __mmask8;
  typedef double Vector __attribute__((vector_size(64)));
  static constexpr int kLanes = 8, kRows = 8;

  static Mask first(std::int64_t count) { return static_cast<Mask>((1U << count) - 1); }
  static Vector load(const char* from, Mask mask) { return Vector(_mm512_maskz_loadu_pd(mask, from)); }
  static void store(char* to, Vector v, Mask mask) { _mm512_mask_storeu_pd(to, mask, __m512d(v)); }
  static Vector add_product(Vector a, Vector b, Vector sum) {
    return Vector(_mm512_fmadd_pd(__m512d(a), __m512d(b), __m512d(sum)));
  }
};

struct Lanes32 {
  using Element = float;
  using Mask = __mmask16;
  typedef float Vector __attribute__((vector_size(64)));
  static constexpr int kLanes = 16, kRows = 8;

  static Mask first(std::int64_t count) { return static_cast<Mask>((1U << count) - 1); }
  static Vector load(const char* from, Mask mask) { return Vector(_mm512_maskz_loadu_ps(mask, from)); }
  static void store(char* to, Vector v, Mask mask) { _mm512_mask_storeu_ps(to, mask, __m512(v)); }
  static Vector add_product(Vector a, Vector b, Vector sum) {
    return Vector(_mm512_fmadd_ps(__m512(a), __m512(b), __m512(sum)));
  }
};

}  // namespace

const ProductLevels kProductV4 = {product_level_of<Lanes64>(), product_level_of<Lanes32>()};

}  // namespace rooftop::lib
