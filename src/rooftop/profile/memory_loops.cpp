// 16-byte vectors: two loads of them a cycle are several times what memory delivers to one core.
#include "rooftop/profile/memory_loops.h"

#if defined(__x86_64__)
#include <emmintrin.h>
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

}  // namespace

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
