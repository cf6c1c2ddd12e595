// log, log2, log10 and log1p: x = 2^k z, a table of 1/c and log(c) for the part of the range that z is in, and a short
// polynomial in r = z/c - 1. The part around 1 has c = 1: near there the logarithm is the polynomial's alone, and r is
// exact. Elsewhere r and the sum round once each beside the result's own rounding, by a quarter of its last place.
#pragma once

#include "rooftop/ops/meaning/exponential.h"

namespace rooftop::ops::meaning {

/// x = 2^k z for finite x > 0, and the part of the tables that z is in.
template <class T>
struct LogSplit {
  T k;
  T z;
  IntOf<T> entry;
};

template <class F, class T>
T exponent_offset(const T& x) {
  return constant(x, F::kPowerRounder + F::kBias);
}

/// Of a normal x; `biased_offset` is what the exponent's float form is above k.
template <class F, class T>
LogSplit<T> split_normal(const T& x, const T& biased_offset) {
  // Adding the distance of 1 from the range's start makes the exponent field step there instead of at 1.
  const IntOf<T> moved = to_bits(x) + int_constant(x, power_bits<F>(0) - F::kLogStartBits);
  const IntOf<T> exponent = shift_right_logical(moved, F::kMantissaBits);
  const T k = from_bits(exponent | int_constant(x, F::kPowerRounderBits)) - biased_offset;
  const T z = from_bits((moved & int_constant(x, F::kMantissaMask)) + int_constant(x, F::kLogStartBits));
  const IntOf<T> entry = shift_right_logical(moved, F::kMantissaBits - kTableBits) & int_constant(x, kTableSize - 1);
  return {k, z, entry};
}

template <class F, class T>
LogSplit<T> split_positive(const T& x) {
  // Subnormal arguments are scaled up first.
  constexpr int kLift = F::kMantissaBits + 2;
  const auto subnormal = less(x, constant(x, F::Limits::min()));
  const T lifted = select(subnormal, x * constant(x, kPowerOfTwo<kLift>), x);
  const T offset = select(subnormal, exponent_offset<F>(x) + constant(x, kLift), exponent_offset<F>(x));
  return split_normal<F>(lifted, offset);
}

/// Whether x was normal, as split_normal takes it to be; not all of the least and the largest normal numbers are told.
template <class F, class T>
MaskOf<T> is_ordinary(const LogSplit<T>& split) {
  return less(abs(split.k), constant(split.k, F::kBias - 1));
}

/// The logarithm's value at x that is not a positive finite number, `common` elsewhere.
template <class F, class T>
T log_special(const T& x, const T& common) {
  const T zero = constant(x, 0);
  const T infinity = constant(x, F::Limits::infinity());
  const T outside = select(less(x, zero), constant(x, F::Limits::quiet_NaN()), select(less(x, infinity), common, x));
  return select(equal(x, zero), -infinity, outside);
}

// What the logarithms of each base are made of.
template <class F>
struct BaseE {
  static constexpr Table kInverse{kIsDouble<F> ? "log_inverse_f64" : "log_inverse_f32", F::kLogInverse, kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log_value_f64" : "log_value_f32", F::kLogValue, kTableSize};
  static constexpr const auto& kPolynomial = F::kLogPolynomial;
  static constexpr double kOf2 = F::kLn2Short, kOf2Low = F::kLn2ShortLow;
  static constexpr bool kIsNatural = true;
};
template <class F>
struct Base2 {
  static constexpr Table kInverse{kIsDouble<F> ? "log2_inverse_f64" : "log2_inverse_f32", F::kLog2Inverse, kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log2_value_f64" : "log2_value_f32", F::kLog2Value, kTableSize};
  static constexpr const auto& kPolynomial = F::kLog2Polynomial;
  static constexpr double kOf2 = 1, kOf2Low = 0;
  static constexpr bool kIsNatural = false;
};
template <class F>
struct Base10 {
  static constexpr Table kInverse{kIsDouble<F> ? "log10_inverse_f64" : "log10_inverse_f32", F::kLog10Inverse,
                                  kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log10_value_f64" : "log10_value_f32", F::kLog10Value, kTableSize};
  static constexpr const auto& kPolynomial = F::kLog10Polynomial;
  static constexpr double kOf2 = F::kLog10Of2Short, kOf2Low = F::kLog10Of2ShortLow;
  static constexpr bool kIsNatural = false;
};

/// z/c - 1, rounded once. It is exact where c is 1; elsewhere the logarithm is larger.
template <class Base, class T>
T distance_from_entry(const LogSplit<T>& split) {
  return fma(split.z, table_lookup(split.entry, Base::kInverse, split.z), constant(split.z, -1));
}

/// The logarithm of a split number from its distance r = z/c - 1.
template <class Base, class T>
T log_at_distance(const LogSplit<T>& split, const T& r) {
  const T& k = split.k;
  // Both terms are short: the sum is exact, and 0 or larger than what is added to it.
  const T value = table_lookup(split.entry, Base::kValue, k);
  const T whole = Base::kOf2 == 1 ? k + value : fma(k, constant(k, Base::kOf2), value);
  // Of base e the polynomial is what follows r, divided by r^2, of the others the whole logarithm divided by r.
  const auto& c = Base::kPolynomial;
  if constexpr (Base::kIsNatural) {
    return whole + fma(r * r, polynomial(r, c), fma(k, constant(k, Base::kOf2Low), r));
  } else if constexpr (Base::kOf2Low != 0) {
    return whole + fma(r, polynomial_of_slope(r, c), k * constant(k, Base::kOf2Low));
  } else {
    return fma(r, polynomial_of_slope(r, c), whole);
  }
}

template <class Base, class T>
T log_of_split(const LogSplit<T>& split) {
  return log_at_distance<Base>(split, distance_from_entry<Base>(split));
}

template <class Base, class F, class T>
T logarithm(const T& x) {
  const LogSplit<T> split = split_normal<F>(x, exponent_offset<F>(x));
  return select_rare(
      mask_not(is_ordinary<F>(split)), [&] { return log_special<F>(x, log_of_split<Base>(split_positive<F>(x))); },
      log_of_split<Base>(split));
}

template <class F, class T>
T log(const T& x) {
  return logarithm<BaseE<F>, F>(x);
}
template <class F, class T>
T log2(const T& x) {
  return logarithm<Base2<F>, F>(x);
}
template <class F, class T>
T log10(const T& x) {
  return logarithm<Base10<F>, F>(x);
}

/// 1 + x without error.
template <class T>
Pair<T> one_plus(const T& x) {
  const T one = constant(x, 1);
  return fast_two_sum(max(x, one), min(x, one));
}

/// log(x.high + x.low), the high part being split and ordinary.
template <class F, class T>
T log_of_pair(const Pair<T>& x, const LogSplit<T>& split) {
  // 2^-k, by the mirror image of the exponent.
  const IntOf<T> moved = to_bits(x.high) + int_constant(x.high, power_bits<F>(0) - F::kLogStartBits);
  const IntOf<T> exponent = moved & int_constant(x.high, ~F::kMantissaMask);
  const T scale = from_bits(int_constant(x.high, 2 * power_bits<F>(0)) - exponent);
  const T inverse = table_lookup(split.entry, BaseE<F>::kInverse, split.z);
  return log_at_distance<BaseE<F>>(split, fma(x.low * scale, inverse, distance_from_entry<BaseE<F>>(split)));
}

template <class F, class T>
T log1p(const T& x) {
  const Pair<T> sum = one_plus(x);
  const LogSplit<T> split = split_normal<F>(sum.high, exponent_offset<F>(x));
  return select_rare(
      mask_not(is_ordinary<F>(split)), [&] { return log_special<F>(sum.high, log_of_split<BaseE<F>>(split)); },
      copysign(log_of_pair<F>(sum, split), x));
}

}  // namespace rooftop::ops::meaning
