// exp, exp2 and expm1: x = n ln 2 + r with |r| <= ln(2)/2, a polynomial in r, then a scaling by 2^n in two steps.
// Two steps, so that results near the ends of the range, subnormal ones too, come out right.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// What the exponentials share: the argument's nearest multiple n of ln 2 and the rest r.
template <class T>
struct ExpSplit {
  Rounded<T> n;
  T r;
};

template <class F, class T>
ExpSplit<T> split_by_ln2(const T& x) {
  const Rounded<T> n = round_product<F>(x, F::kLog2e);
  // The first step is exact: the difference is a multiple of the last bit of ln 2's high part and below 1/2.
  const T high = fma(n.value, constant(x, -F::kLn2), x);
  return {n, fma(n.value, constant(x, -F::kLn2Low), high)};
}

/// (1 + p) 2^n for any n that a clamped argument can have; only subnormal results are rounded twice.
template <class F, class T>
T scale_one_plus(const T& p, const Rounded<T>& n) {
  // Exponents are moved into the normal range: up by kLift where n is negative, down by one otherwise.
  constexpr int kLift = F::kMantissaBits + 8;
  const auto negative = less(n.value, constant(p, 0));
  const T first = select(negative, scale_from<F>(n, kLift), scale_from<F>(n, -1));
  const T second = select(negative, constant(p, kPowerOfTwo<-kLift>), constant(p, 2));
  return fma(p, first, first) * second;
}

/// x restricted to where e^x (or 2^x) is neither surely infinite nor surely zero; NaN stays.
template <class F, class T>
T clamp_exponent(const T& x, double unit) {
  const double highest = (F::kBias + 1.5) * unit;
  const double lowest = -(F::kBias + F::kMantissaBits + 1.5) * unit;
  return max(min(x, constant(x, highest)), constant(x, lowest));
}

template <class F, class T>
T exp(const T& x) {
  const T y = clamp_exponent<F>(x, 0.6931471805599453);
  const auto [n, r] = split_by_ln2<F>(y);
  const T p = fma(r * r, polynomial(r, F::kExpPolynomial), r);
  return scale_one_plus<F>(p, n);
}

template <class F, class T>
T exp2(const T& x) {
  const T y = clamp_exponent<F>(x, 1.0);
  const Rounded<T> n = round_product<F>(y, 1.0);
  const T r = y - n.value;
  const T tail = fma(r * r, polynomial(r, F::kExp2Polynomial), r * constant(r, F::kLn2Low));
  const T p = fma(r, constant(r, F::kLn2), tail);
  return scale_one_plus<F>(p, n);
}

/// e^r - 1 for |r| <= ln(2)/2.
template <class F, class T>
T expm1_reduced(const T& r) {
  return fma(r * r, polynomial(r, F::kExpm1Polynomial), r);
}

template <class F, class T>
T expm1(const T& x) {
  // Below -50 (-20) the result is -1 anyway; above, n >= -73, so 2^(n-1) is normal.
  const T lowest = constant(x, kIsDouble<F> ? -50.0 : -20.0);
  const T highest = constant(x, (F::kBias + 1.5) * 0.6931471805599453);
  const T y = max(min(x, highest), lowest);
  const auto [n, r] = split_by_ln2<F>(y);
  const T p = expm1_reduced<F>(r);
  const T half_scale = scale_from<F>(n, -1);
  const T half = fma(half_scale, p, half_scale - constant(x, 0.5));
  // x itself where it is zero or so small that the polynomial adds nothing: keeps the sign of zero.
  const T tiny = constant(x, kPowerOfTwo<-F::kMantissaBits - 2>);
  return select(less(abs(x), tiny), x, half + half);
}

}  // namespace rooftop::ops::meaning
