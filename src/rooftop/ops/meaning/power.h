// pow: 2^(y log2 x) with the logarithm and the product as pairs of floats, about 15 bits more than the result needs,
// so that results which are floats (3^2, 10^5, 0.5^-3) come out exact.
#pragma once

#include "rooftop/ops/meaning/exponential.h"
#include "rooftop/ops/meaning/logarithm.h"

namespace rooftop::ops::meaning {

/// log2 of a finite a > 0, relative error below 2^-64 (2^-34 in float32). The low part may reach 2^-10 of the high one:
/// it alone waits for the polynomial.
template <class F, class T>
Pair<T> log2_pair(const T& a) {
  const auto [k, f] = split_positive<F>(a);
  // s = f / (2 + f) and its remainder.
  const T two = constant(a, 2);
  const T sum = f + two;
  const T sum_low = f - (sum - two);
  const T reciprocal = constant(a, 1) / sum;
  const T s = f * reciprocal;
  const T s_low = fma(-s, sum_low, fma(-s, sum, f)) * reciprocal;
  // log2(1 + f) = s (c1 + c3 z + z^2 Q(z)), z = s^2.
  const T z = s * s;
  const T z_low = fma(s, s, -z) + (s + s) * s_low;
  const T c3 = constant(a, F::kTwoThirdsLog2e);
  const Pair<T> third = two_product(c3, z);
  const T third_low = fma(c3, z_low, fma(constant(a, F::kTwoThirdsLog2eLow), z, third.low));
  const Pair<T> factor = fast_two_sum(constant(a, F::kTwoLog2e), third.high);
  const T factor_low = factor.low + (third_low + constant(a, F::kTwoLog2eLow));
  const T tail = fma(z * z, polynomial(z, F::kPowLogPolynomial), factor_low);
  const Pair<T> product = two_product(s, factor.high);
  const Pair<T> result = fast_two_sum(k, product.high);
  const T rest = result.low + fma(s_low, factor.high, product.low);
  return {result.high, fma(s, tail, rest)};
}

/// 2^(high + low) for exponents of any size, |low| small beside |high|.
template <class F, class T>
T exp2_pair(const Pair<T>& exponent) {
  const Pair<T> e = fast_two_sum(exponent.high, exponent.low);
  const T limit = constant(e.high, F::kBias + F::kMantissaBits + 8);
  const T bounded = clamp_exponent<F>(e.high, 1.0);
  const T low = select(less(abs(e.high), limit), e.low, constant(e.high, 0));
  const Rounded<T> n = round_product<F>(bounded, 1.0);
  const Pair<T> r = fast_two_sum(bounded - n.value, low);
  const T ln2 = constant(r.high, F::kLn2);
  const T low_part = fma(r.low, ln2, r.high * constant(r.high, F::kLn2Low));
  const T tail = fma(r.high * r.high, polynomial(r.high, F::kExp2Polynomial), low_part);
  return scale_one_plus<F>(fma(r.high, ln2, tail), n);
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
  // With |y| beyond this every base but 1 overflows or vanishes; the products below stay finite.
  const T largest = constant(x, kIsDouble<F> ? 0x1p66 : 0x1p34);
  const T bounded = max(min(y, largest), -largest);
  const Pair<T> log = log2_pair<F>(abs(x));
  const Pair<T> product = two_product(bounded, log.high);
  const T magnitude = exp2_pair<F>(Pair<T>{product.high, fma(bounded, log.low, product.low)});
  const T infinity = constant(x, F::Limits::infinity());
  const auto ordinary = mask_and(mask_and(less(constant(x, 0), x), less(x, infinity)), less(abs(y), infinity));
  return select_rare(
      mask_not(ordinary), [&] { return pow_special<F>(x, y, magnitude); }, magnitude);
}

}  // namespace rooftop::ops::meaning
