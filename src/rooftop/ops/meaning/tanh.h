// tanh. float64: (e^2|x| - 1) / (e^2|x| + 1), whose parts are sums of a power of two and of the tanh of a small
// rest. float32 has no time for a division: tables of polynomials, one for each of sixteen parts.
#pragma once

#include "rooftop/ops/meaning/exponential.h"

namespace rooftop::ops::meaning {

/// Of 0 <= a <= 20, in float64: with a = n ln(2)/32 + r and s = 2^(n/16), e^2a is s (1 + t) / (1 - t), t = tanh(r).
template <class F, class T>
T tanh_by_quotient(const T& a) {
  static constexpr Table kPowers{"powers_of_two_f64", F::kExpTable, kTableSize};
  static constexpr Table kTails{"powers_of_two_tail_f64", F::kExpTail, kTableSize};
  const T one = constant(a, 1);
  const Rounded<T> n = round_product<F>(a, 2 * F::kLog2e * kTableSize);
  const T r = fma(n.value, constant(a, -F::kLn2 / (2 * kTableSize)), a);
  const IntOf<T> j = n.bits & int_constant(a, kTableSize - 1);
  const T s = from_bits(to_bits(table_lookup(j, kPowers, a)) + shift_left(n.bits, F::kMantissaBits - kTableBits));
  // What the table's power lacks counts in the first term alone.
  const T first = fma(table_lookup(j, kTails, a), constant(a, 0.5), r);
  const T z = r * r;
  const T t = fma(r * z, polynomial(z, F::kTanhPolynomial), first);
  // Both parts times 1 - t; their difference is 2 - 2 t. The divisor is made of the dividend, so that what the latter
  // errs by counts less and less as the quotient comes near to 1.
  const T two = constant(a, 2);
  const T dividend = fma(s + one, t, s - one);
  return dividend / (dividend + fma(-two, t, two));
}

/// Of a >= 0, in float32: tanh(c + r) = tanh(c) + r q(r), c being in the middle of the part that a is in.
template <class F, class T>
T tanh_by_parts(const T& a) {
  static constexpr Table kCentre{"tanh_centre", F::kTanhCentre, kTableSize};
  static constexpr Table kValue{"tanh_value", F::kTanhValue, kTableSize};
  static constexpr Table kSlope0{"tanh_slope_0", F::kTanhSlope0, kTableSize};
  static constexpr Table kSlope1{"tanh_slope_1", F::kTanhSlope1, kTableSize};
  static constexpr Table kSlope2{"tanh_slope_2", F::kTanhSlope2, kTableSize};
  static constexpr Table kSlope3{"tanh_slope_3", F::kTanhSlope3, kTableSize};
  static constexpr Table kSlope4{"tanh_slope_4", F::kTanhSlope4, kTableSize};
  // Parts are quarters of octaves of this number from 1 to 16: short where a is small.
  const T t = fma(a, constant(a, F::kTanhScale), constant(a, 1));
  const IntOf<T> part = shift_right_logical(to_bits(t), F::kMantissaBits - 2) & int_constant(a, kTableSize - 1);
  const auto look_up = [&](const Table& table) { return table_lookup(part, table, a); };
  const T r = a - look_up(kCentre);
  T q = fma(look_up(kSlope4), r, look_up(kSlope3));
  q = fma(fma(q, r, look_up(kSlope2)), r, look_up(kSlope1));
  q = fma(q, r, look_up(kSlope0));
  // The first part's polynomial is what is added to a itself.
  return fma(r, q, select(less(t, constant(a, 1.25)), a, look_up(kValue)));
}

template <class F, class T>
T tanh(const T& x) {
  // Where it is 1; NaN stays.
  const T a = min(abs(x), constant(x, kIsDouble<F> ? 20.0 : 9.09));
  if constexpr (kIsDouble<F>) {
    return multiply_sign<F>(tanh_by_quotient<F>(a), x);
  } else {
    return multiply_sign<F>(tanh_by_parts<F>(a), x);
  }
}

}  // namespace rooftop::ops::meaning
