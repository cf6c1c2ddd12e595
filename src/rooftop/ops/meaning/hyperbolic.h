// sinh and cosh from e^|x| = 2^n e^r, and the inverses of the hyperbolic functions by the logarithm's polynomials.
#pragma once

#include "rooftop/ops/meaning/exponential.h"
#include "rooftop/ops/meaning/logarithm.h"

namespace rooftop::ops::meaning {

/// e^a and e^-a for 0 <= a: with a = n ln 2 + r, half their sum is 2 (even + even c + odd s) and half their difference
/// 2 (odd + odd c + even s), where c = cosh(r) - 1 and s = r + s_tail = sinh(r).
template <class T>
struct HyperbolicSplit {
  T even;  ///< (2^n + 2^-n) / 4
  T odd;   ///< (2^n - 2^-n) / 4
  T r;
  T c;
  T s_tail;
};

template <class F, class T>
HyperbolicSplit<T> split_hyperbolic(const T& a) {
  const T bounded = min(a, constant(a, (F::kBias + 2.4) * 0.6931471805599453));
  const Rounded<T> n = round_product<F>(bounded, F::kLog2e);
  const T first = fma(n.value, constant(a, -F::kLn2), bounded);
  const T r = fma(n.value, constant(a, -F::kLn2Low), first);
  const T r_low = fma(n.value, constant(a, -F::kLn2Low), first - r);
  const T z = r * r;
  const T c = z * polynomial(z, F::kCoshPolynomial);
  const T s_tail = fma(r * z, polynomial(z, F::kSinhPolynomial), r_low);
  const T grow = scale_from<F>(n, -2);
  // 2^(-n-2), by the exponent's mirror image; too small to matter from 2^-64 on.
  const T mirror = from_bits(int_constant(a, 2 * power_bits<F>(-2)) - to_bits(grow));
  const T shrink = select(less(n.value, constant(a, 64)), mirror, constant(a, 0));
  return {grow + shrink, grow - shrink, r, c, s_tail};
}

template <class F, class T>
T sinh(const T& x) {
  const T a = abs(x);
  const auto [even, odd, r, c, s_tail] = split_hyperbolic<F>(a);
  const T half = odd + fma(even, r, fma(even, s_tail, odd * c));
  // x itself where it is tiny: halves of subnormal numbers are not exact.
  const T value = select(less(a, constant(x, kPowerOfTwo<-F::kMantissaBits / 2 - 3>)), a, half + half);
  return multiply_sign<F>(value, x);
}

template <class F, class T>
T cosh(const T& x) {
  const auto [even, odd, r, c, s_tail] = split_hyperbolic<F>(abs(x));
  const T half = even + fma(odd, r, fma(odd, s_tail, even * c));
  return half + half;
}

/// log(1 + u) for 0 <= u below 2^kBias.
template <class F, class T>
T log_of_one_plus(const T& u) {
  const Pair<T> sum = one_plus(u);
  return log_of_pair<F>(sum, split_normal<F>(sum.high, exponent_offset<F>(u)));
}

/// Beyond this 1 is lost beside x^2: asinh and acosh are log(2 x).
template <class F>
inline constexpr double kLargeArea = kPowerOfTwo<F::kMantissaBits / 2 + 2>;

/// log(2 x) for normal x; infinity and NaN are themselves.
template <class F, class T>
T log_of_twice(const T& x) {
  const auto [k, z, entry] = split_normal<F>(x, exponent_offset<F>(x));
  const T value = log_of_split<BaseE<F>>(LogSplit<T>{k + constant(x, 1), z, entry});
  return select(less(x, constant(x, F::Limits::infinity())), value, x);
}

template <class F, class T>
T asinh(const T& x) {
  // log1p(a + a^2 / (1 + sqrt(1 + a^2))).
  const T a = abs(x);
  const T one = constant(x, 1);
  const T square = a * a;
  const T common = log_of_one_plus<F>(a + square / (one + sqrt(one + square)));
  const auto large = mask_not(less(a, constant(x, kLargeArea<F>)));
  return multiply_sign<F>(select_rare(
                              large, [&] { return log_of_twice<F>(a); }, common),
                          x);
}

template <class F, class T>
T acosh(const T& x) {
  // log1p(t + sqrt(t^2 + 2 t)), t = x - 1.
  const T one = constant(x, 1);
  const T t = x - one;
  const T common = log_of_one_plus<F>(t + sqrt(fma(t, t, t + t)));
  const auto inside = mask_and(less_equal(one, x), less(x, constant(x, kLargeArea<F>)));
  return select_rare(
      mask_not(inside), [&] { return select(less(x, one), constant(x, F::Limits::quiet_NaN()), log_of_twice<F>(x)); },
      common);
}

/// k/2 ln 2 + atanh(s) for s = numerator / denominator, |s| <= 0.2.
template <class F, class T>
T atanh_of_quotient(const T& k, const T& numerator, const T& denominator) {
  const T s = numerator / denominator;
  const T z = s * s;
  const auto sum = fast_two_sum(k * constant(k, F::kLn2Short * 0.5), s);
  const T low = fma(s * z, polynomial(z, F::kAtanhPolynomial), k * constant(k, F::kLn2ShortLow * 0.5));
  return sum.high + (sum.low + low);
}

template <class F, class T>
T atanh(const T& x) {
  // With (1 + a) / (1 - a) = 2^k m: k/2 ln 2 + atanh(s), s = (m - 1) / (m + 1) by one division.
  const T a = abs(x);
  const T one = constant(x, 1);
  const T above = one + a;
  const T below = one - a;
  // The difference of the bits is about the logarithm of the quotient; half added, so that the shift rounds.
  const IntOf<T> ratio = to_bits(above) - to_bits(below);
  constexpr std::int64_t kRound = (std::int64_t{1} << (F::kMantissaBits - 1)) + power_bits<F>(0);
  const IntOf<T> biased = shift_right_logical(ratio + int_constant(x, kRound), F::kMantissaBits);
  const T k = from_bits(biased | int_constant(x, F::kPowerRounderBits)) - constant(x, F::kPowerRounder + F::kBias);
  const T p = from_bits(shift_left(biased, F::kMantissaBits));
  // m - 1 and m + 1, times (1 - a) 2^k: exact up to one rounding while 1 + 2^k is, that is unless a is next to 1.
  const T common = atanh_of_quotient<F>(k, fma(a, one + p, one - p), fma(a, one - p, one + p));
  const auto rare = mask_not(less(a, constant(x, 1 - kPowerOfTwo<-F::kMantissaBits + 8>)));
  const T value = select_rare(
      rare,
      [&] {
        const T near_one = atanh_of_quotient<F>(k, fma(-p, below, above), fma(p, below, above));
        const T outside =
            select(equal(a, one), constant(x, F::Limits::infinity()), constant(x, F::Limits::quiet_NaN()));
        return select(less(a, one), near_one, outside);
      },
      common);
  return multiply_sign<F>(value, x);
}

}  // namespace rooftop::ops::meaning
