// asin, acos, atan and atan2: one odd polynomial each, on |x| <= 1/2 (asin, acos) or |t| <= 1 (atan); the rest of the
// range is brought there by sqrt((1 - |x|) / 2) or by 1/x, and added to a multiple of pi/2 kept as two floats.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// base + value with |base| >= |value| or base = 0, where `low` collects what belongs to either's last place.
template <class T>
T add_with_low(const T& base, const T& value, const T& low) {
  const Pair<T> sum = fast_two_sum(base, value);
  return sum.high + (sum.low + low);
}

/// What asin and acos share, a = |x|: v + tail is asin(v), v = a or, above 1/2, sqrt((1 - a) / 2).
template <class T>
struct ArcSplit {
  MaskOf<T> big;
  T v;
  T tail;
};

template <class F, class T>
ArcSplit<T> split_arc(const T& a) {
  const T half = constant(a, 0.5);
  const auto big = less(half, a);
  const T z = select(big, fma(a, -half, half), a * a);
  const T v = select(big, sqrt(z), a);
  return {big, v, v * z * polynomial(z, F::kAsinPolynomial)};
}

template <class F, class T>
T asin(const T& x) {
  const auto [big, v, tail] = split_arc<F>(abs(x));
  const T zero = constant(x, 0);
  // Above 1/2: pi/2 - 2 asin(v).
  const T twice = constant(x, -2);
  const T base = select(big, constant(x, F::kHalfPi), zero);
  const T base_low = select(big, constant(x, F::kHalfPiLow), zero);
  const T factor = select(big, twice, constant(x, 1));
  return multiply_sign<F>(add_with_low(base, factor * v, fma(factor, tail, base_low)), x);
}

template <class F, class T>
T acos(const T& x) {
  const auto [big, v, tail] = split_arc<F>(abs(x));
  const T zero = constant(x, 0);
  const auto negative = less(x, zero);
  // pi/2 -+ asin(v) up to 1/2; beyond, 2 asin(v) or pi - 2 asin(v).
  const T quarters = select(big, select(negative, constant(x, 2), zero), constant(x, 1));
  const T upper = select(negative, constant(x, -2), constant(x, 2));
  const T factor = select(big, upper, multiply_sign<F>(constant(x, -1), x));
  const T base = quarters * constant(x, F::kHalfPi);
  return add_with_low(base, factor * v, fma(factor, tail, quarters * constant(x, F::kHalfPiLow)));
}

/// atan(t) - t for |t| <= 1.
template <class F, class T>
T atan_tail(const T& t) {
  const T z = t * t;
  return t * z * polynomial(z, F::kAtanPolynomial);
}

template <class F, class T>
T atan(const T& x) {
  const T a = abs(x);
  const T one = constant(x, 1);
  const T zero = constant(x, 0);
  const auto big = less(one, a);
  const T t = select(big, -one, a) / select(big, a, one);
  const T base = select(big, constant(x, F::kHalfPi), zero);
  const T base_low = select(big, constant(x, F::kHalfPiLow), zero);
  return multiply_sign<F>(add_with_low(base, t, base_low + atan_tail<F>(t)), x);
}

template <class F, class T>
T atan2(const T& y, const T& x) {
  const T ay = abs(y);
  const T ax = abs(x);
  const T one = constant(x, 1);
  const T zero = constant(x, 0);
  const auto steep = less(ax, ay);
  const T smaller = select(steep, ax, ay);
  const T larger = select(steep, ay, ax);
  const T ratio = smaller / larger;
  // 0/0 stands for 0 and inf/inf for 1.
  const T t = select(equal(ax, ay), select(equal(larger, zero), zero, one), ratio);
  // Of x < 0, -0 included: pi - t, or pi/2 + t where steep; of x > 0: t, or pi/2 - t.
  const auto left = less(to_bits(x), int_constant(x, 0));
  const T quarters = select(steep, one, select(left, constant(x, 2), zero));
  const T turned = multiply_sign<F>(select(steep, -t, t), x);
  const T base = quarters * constant(x, F::kHalfPi);
  const T low = fma(quarters, constant(x, F::kHalfPiLow), atan_tail<F>(turned));
  return multiply_sign<F>(add_with_low(base, turned, low), y);
}

}  // namespace rooftop::ops::meaning
