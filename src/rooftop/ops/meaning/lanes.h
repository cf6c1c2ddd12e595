// Native values of the meanings: N lanes of double or float in a vector register, or one scalar (N = 1).
// For tests, measurements and constant folding; compile with -ffp-contract=off where the target has fused instructions.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "rooftop/ops/meaning/concept.h"

// Vectors wider than the target's registers are passed in memory, and between functions of one program only.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"

namespace rooftop::ops::meaning {

namespace detail {

template <class E, int N>
struct VectorOf {
  typedef E type __attribute__((vector_size(sizeof(E) * N)));
};
template <class E>
struct VectorOf<E, 1> {
  using type = E;
};
template <class E, int N>
using Vector = typename VectorOf<E, N>::type;

template <class E>
using IntFor = std::conditional_t<sizeof(E) == 8, std::int64_t, std::int32_t>;
template <class E>
using UnsignedFor = std::conditional_t<sizeof(E) == 8, std::uint64_t, std::uint32_t>;

#if defined(__AVX512F__) && defined(__AVX512DQ__)
template <class E, int N>
inline constexpr bool kUses512 = sizeof(E) * N == 64;
#else
template <class E, int N>
inline constexpr bool kUses512 = false;
#endif
#if defined(__AVX2__) && defined(__FMA__)
template <class E, int N>
inline constexpr bool kUses256 = sizeof(E) * N == 32;
#else
template <class E, int N>
inline constexpr bool kUses256 = false;
#endif

/// A mask is a bit a lane with 512-bit registers, else lanes of all ones or none; a bool for scalars.
template <class E, int N>
using MaskVector = std::conditional_t<
    N == 1, bool,
    std::conditional_t<kUses512<E, N>, std::conditional_t<N == 8, std::uint8_t, std::uint16_t>, Vector<IntFor<E>, N>>>;

template <class V>
inline auto lane_of(const V& v, int i) {
  if constexpr (std::is_arithmetic_v<V>) {
    return v;
  } else {
    return v[i];
  }
}

template <class To, class From>
inline To as_bits(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  return std::bit_cast<To>(from);
}

}  // namespace detail

template <class E, int N>
struct LaneMask {
  detail::MaskVector<E, N> v;
};

/// Signed integers of the width of E; arithmetic wraps.
template <class E, int N>
struct LaneInts {
  detail::Vector<detail::UnsignedFor<E>, N> v;
  detail::Vector<detail::IntFor<E>, N> as_signed() const {
    return detail::as_bits<detail::Vector<detail::IntFor<E>, N>>(v);
  }
};

/// N floats of type E (double or float).
template <class E, int N>
struct Lanes {
  using Int = LaneInts<E, N>;
  using Mask = LaneMask<E, N>;
  static constexpr int kLanes = N;
  detail::Vector<E, N> v;

  static Lanes load(const E* from) {
    Lanes out;
    std::memcpy(&out.v, from, sizeof(out.v));
    return out;
  }
  void store(E* to) const { std::memcpy(to, &v, sizeof(v)); }
  E lane(int i) const { return detail::lane_of(v, i); }
};

// Arithmetic.
template <class E, int N>
inline Lanes<E, N> operator+(const Lanes<E, N>& a, const Lanes<E, N>& b) {
  return {a.v + b.v};
}
template <class E, int N>
inline Lanes<E, N> operator-(const Lanes<E, N>& a, const Lanes<E, N>& b) {
  return {a.v - b.v};
}
template <class E, int N>
inline Lanes<E, N> operator*(const Lanes<E, N>& a, const Lanes<E, N>& b) {
  return {a.v * b.v};
}
template <class E, int N>
inline Lanes<E, N> operator/(const Lanes<E, N>& a, const Lanes<E, N>& b) {
  return {a.v / b.v};
}
template <class E, int N>
inline Lanes<E, N> operator-(const Lanes<E, N>& a) {
  return {-a.v};
}

template <class E, int N>
inline LaneInts<E, N> operator+(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return {a.v + b.v};
}
template <class E, int N>
inline LaneInts<E, N> operator-(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return {a.v - b.v};
}
template <class E, int N>
inline LaneInts<E, N> operator&(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return {a.v & b.v};
}
template <class E, int N>
inline LaneInts<E, N> operator|(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return {a.v | b.v};
}
template <class E, int N>
inline LaneInts<E, N> operator^(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return {a.v ^ b.v};
}
template <class E, int N>
inline LaneInts<E, N> shift_left(const LaneInts<E, N>& a, int n) {
  return {a.v << n};
}
template <class E, int N>
inline LaneInts<E, N> shift_right_logical(const LaneInts<E, N>& a, int n) {
  return {a.v >> n};
}
template <class E, int N>
inline LaneInts<E, N> shift_right(const LaneInts<E, N>& a, int n) {
  return {detail::as_bits<decltype(a.v)>(a.as_signed() >> n)};
}

// Bits and constants.
template <class E, int N>
inline LaneInts<E, N> to_bits(const Lanes<E, N>& a) {
  return {detail::as_bits<detail::Vector<detail::UnsignedFor<E>, N>>(a.v)};
}
template <class E, int N>
inline Lanes<E, N> from_bits(const LaneInts<E, N>& a) {
  return {detail::as_bits<detail::Vector<E, N>>(a.v)};
}
template <class E, int N>
inline Lanes<E, N> constant(const Lanes<E, N>&, double d) {
  const E value = static_cast<E>(d);
  if constexpr (N == 1) {
    return {value};
  } else {
    return {value - detail::Vector<E, N>{}};
  }
}
template <class E, int N>
inline LaneInts<E, N> int_constant(const Lanes<E, N>&, std::int64_t n) {
  const auto value = static_cast<detail::UnsignedFor<E>>(n);
  if constexpr (N == 1) {
    return {value};
  } else {
    return {value + detail::Vector<detail::UnsignedFor<E>, N>{}};
  }
}
template <class E, int N>
inline Lanes<E, N> table_lookup(const LaneInts<E, N>& i, const Table& table, const Lanes<E, N>&) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) {
    if (table.size == 16) {
      const __m512d low = _mm512_loadu_pd(table.values);
      return {_mm512_permutex2var_pd(low, __m512i(i.v), _mm512_loadu_pd(table.values + 8))};
    }
  }
  if constexpr (detail::kUses512<E, N> && N == 16) {
    if (table.size == 16) {
      const __m256 low = _mm512_cvtpd_ps(_mm512_loadu_pd(table.values));
      const __m256 high = _mm512_cvtpd_ps(_mm512_loadu_pd(table.values + 8));
      return {_mm512_permutexvar_ps(__m512i(i.v), _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1))};
    }
  }
