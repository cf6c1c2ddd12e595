// pow: e^(y log x) with the logarithm and the product as pairs of floats, about 15 bits more than the result needs,
// so that results which are floats (3^2, 10^5, 0.5^-3) come out exact.
#pragma once

#include "rooftop/ops/meaning/exponential.h"
#include "rooftop/ops/meaning/logarithm.h"

namespace rooftop::ops::meaning {

/// z/c - 1 as r + low, without error.
template <class Base, class T>
Pair<T> exact_distance_from_entry(const LogSplit<T>& split) {
  const Pair<T> quotient = two_product(split.z, table_lookup(split.entry, Base::kInverse, split.z));
  return {quotient.high - constant(split.z, 1), quotient.low};
}

/// log of a split number as a pair, relative error below 2^-64 (2^-34 in float32).
template <class F, class T>
Pair<T> log_pair(const LogSplit<T>& split) {
  static constexpr Table kValueLow{kIsDouble<F> ? "log_value_low_f64" : "log_value_low_f32", F::kLogValueLow,
                                   kTableSize};
  const T& k = split.k;
  const auto [r, r_low] = exact_distance_from_entry<BaseE<F>>(split);
  const T whole = fma(k, constant(k, F::kLn2Short), table_lookup(split.entry, BaseE<F>::kValue, k));  // exact
  const T whole_low = fma(k, constant(k, F::kLn2ShortLow), table_lookup(split.entry, kValueLow, k));
  // log(1 + r) = r - r^2/2 + r^3 Q(r); the low part of r counts times 1/(1 + r), about (1 - r) (1 + r^2).
  const T r_square = r * r;
  const T low = fma(-r, r_low, r_low);
  const Pair<T> first = fast_two_sum(whole, r);
  const Pair<T> square = two_product(r * constant(k, -0.5), r);
  const Pair<T> sum = fast_two_sum(first.high, square.high);
  const T rest = fma(r_square, r * polynomial(r, F::kPowLogPolynomial), fma(r_square, low, low));
  return fast_two_sum(sum.high, sum.low + (first.low + (square.low + (whole_low + rest))));
}

/// pow where x is not a positive finite number or y is not finite; `magnitude` is |x|^y where both are finite.
template <class F, class T>
T pow_special(const T& x, const T& y, const T& magnitude) {
  const T zero = constant(x, 0);
  const T one = constant(x, 1);
  const T infinity = constant(x, F::Limits::infinity());
  const T nan = constant(x, F::Limits::quiet_NaN());
  const T a = abs(x);
  const auto below_one = less(a, one);
  const auto y_negative = less(y, zero);
  const auto grows = mask_or(mask_and(below_one, y_negative), mask_and(mask_not(below_one), mask_not(y_negative)));
  const auto both_finite = mask_and(mask_and(less(zero, a), less(a, infinity)), less(abs(y), infinity));
  T value = select(both_finite, magnitude, select(grows, infinity, zero));
  value = select(equal(a, one), one, value);
  const T half = y * constant(x, 0.5);
  const auto integral = equal(rint(y), y);
  const auto odd = mask_and(integral, mask_not(equal(rint(half), half)));
  value = multiply_sign<F>(value, select(odd, x, zero));
  const auto negative_finite = mask_and(less(x, zero), less(-infinity, x));
  const auto unordered = mask_not(mask_and(equal(x, x), equal(y, y)));
  const auto undefined = mask_or(unordered, mask_and(negative_finite, mask_not(integral)));
  value = select(undefined, nan, value);
  return select(mask_or(equal(y, zero), equal(x, one)), one, value);
}

template <class F, class T>
T pow(const T& x, const T& y) {
  const T a = abs(x);
  const T infinity = constant(x, F::Limits::infinity());
  const auto exponent = [&](const LogSplit<T>& split, const T& factor) {
    const Pair<T> log = log_pair<F>(split);
    const Pair<T> product = two_product(factor, log.high);
    return Pair<T>{product.high, fma(factor, log.low, product.low)};
  };
  const Pair<T> e = exponent(split_normal<F>(a, exponent_offset<F>(a)), y);
  const auto normal = mask_and(less_equal(constant(x, F::Limits::min()), x), less(x, infinity));
  const auto moderate = less(abs(e.high), constant(x, (F::kBias - 2) * 0.6931471805599453));
  return select_rare(
      mask_not(mask_and(normal, moderate)),
      [&] {
        // With |y| beyond this every base but 1 overflows or vanishes; the products stay finite.
        const T largest = constant(x, kIsDouble<F> ? 0x1p66 : 0x1p34);
        const Pair<T> far = exponent(split_positive<F>(a), max(min(y, largest), -largest));
        const T bounded = clamp_exponent<F>(far.high, 0.6931471805599453);
        const T low = select(equal(bounded, far.high), far.low, constant(x, 0));
        const T magnitude = far_value_of<F>(split_exp<F>(bounded, low), less(bounded, constant(x, 0)));
        return pow_special<F>(x, y, magnitude);
      },
      value_of<F>(split_exp<F>(e.high, e.low)));
}

}  // namespace rooftop::ops::meaning
