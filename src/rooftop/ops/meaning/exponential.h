// exp, exp2 and expm1: x = (k + j/16) ln 2 + r with |r| <= ln(2)/32: a table of 2^(j/16), a short polynomial in r, and
// k added to the exponent's bits. Results outside of the normal range are scaled in two steps.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// Entries of the tables, a power of two: two registers of 512 bits hold 16 doubles.
inline constexpr int kTableBits = 4;
inline constexpr int kTableSize = 1 << kTableBits;

/// s (1 + p): s = 2^(k + j/16), from whose bits the exponent k may be far outside of the normal range.
template <class T>
struct Exponential {
  IntOf<T> bits;
  T p;
};

/// What 2^(n/16) is made of, n in the low bits of `n`: s, and what it lacks, relative to it.
template <class F, class T>
Exponential<T> power_of_two(const T& like, const IntOf<T>& n) {
  static constexpr Table kPowers{kIsDouble<F> ? "powers_of_two_f64" : "powers_of_two_f32", F::kExpTable, kTableSize};
  static constexpr Table kTails{kIsDouble<F> ? "powers_of_two_tail_f64" : "powers_of_two_tail_f32", F::kExpTail,
                                kTableSize};
  const IntOf<T> j = n & int_constant(like, kTableSize - 1);
  // The table's bits are less by what j adds here.
  const IntOf<T> bits = to_bits(table_lookup(j, kPowers, like)) + shift_left(n, F::kMantissaBits - kTableBits);
  return {bits, table_lookup(j, kTails, like)};
}

/// The nearest multiple of ln(2)/16, and the rest.
template <class T>
struct ExpReduction {
  Rounded<T> n;
  T r;
};
template <class F, class T>
ExpReduction<T> reduce_exp(const T& x) {
  const Rounded<T> n = round_product<F>(x, F::kLog2e * kTableSize);
  // The first step is exact: the difference is a multiple of the last bit of the constant and below 1/32.
  const T high = fma(n.value, constant(x, -F::kLn2 / kTableSize), x);
  return {n, fma(n.value, constant(x, -F::kLn2Low / kTableSize), high)};
}

/// e^(x + low), low small beside x.
template <class F, class T>
Exponential<T> split_exp(const T& x, const T& low) {
  const auto [n, rest] = reduce_exp<F>(x);
  const T r = rest + low;
  const Exponential<T> power = power_of_two<F>(x, n.bits);
  return {power.bits, fma(r * r, polynomial(r, F::kExpPolynomial), power.p + r)};
}
template <class F, class T>
Exponential<T> split_exp(const T& x) {
  const auto [n, r] = reduce_exp<F>(x);
  const Exponential<T> power = power_of_two<F>(x, n.bits);
  return {power.bits, fma(r * r, polynomial(r, F::kExpPolynomial), power.p + r)};
}

/// e^x as s (1 + r + rest), for sums in which s nearly vanishes: r and rest are then added one after the other.
template <class T>
struct ExponentialParts {
  IntOf<T> bits;
  T r, rest;

  /// s (1 + r + rest) + term, for another power of two as s, too.
  T plus(const T& s, const T& term) const { return fma(s, rest, fma(s, r, s + term)); }
};
template <class F, class T>
ExponentialParts<T> split_expm1(const T& x) {
  const auto [n, r] = reduce_exp<F>(x);
  const Exponential<T> power = power_of_two<F>(x, n.bits);
  return {power.bits, r, fma(r * r, polynomial(r, F::kExpm1Polynomial), power.p)};
}

/// 2^x.
template <class F, class T>
Exponential<T> split_exp2(const T& x) {
  const Rounded<T> n = round_product<F>(x, kTableSize);
  const T r = fma(n.value, constant(x, -1.0 / kTableSize), x);  // exact
  const Exponential<T> power = power_of_two<F>(x, n.bits);
  return {power.bits, fma(r, constant(x, F::kLn2), fma(r * r, polynomial(r, F::kExp2Polynomial), power.p))};
}

/// s (1 + p) where it is surely normal.
template <class F, class T>
T value_of(const Exponential<T>& e) {
  const T s = from_bits(e.bits);
  return fma(s, e.p, s);
}

/// s (1 + p) for any exponent that a clamped argument has, `negative` where it is below zero; only subnormal results
/// are rounded twice.
template <class F, class T>
T far_value_of(const Exponential<T>& e, const MaskOf<T>& negative) {
  // Exponents are moved into the normal range: up by kLift where they are negative, down by one otherwise.
  constexpr int kLift = F::kMantissaBits + 8;
  constexpr std::int64_t kUnit = std::int64_t{1} << F::kMantissaBits;
  const T like = e.p;
  const T s = from_bits(e.bits + select(negative, int_constant(like, kLift * kUnit), int_constant(like, -kUnit)));
  return fma(s, e.p, s) * select(negative, constant(like, kPowerOfTwo<-kLift>), constant(like, 2));
}

/// x restricted to where e^x (or 2^x) is neither surely infinite nor surely zero; NaN stays.
template <class F, class T>
T clamp_exponent(const T& x, double unit) {
  const double highest = (F::kBias + 1.5) * unit;
  const double lowest = -(F::kBias + F::kMantissaBits + 1.5) * unit;
  return max(min(x, constant(x, highest)), constant(x, lowest));
}

/// e^x or 2^x: `split` applied to x, or to what clamping leaves of it, `unit` being log of 2 in the power's own base.
template <class F, class T, class Split>
T exponential(const T& x, double unit, Split&& split) {
  const auto ordinary = less(abs(x), constant(x, (F::kBias - 2) * unit));
  return select_rare(
      mask_not(ordinary),
      [&] {
        const T y = clamp_exponent<F>(x, unit);
        return far_value_of<F>(split(y), less(y, constant(x, 0)));
      },
      value_of<F>(split(x)));
}

template <class F, class T>
T exp(const T& x) {
  return exponential<F>(x, 0.6931471805599453, [](const T& y) { return split_exp<F>(y); });
}

template <class F, class T>
T exp2(const T& x) {
  return exponential<F>(x, 1.0, [](const T& y) { return split_exp2<F>(y); });
}

template <class F, class T>
T expm1(const T& x) {
  // Below -50 (-20) the result is -1 anyway.
  const T lowest = constant(x, kIsDouble<F> ? -50.0 : -20.0);
  const T highest = constant(x, (F::kBias + 1.5) * 0.6931471805599453);
  const ExponentialParts<T> e = split_expm1<F>(max(min(x, highest), lowest));
  // Halves, which are finite where the result is.
  constexpr std::int64_t kUnit = std::int64_t{1} << F::kMantissaBits;
  const T half = e.plus(from_bits(e.bits - int_constant(x, kUnit)), constant(x, -0.5));
  // x itself where it is zero or so small that the polynomial adds nothing: keeps the sign of zero.
  const T tiny = constant(x, kPowerOfTwo<-F::kMantissaBits - 2>);
  return select(less(abs(x), tiny), x, half + half);
}

}  // namespace rooftop::ops::meaning
