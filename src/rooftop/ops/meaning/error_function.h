// erf: a polynomial below 1, above it 1 - e^-g with g = -log(erfc) as a polynomial, which needs ever fewer bits.
// erfc: e^(-a^2) P(t) / (1 + c a) with t = (a - K) / (a + K) for all a = |x| >= 0; c makes P flat, so that the error of
// t hardly matters.
#pragma once

#include "rooftop/ops/meaning/exponential.h"

namespace rooftop::ops::meaning {

template <class F, class T>
T erf(const T& x) {
  const T a = abs(x);
  const T one = constant(x, 1);
  const T small = fma(a, polynomial(a * a, F::kErfPolynomial), a);
  // From 6 (4) on erf rounds to 1.
  const T bounded = min(a, constant(x, kIsDouble<F> ? 6.0 : 4.0));
  const T large = one - value_of<F>(split_exp<F>(-polynomial(bounded, F::kLogErfcPolynomial)));
  return multiply_sign<F>(select(less(a, constant(x, F::kErfLimit)), small, large), x);
}

template <class F, class T>
T erfc(const T& x) {
  const T one = constant(x, 1);
  // From here on erfc vanishes.
  const T a = min(abs(x), constant(x, kIsDouble<F> ? 27.5 : 10.3));
  const T k = constant(x, F::kErfcCentre);
  const T t = (a - k) / (a + k);
  const T factor = polynomial(t, F::kErfcPolynomial) / fma(a, constant(x, F::kErfcSlope), one);
  const Pair<T> square = two_product(a, a);
  const Exponential<T> e = split_exp<F>(-square.high, -square.low);
  // Exponents go down to -1091 (-153): the scaling takes two steps.
  constexpr int kLift = kIsDouble<F> ? 70 : 30;
  constexpr std::int64_t kLiftBits = kLift * (std::int64_t{1} << F::kMantissaBits);
  const Pair<T> product = two_product(factor, from_bits(e.bits + int_constant(x, kLiftBits)));
  const T lifted = product.high + fma(product.high, e.p, product.low);
  const T value = lifted * constant(x, kPowerOfTwo<-kLift>);
  return select(less(x, constant(x, 0)), constant(x, 2) - value, value);
}

}  // namespace rooftop::ops::meaning
