// Products in registers for x86-64-v3: 32 bytes, edges under masks, which are vectors themselves.
#include <immintrin.h>

#include "rooftop/lib/product_lanes.h"

namespace rooftop::lib {
namespace {

/// Ones, then zeros: where a mask starts tells how many lanes it has.
alignas(64) constexpr std::int64_t kOnes64[8] = {-1, -1, -1, -1};
alignas(64) constexpr std::int32_t kOnes32[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

struct Lanes64 {
  using Element = double;
  using Mask = __m256i;
  typedef double Vector __attribute__((vector_size(32)));
  static constexpr int kLanes = 4, kRows = 6;

  static Mask first(std::int64_t count) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kOnes64 + kLanes - count));
  }
  static Vector load(const char* from, Mask mask) {
    return Vector(_mm256_maskload_pd(reinterpret_cast<const double*>(from), mask));
  }
  static void store(char* to, Vector v, Mask mask) {
    _mm256_maskstore_pd(reinterpret_cast<double*>(to), mask, __m256d(v));
  }
  static Vector add_product(Vector a, Vector b, Vector sum) {
    return Vector(_mm256_fmadd_pd(__m256d(a), __m256d(b), __m256d(sum)));
  }
};

struct Lanes32 {
  using Element = float;
  using Mask = __m256i;
  typedef float Vector __attribute__((vector_size(32)));
  static constexpr int kLanes = 8, kRows = 6;

  static Mask first(std::int64_t count) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kOnes32 + kLanes - count));
  }
  static Vector load(const char* from, Mask mask) {
    return Vector(_mm256_maskload_ps(reinterpret_cast<const float*>(from), mask));
  }
  static void store(char* to, Vector v, Mask mask) {
    _mm256_maskstore_ps(reinterpret_cast<float*>(to), mask, __m256(v));
  }
  static Vector add_product(Vector a, Vector b, Vector sum) {
    return Vector(_mm256_fmadd_ps(__m256(a), __m256(b), __m256(sum)));
  }
};

}  // namespace

const ProductLevels kProductV3 = {product_level_of<Lanes64>(), product_level_of<Lanes32>()};

}  // namespace rooftop::lib
