// 16-byte vectors: two loads of them a cycle are several times what memory delivers to one core.
#include "rooftop/profile/memory_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rooftop::profile {
namespace {

using Vector [[gnu::vector_size(16), gnu::may_alias]] = double;
constexpr std::size_t kLanes = 2;
constexpr std::size_t kVectors = 8;  // independent sums: one addition must not wait for the one before

inline void store_past_caches(double* to, Vector value) {
#if defined(__x86_64__)
  _mm_stream_pd(to, value);
#else
  *reinterpret_cast<Vector*>(to) = value;
#endif
}

// Loads of the attribute's width into as many sums as hide an addition's latency. A macro, because a template cannot
// carry one target attribute for each instantiation.
#define ROOFTOP_READ_LOOP(name, attribute, vector)                             \
  attribute double name(const double* numbers, std::size_t count) {            \
    constexpr std::size_t kWidth = sizeof(vector) / sizeof(double);            \
    vector sums[kVectors] = {};                                                \
    for (std::size_t i = 0; i < count; i += kVectors * kWidth) {               \
      _Pragma("GCC unroll 8") for (std::size_t v = 0; v < kVectors; ++v) {     \
        sums[v] += *reinterpret_cast<const vector*>(numbers + i + v * kWidth); \
      }                                                                        \
    }                                                                          \
    double sum = 0;                                                            \
    for (std::size_t v = 0; v < kVectors; ++v) {                               \
      for (std::size_t lane = 0; lane < kWidth; ++lane) sum += sums[v][lane];  \
    }                                                                          \
    return sum;                                                                \
  }

ROOFTOP_READ_LOOP(read_narrow, , Vector)
#if defined(__x86_64__)
using Vector4 [[gnu::vector_size(32), gnu::may_alias]] = double;
using Vector8 [[gnu::vector_size(64), gnu::may_alias]] = double;
ROOFTOP_READ_LOOP(read_avx, [[gnu::target("avx")]], Vector4)
ROOFTOP_READ_LOOP(read_avx512, [[gnu::target("avx512f")]], Vector8)
#endif
#undef ROOFTOP_READ_LOOP

}  // namespace

double read_cache(const double* numbers, std::size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return read_avx512(numbers, count);
  if (__builtin_cpu_supports("avx")) return read_avx(numbers, count);
#endif
  return read_narrow(numbers, count);
}

double read_memory(const double* numbers, std::size_t count) {
  Vector sums[kVectors] = {};
  for (std::size_t i = 0; i < count; i += kVectors * kLanes) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kVectors; ++v) sums[v] += *reinterpret_cast<const Vector*>(numbers + i + v * kLanes);
  }
  Vector sum = {};
  for (const Vector& part : sums) sum += part;
  return sum[0] + sum[1];
}

void stream_memory(double* to, const double* left, const double* right, double factor, std::size_t count) {
  const Vector factors = {factor, factor};
  for (std::size_t i = 0; i < count; i += kLanes) {
    store_past_caches(
        to + i, *reinterpret_cast<const Vector*>(left + i) + factors * *reinterpret_cast<const Vector*>(right + i));
  }
#if defined(__x86_64__)
  _mm_sfence();  // the clock must not stop before the stores are done
#endif
}

}  // namespace rooftop::profile