#endif
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (detail::kUses256<E, N> && N == 4) return {_mm256_i64gather_pd(table.values, __m256i(i.v), 8)};
#endif
  if constexpr (N == 1) {
    return {static_cast<E>(table.values[i.v])};
  } else {
    Lanes<E, N> out;
    for (int lane = 0; lane < N; ++lane) out.v[lane] = static_cast<E>(table.values[i.v[lane]]);
    return out;
  }
}

namespace detail {

/// Lane by lane, for what vector extensions do not have.
template <class E, int N, class F, class... A>
inline Lanes<E, N> each(F&& f, const A&... arguments) {
  if constexpr (N == 1) {
    return {f(arguments.v...)};
  } else {
    Lanes<E, N> out;
    for (int lane = 0; lane < N; ++lane) out.v[lane] = f(arguments.v[lane]...);
    return out;
  }
}

}  // namespace detail

// Functions of floats.
template <class E, int N>
inline Lanes<E, N> fma(const Lanes<E, N>& a, const Lanes<E, N>& b, const Lanes<E, N>& c) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_fmadd_pd(a.v, b.v, c.v)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_fmadd_ps(a.v, b.v, c.v)};
#endif
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (detail::kUses256<E, N> && N == 4) return {_mm256_fmadd_pd(a.v, b.v, c.v)};
  if constexpr (detail::kUses256<E, N> && N == 8) return {_mm256_fmadd_ps(a.v, b.v, c.v)};
#endif
  return detail::each<E, N>([](E x, E y, E z) { return std::fma(x, y, z); }, a, b, c);
}
template <class E, int N>
inline Lanes<E, N> sqrt(const Lanes<E, N>& a) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_sqrt_pd(a.v)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_sqrt_ps(a.v)};
#endif
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (detail::kUses256<E, N> && N == 4) return {_mm256_sqrt_pd(a.v)};
  if constexpr (detail::kUses256<E, N> && N == 8) return {_mm256_sqrt_ps(a.v)};
#endif
  return detail::each<E, N>([](E x) { return std::sqrt(x); }, a);
}
template <class E, int N>
inline Lanes<E, N> rint(const Lanes<E, N>& a) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_roundscale_pd(a.v, 8)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_roundscale_ps(a.v, 8)};
#endif
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (detail::kUses256<E, N> && N == 4) return {_mm256_round_pd(a.v, 8)};
  if constexpr (detail::kUses256<E, N> && N == 8) return {_mm256_round_ps(a.v, 8)};
#endif
  return detail::each<E, N>([](E x) { return std::rint(x); }, a);
}
template <class E, int N>
inline Lanes<E, N> trunc(const Lanes<E, N>& a) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_roundscale_pd(a.v, 11)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_roundscale_ps(a.v, 11)};
#endif
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (detail::kUses256<E, N> && N == 4) return {_mm256_round_pd(a.v, 11)};
  if constexpr (detail::kUses256<E, N> && N == 8) return {_mm256_round_ps(a.v, 11)};
