// One loop body, instantiated for each instruction set by its target attribute, chosen by what the CPU reports.
#include "rooftop/profile/fma_loops.h"

#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rooftop::profile {
namespace {

// Chains of dependent multiply-adds: two units with a latency of four cycles need eight of them to be always busy,
// and twelve with two operands fit the 16 registers of AVX2 and SSE2.
constexpr int kChains = 12;

// Kept from the compiler's eyes, so that the multiply-adds stay. The values neither grow nor become denormal.
const volatile double kFactor = 0.999;
const volatile double kAddend = 0.001;

// A macro, because a template cannot carry one target attribute per instantiation.
#define ROOFTOP_FMA_LOOP(name, attribute, scalar, vector, spread, multiply_add)  \
  attribute double name(std::int64_t iterations) {                               \
    const vector factor = spread(static_cast<scalar>(kFactor));                  \
    const vector addend = spread(static_cast<scalar>(kAddend));                  \
    vector chain[kChains];                                                       \
    for (int i = 0; i < kChains; ++i) chain[i] = spread(static_cast<scalar>(i)); \
    for (std::int64_t n = 0; n < iterations; ++n) {                              \
      _Pragma("GCC unroll 12") for (int i = 0; i < kChains; ++i) {               \
        chain[i] = multiply_add(chain[i], factor, addend);                       \
      }                                                                          \
    }                                                                            \
    double sum = 0;                                                              \
    for (int i = 0; i < kChains; ++i) sum += static_cast<double>(chain[i][0]);   \
    return sum;                                                                  \
  }

// The baseline, on any CPU: 16-byte vectors, and a multiplication and an addition where there is no single instruction.
using Double2 [[gnu::vector_size(16)]] = double;
using Float4 [[gnu::vector_size(16)]] = float;
inline Double2 spread_double(double value) { return Double2{value, value}; }
inline Float4 spread_float(float value) { return Float4{value, value, value, value}; }
template <typename Vector>
inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return a * b + c;
}
ROOFTOP_FMA_LOOP(baseline_double, , double, Double2, spread_double, multiply_add)
ROOFTOP_FMA_LOOP(baseline_float, , float, Float4, spread_float, multiply_add)

constexpr double flops(int lanes) { return 2.0 * kChains * lanes; }

#if defined(__x86_64__)
ROOFTOP_FMA_LOOP(avx2_double, [[gnu::target("avx2,fma")]], double, __m256d, _mm256_set1_pd, _mm256_fmadd_pd)
ROOFTOP_FMA_LOOP(avx2_float, [[gnu::target("avx2,fma")]], float, __m256, _mm256_set1_ps, _mm256_fmadd_ps)
ROOFTOP_FMA_LOOP(avx512_double, [[gnu::target("avx512f")]], double, __m512d, _mm512_set1_pd, _mm512_fmadd_pd)
ROOFTOP_FMA_LOOP(avx512_float, [[gnu::target("avx512f")]], float, __m512, _mm512_set1_ps, _mm512_fmadd_ps)
#endif
#undef ROOFTOP_FMA_LOOP

std::vector<FmaLoop> find_loops(Precision precision) {
  const bool is_double = precision == Precision::Float64;
  const int width = is_double ? 1 : 2;
  std::vector<FmaLoop> loops = {
      {"baseline vectors", precision, flops(2 * width), is_double ? baseline_double : baseline_float}};
#if defined(__x86_64__)
  loops[0].instructions = "SSE2";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    loops.push_back({"AVX2", precision, flops(4 * width), is_double ? avx2_double : avx2_float});
  }
  if (__builtin_cpu_supports("avx512f")) {
    loops.push_back({"AVX-512", precision, flops(8 * width), is_double ? avx512_double : avx512_float});
  }
#endif
  return loops;
}

}  // namespace

std::span<const FmaLoop> fma_loops(Precision precision) {
  static const std::vector<FmaLoop> doubles = find_loops(Precision::Float64);
  static const std::vector<FmaLoop> floats = find_loops(Precision::Float32);
  return precision == Precision::Float64 ? doubles : floats;
}

}  // namespace rooftop::profile
