// log, log2, log10 and log1p: x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), s = f / (2 + f),
// log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + s^2 P(s^2))).
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// x = 2^k (1 + f) for finite x > 0.
template <class T>
struct LogSplit {
  T k;
  T f;
};

/// The bits of sqrt(1/2).
template <class F>
inline constexpr std::int64_t kSqrtHalfBits = kIsDouble<F> ? 0x3fe6a09e667f3bcd : 0x3f3504f3;

/// Of a normal x; `biased_offset` is what the exponent's float form is above k.
template <class F, class T>
LogSplit<T> split_normal(const T& x, const T& biased_offset) {
  // Adding the distance of 1 from sqrt(1/2) makes the exponent field step at sqrt(1/2) instead of 1.
  const IntOf<T> moved = to_bits(x) + int_constant(x, power_bits<F>(0) - kSqrtHalfBits<F>);
  const IntOf<T> exponent = shift_right_logical(moved, F::kMantissaBits);
  const T k = from_bits(exponent | int_constant(x, F::kPowerRounderBits)) - biased_offset;
  const T m = from_bits((moved & int_constant(x, F::kMantissaMask)) + int_constant(x, kSqrtHalfBits<F>));
  return {k, m - constant(x, 1)};
}

template <class F, class T>
LogSplit<T> split_positive(const T& x) {
  // Subnormal arguments are scaled up first.
  constexpr int kLift = F::kMantissaBits + 2;
  const auto subnormal = less(x, constant(x, F::Limits::min()));
  const T lifted = select(subnormal, x * constant(x, kPowerOfTwo<kLift>), x);
  const T offset =
      select(subnormal, constant(x, F::kPowerRounder + F::kBias + kLift), constant(x, F::kPowerRounder + F::kBias));
  return split_normal<F>(lifted, offset);
}

/// log(1 + f) - f, for f of a split, as -(f^2/2 - s (f^2/2 + R)).
template <class F, class T>
T log_tail(const T& f) {
  const T s = f / (f + constant(f, 2));
  const T z = s * s;
  const T half_square = constant(f, 0.5) * f * f;
  return fma(s, fma(z, polynomial(z, F::kLogPolynomial), half_square), -half_square);
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
      of_split(split_normal<F>(x, constant(x, F::kPowerRounder + F::kBias))));
}

/// log of the split number, `correction` being a last term to add.
template <class F, class T>
T log_of_split(const LogSplit<T>& split, const T& correction) {
  const auto& [k, f] = split;
  // k ln 2 has an exact high part: the high part of ln 2 ends in zeros.
  const auto sum = fast_two_sum(k * constant(k, F::kLn2Short), f);
  const T low = fma(k, constant(k, F::kLn2ShortLow), log_tail<F>(f) + correction);
  return sum.high + (sum.low + low);
}

template <class F, class T>
T log_of_split(const LogSplit<T>& split) {
  const auto& [k, f] = split;
  const auto sum = fast_two_sum(k * constant(k, F::kLn2Short), f);
  const T low = fma(k, constant(k, F::kLn2ShortLow), log_tail<F>(f));
  return sum.high + (sum.low + low);
}

template <class F, class T>
T log(const T& x) {
  return split_and_apply<F>(x, [](const LogSplit<T>& split) { return log_of_split<F>(split); });
}

template <class F, class T>
T log2_of_split(const LogSplit<T>& split) {
  const auto& [k, f] = split;
  const T c = constant(k, F::kLog2e);
  const T low = fma(log_tail<F>(f), c, f * constant(k, F::kLog2eLow));
  return k + fma(f, c, low);
}

template <class F, class T>
T log2(const T& x) {
  return split_and_apply<F>(x, [](const LogSplit<T>& split) { return log2_of_split<F>(split); });
}

template <class F, class T>
T log10_of_split(const LogSplit<T>& split) {
  const auto& [k, f] = split;
  const T c = constant(k, F::kLog10e);
  const T small = fma(k, constant(k, F::kLog10Of2ShortLow), f * constant(k, F::kLog10eLow));
  const T high = k * constant(k, F::kLog10Of2Short);
  return high + fma(f, c, fma(log_tail<F>(f), c, small));
}

template <class F, class T>
T log10(const T& x) {
  return split_and_apply<F>(x, [](const LogSplit<T>& split) { return log10_of_split<F>(split); });
}

template <class F, class T>
T log1p(const T& x) {
  const T one = constant(x, 1);
  // 1 + x = u + c without error, as a pair whichever is larger.
  const T u = one + x;
  const T c = select(less(x, one), x - (u - one), one - (u - x));
  // Where u is 1, c is x: the sum is then x itself. Elsewhere c / u is a correction in the last place.
  const T common = log_of_split<F>(split_normal<F>(u, constant(x, F::kPowerRounder + F::kBias)), c / u);
  const T tiny = constant(x, kPowerOfTwo<-F::kMantissaBits - 2>);
  const auto ordinary = mask_and(less(constant(x, 0), u), less(u, constant(x, F::Limits::infinity())));
  const T value = select_rare(
      mask_not(ordinary), [&] { return log_special<F>(u, common); }, common);
  return select(less(abs(x), tiny), x, value);
}

}  // namespace rooftop::ops::meaning
