// sin, cos and tan: |x| = n pi/2 + r with |r| <= pi/4 and r as a pair of floats, then polynomials in r.
// Huge arguments are reduced exactly too, with as much of 2/pi as their exponent asks for, as a rare case.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// |x| = n pi/2 + (high + low); `quadrant` has n in its two lowest bits.
template <class T>
struct TrigSplit {
  IntOf<T> quadrant;
  T high;
  T low;
};

/// For a < kModerateLimit, where three parts of pi/2 give r to full relative accuracy.
template <class F, class T>
TrigSplit<T> reduce_moderate(const T& a) {
  const Rounded<T> n = round_product<F>(a, F::kTwoOverPi);
  // Exact: the difference is a multiple of the last bit of pi/2's first part and below 1.
  const T first = fma(n.value, constant(a, -F::kHalfPi), a);
  // high + rest is exact: where first and n kHalfPiMiddle cancel, high is, because kHalfPiMiddle is short.
  const T high = fma(n.value, constant(a, -F::kHalfPiMiddle), first);
  const T rest = fma(n.value, constant(a, -F::kHalfPiMiddle), first - high);
  return {n.bits, high, fma(n.value, constant(a, -F::kHalfPiTail), rest)};
}

/// x mod 4 in [-2, 2], without error.
template <class T>
T modulo_four(const T& x) {
  return fma(rint(x * constant(x, 0.25)), constant(x, -4), x);
}

/// For a >= kModerateLimit, also infinite (then r is NaN). a = M 2^(step row + first) with M an integer, so that
/// a 2/pi mod 4 is M times a row of the table, mod 4; each product is kept without error.
template <class F, class T>
TrigSplit<T> reduce_huge(const T& a) {
  static constexpr Table kTable{kIsDouble<F> ? "two_over_pi_f64" : "two_over_pi_f32", F::kTwoOverPiBlocks,
                                sizeof(F::kTwoOverPiBlocks) / sizeof(double)};
  constexpr int kStepLog2 = kIsDouble<F> ? 5 : 3;
  constexpr int kFirst = kIsDouble<F> ? -32 : -16;
  // Lanes that are not huge follow along with some argument that stays inside the table.
  const T inside = max(a, constant(a, F::kModerateLimit));
  const IntOf<T> exponent = shift_right_logical(to_bits(inside), F::kMantissaBits);
  const IntOf<T> row = shift_right_logical(exponent - int_constant(a, F::kBias + F::kMantissaBits + kFirst), kStepLog2);
  const IntOf<T> scale = int_constant(a, power_bits<F>(-kFirst)) - shift_left(row, kStepLog2 + F::kMantissaBits);
  const T m = inside * from_bits(scale);
  const IntOf<T> entry = shift_left(row, 2);
  const auto part = [&](int i) { return table_lookup(entry + int_constant(a, i), kTable, a); };
  const Pair<T> p0 = two_product(m, part(0));
  const Pair<T> p1 = two_product(m, part(1));
  const Pair<T> p2 = two_product(m, part(2));
  const T p3 = m * part(3);
  const Pair<T> s1 = two_sum(modulo_four(p0.high), modulo_four(p0.low));
  const Pair<T> s2 = two_sum(s1.high, modulo_four(p1.high));
  const T n = rint(s2.high);
  // The fraction may cancel down to 2^-62 (2^-31): every sum keeps its error until the end.
  const Pair<T> f1 = two_sum(s2.high - n, s1.low);
  const Pair<T> f2 = two_sum(f1.high, s2.low);
  const Pair<T> f3 = two_sum(f2.high, p1.low);
  const Pair<T> f4 = two_sum(f3.high, p2.high);
  const T small = ((p2.low + p3) + f4.low) + ((f1.low + f2.low) + f3.low);
  const Pair<T> f = two_sum(f4.high, small);
  const T half_pi = constant(a, F::kHalfPi);
  const Pair<T> r = two_product(f.high, half_pi);
  const T low = fma(f.low, half_pi, fma(f.high, constant(a, F::kHalfPiLow), r.low));
  return {to_bits(n + constant(a, F::kRounder)), r.high, low};
}

/// sin(r) - r.high and cos(r) - 1.
template <class F, class T>
T sin_tail(const TrigSplit<T>& r, const T& z) {
  return fma(r.high * z, polynomial(z, F::kSinPolynomial), r.low);
}
template <class F, class T>
T cos_tail(const TrigSplit<T>& r, const T& z) {
  const T small = fma(z * z, polynomial(z, F::kCosPolynomial), -(r.high * r.low));
  return fma(z, constant(z, -0.5), small);
}

/// sin(r + (n + shift) pi/2), n being the quadrant; the sign bit of `sign` is flipped in.
template <class F, class T>
T sin_of_split(const TrigSplit<T>& r, int shift, const IntOf<T>& sign) {
  const T z = r.high * r.high;
  const IntOf<T> n = shift == 0 ? r.quadrant : r.quadrant + int_constant(z, shift);
  const auto even = equal(n & int_constant(z, 1), int_constant(z, 0));
  const T head = select(even, r.high, constant(z, 1));
  const T value = head + select(even, sin_tail<F>(r, z), cos_tail<F>(r, z));
  const IntOf<T> half_turn = shift_left(n, F::kMantissaBits + F::kExponentBits - 1);
  return from_bits(to_bits(value) ^ ((half_turn ^ sign) & int_constant(z, F::kSignBit)));
}

template <class F, class T>
T tan_of_split(const TrigSplit<T>& r) {
  // Near a multiple of pi/2 low may be a large part of r.
  const Pair<T> angle = fast_two_sum(r.high, r.low);
  const T z = angle.high * angle.high;
  // r cot r is smooth: tan is r over it, and cot it over r.
  const T cotangent = polynomial(z, F::kTanPolynomial);
  const auto even = equal(r.quadrant & int_constant(z, 1), int_constant(z, 0));
  const T quotient = select(even, angle.high, -cotangent) / select(even, cotangent, angle.high);
  return fma(angle.low, fma(quotient, quotient, constant(z, 1)), quotient);
}

/// `of_split` of |x|'s reduction, moderate or huge.
template <class F, class T, class OfSplit>
T reduce_and_apply(const T& a, OfSplit&& of_split) {
  const auto huge = less_equal(constant(a, F::kModerateLimit), a);
  return select_rare(
      huge, [&] { return of_split(reduce_huge<F>(a)); }, of_split(reduce_moderate<F>(a)));
}

template <class F, class T>
T sin(const T& x) {
  return reduce_and_apply<F>(abs(x), [&](const TrigSplit<T>& r) { return sin_of_split<F>(r, 0, to_bits(x)); });
}

template <class F, class T>
T cos(const T& x) {
  return reduce_and_apply<F>(abs(x), [&](const TrigSplit<T>& r) { return sin_of_split<F>(r, 1, int_constant(x, 0)); });
}

template <class F, class T>
T tan(const T& x) {
  const T value = reduce_and_apply<F>(abs(x), [](const TrigSplit<T>& r) { return tan_of_split<F>(r); });
  return multiply_sign<F>(value, x);
}

}  // namespace rooftop::ops::meaning
