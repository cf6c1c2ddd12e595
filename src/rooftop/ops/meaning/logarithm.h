// log, log2, log10 and log1p: x = 2^k z, a table of 1/c and log(c) for the part of the range that z is in, and a short
// polynomial in r = z/c - 1. The part around 1 has c = 1: near there the logarithm is the polynomial's alone.
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

/// The logarithm's value at x that is not a positive finite number, `common` elsewhere.
template <class F, class T>
T log_special(const T& x, const T& common) {
  const T zero = constant(x, 0);
  const T infinity = constant(x, F::Limits::infinity());
  const T outside = select(less(x, zero), constant(x, F::Limits::quiet_NaN()), select(less(x, infinity), common, x));
  return select(equal(x, zero), -infinity, outside);
}

/// `of_split` of x's split where x is normal; elsewhere, rarely, by scaling subnormals up and by log_special.
template <class F, class T, class OfSplit>
T split_and_apply(const T& x, OfSplit&& of_split) {
  const T smallest = constant(x, F::Limits::min());
  const auto normal = mask_and(less_equal(smallest, x), less(x, constant(x, F::Limits::infinity())));
  return select_rare(
      mask_not(normal), [&] { return log_special<F>(x, of_split(split_positive<F>(x))); },
      of_split(split_normal<F>(x, exponent_offset<F>(x))));
}

// What the logarithms of each base are made of.
template <class F>
struct BaseE {
  static constexpr Table kInverse{kIsDouble<F> ? "log_inverse_f64" : "log_inverse_f32", F::kLogInverse, kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log_value_f64" : "log_value_f32", F::kLogValue, kTableSize};
  static constexpr const auto& kPolynomial = F::kLogPolynomial;
  static constexpr double kOf2 = F::kLn2Short, kOf2Low = F::kLn2ShortLow;
  static constexpr double kOfE = 1, kOfELow = 0;
};
template <class F>
struct Base2 {
  static constexpr Table kInverse{kIsDouble<F> ? "log2_inverse_f64" : "log2_inverse_f32", F::kLog2Inverse, kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log2_value_f64" : "log2_value_f32", F::kLog2Value, kTableSize};
  static constexpr const auto& kPolynomial = F::kLog2Polynomial;
  static constexpr double kOf2 = 1, kOf2Low = 0;
  static constexpr double kOfE = F::kLog2e, kOfELow = F::kLog2eLow;
};
template <class F>
struct Base10 {
  static constexpr Table kInverse{kIsDouble<F> ? "log10_inverse_f64" : "log10_inverse_f32", F::kLog10Inverse,
                                  kTableSize};
  static constexpr Table kValue{kIsDouble<F> ? "log10_value_f64" : "log10_value_f32", F::kLog10Value, kTableSize};
  static constexpr const auto& kPolynomial = F::kLog10Polynomial;
  static constexpr double kOf2 = F::kLog10Of2Short, kOf2Low = F::kLog10Of2ShortLow;
  static constexpr double kOfE = F::kLog10e, kOfELow = F::kLog10eLow;
};

/// z/c - 1 as r + low, without error.
template <class Base, class T>
Pair<T> distance_from_entry(const LogSplit<T>& split) {
  const Pair<T> quotient = two_product(split.z, table_lookup(split.entry, Base::kInverse, split.z));
  return {quotient.high - constant(split.z, 1), quotient.low};
}

/// The logarithm's two leading terms without error but in the last bits of `low`, and r^2 times the polynomial beyond.
template <class Base, class T>
Pair<T> log_parts(const LogSplit<T>& split) {
  const T& k = split.k;
  const auto [r, rest] = distance_from_entry<Base>(split);
  const T r_low = fma(-r, rest, rest);  // the rest's part in -r^2/2, too
  // Both terms are short: the sum is exact, and 0 or larger than what is added to it.
  const T value = table_lookup(split.entry, Base::kValue, k);
  const T whole = Base::kOf2 == 1 ? k + value : fma(k, constant(k, Base::kOf2), value);
  T first = r;
  T low = r_low;
  if constexpr (Base::kOfE != 1) {
    const T of_e = constant(k, Base::kOfE);
    const Pair<T> product = two_product(r, of_e);
    first = product.high;
    low = fma(r_low, of_e, fma(r, constant(k, Base::kOfELow), product.low));
  }
  if constexpr (Base::kOf2Low != 0) low = fma(k, constant(k, Base::kOf2Low), low);
  const Pair<T> sum = fast_two_sum(whole, first);
  return {sum.high, fma(r * r, polynomial(r, Base::kPolynomial), sum.low + low)};
}

template <class Base, class F, class T>
T logarithm(const T& x) {
  return split_and_apply<F>(x, [](const LogSplit<T>& split) {
    const Pair<T> log = log_parts<Base>(split);
    return log.high + log.low;
  });
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

/// log of the split number, `correction` being a last term to add.
template <class F, class T>
T log_of_split(const LogSplit<T>& split, const T& correction) {
  const Pair<T> log = log_parts<BaseE<F>>(split);
  return log.high + (log.low + correction);
}

template <class F, class T>
T log1p(const T& x) {
  const T one = constant(x, 1);
  // 1 + x = u + c without error, as a pair whichever is larger.
  const T u = one + x;
  const T c = select(less(x, one), x - (u - one), one - (u - x));
  // Where u is 1, c is x: the sum is then x itself. Elsewhere c / u is a correction in the last place.
  const T common = log_of_split<F>(split_normal<F>(u, exponent_offset<F>(u)), c / u);
  const T tiny = constant(x, kPowerOfTwo<-F::kMantissaBits - 2>);
  const auto ordinary = mask_and(less(constant(x, 0), u), less(u, constant(x, F::Limits::infinity())));
  const T value = select_rare(
      mask_not(ordinary), [&] { return log_special<F>(u, common); }, common);
  return select(less(abs(x), tiny), x, value);
}

}  // namespace rooftop::ops::meaning