#endif
  return detail::each<E, N>([](E x) { return std::trunc(x); }, a);
}
template <class E, int N>
inline Lanes<E, N> abs(const Lanes<E, N>& a) {
  const std::int64_t sign = sizeof(E) == 8 ? INT64_MIN : INT32_MIN;
  return from_bits(to_bits(a) & int_constant(a, ~sign));
}
template <class E, int N>
inline Lanes<E, N> copysign(const Lanes<E, N>& a, const Lanes<E, N>& b) {
  const auto sign = int_constant(a, sizeof(E) == 8 ? INT64_MIN : std::int64_t{INT32_MIN});
  const auto rest = int_constant(a, sizeof(E) == 8 ? INT64_MAX : std::int64_t{INT32_MAX});
  return from_bits((to_bits(a) & rest) | (to_bits(b) & sign));
}

// Comparison.
template <class E, int N>
inline LaneMask<E, N> less(const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)};
#endif
  if constexpr (!detail::kUses512<E, N>) return {a.v < b.v};
}
template <class E, int N>
inline LaneMask<E, N> less_equal(const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)};
#endif
  if constexpr (!detail::kUses512<E, N>) return {a.v <= b.v};
}
template <class E, int N>
inline LaneMask<E, N> equal(const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)};
#endif
  if constexpr (!detail::kUses512<E, N>) return {a.v == b.v};
}
template <class E, int N>
inline LaneMask<E, N> less(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_cmplt_epi64_mask(__m512i(a.v), __m512i(b.v))};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_cmplt_epi32_mask(__m512i(a.v), __m512i(b.v))};
#endif
  if constexpr (!detail::kUses512<E, N>) return {a.as_signed() < b.as_signed()};
}
template <class E, int N>
inline LaneMask<E, N> equal(const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_cmpeq_epi64_mask(__m512i(a.v), __m512i(b.v))};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_cmpeq_epi32_mask(__m512i(a.v), __m512i(b.v))};
#endif
  if constexpr (!detail::kUses512<E, N>) return {a.as_signed() == b.as_signed()};
}

// Logic and choice.
template <class E, int N>
inline LaneMask<E, N> mask_and(const LaneMask<E, N>& a, const LaneMask<E, N>& b) {
  return {static_cast<detail::MaskVector<E, N>>(a.v & b.v)};
}
template <class E, int N>
inline LaneMask<E, N> mask_or(const LaneMask<E, N>& a, const LaneMask<E, N>& b) {
  return {static_cast<detail::MaskVector<E, N>>(a.v | b.v)};
}
template <class E, int N>
inline LaneMask<E, N> mask_not(const LaneMask<E, N>& a) {
  if constexpr (N == 1) {
    return {!a.v};
  } else {
    return {static_cast<detail::MaskVector<E, N>>(~a.v)};
  }
}
template <class E, int N>
inline bool any(const LaneMask<E, N>& m) {
  if constexpr (N == 1 || detail::kUses512<E, N>) {
    return m.v != 0;
  } else {
#if defined(__AVX2__) && defined(__FMA__)
    if constexpr (detail::kUses256<E, N>) return !_mm256_testz_si256(__m256i(m.v), __m256i(m.v));
#endif
    detail::IntFor<E> bits = 0;
    for (int lane = 0; lane < N; ++lane) bits |= m.v[lane];
    return bits != 0;
  }
}
template <class E, int N>
inline Lanes<E, N> select(const LaneMask<E, N>& m, const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_mask_blend_pd(m.v, b.v, a.v)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_mask_blend_ps(m.v, b.v, a.v)};
#endif
  if constexpr (!detail::kUses512<E, N>) return {m.v ? a.v : b.v};
}
template <class E, int N>
inline LaneInts<E, N> select(const LaneMask<E, N>& m, const LaneInts<E, N>& a, const LaneInts<E, N>& b) {
  return to_bits(select(m, from_bits(a), from_bits(b)));
}
template <class E, int N, class Rare>
inline Lanes<E, N> select_rare(const LaneMask<E, N>& m, Rare&& rare, const Lanes<E, N>& common) {
  if (__builtin_expect(any(m), 0)) return select(m, rare(), common);
  return common;
}
template <class E, int N>
inline Lanes<E, N> min(const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_min_pd(b.v, a.v)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_min_ps(b.v, a.v)};
#endif
  return select(less(b, a), b, a);
}
template <class E, int N>
inline Lanes<E, N> max(const Lanes<E, N>& a, const Lanes<E, N>& b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  if constexpr (detail::kUses512<E, N> && N == 8) return {_mm512_max_pd(b.v, a.v)};
  if constexpr (detail::kUses512<E, N> && N == 16) return {_mm512_max_ps(b.v, a.v)};
#endif
  return select(less(a, b), b, a);
}

}  // namespace rooftop::ops::meaning

#pragma GCC diagnostic pop
