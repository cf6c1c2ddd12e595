// cbrt by an approximation of x^(-1/3) and a series in its error; hypot as a square root, scaled where squares would
// overflow or vanish.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// 2^j and nearly 2^(-j/3) for the exponents 3 q + j, j = 0, 1, 2. An entry is four bits of exponent / 3, two of them
/// of the fraction, which is 0, 1/4 or 1/2, and 3/4 there; the other two are q's.
inline constexpr double kCbrtSteps[] = {1, 2, 2, 4, 1, 2, 2, 4, 1, 2, 2, 4, 1, 2, 2, 4};
inline constexpr double kTurn1 = 0x1.965feap-1, kTurn2 = 0x1.428a3p-1;
inline constexpr double kCbrtTurns[] = {1, kTurn1, kTurn1, kTurn2, 1, kTurn1, kTurn1, kTurn2,
                                        1, kTurn1, kTurn1, kTurn2, 1, kTurn1, kTurn1, kTurn2};

/// The cube root of a normal a > 0.
template <class F, class T>
T cbrt_normal(const T& a) {
  static constexpr Table kSteps{"cbrt_steps", kCbrtSteps, 16};
  static constexpr Table kTurns{"cbrt_turns", kCbrtTurns, 16};
  // a = 2^(3 q + j) m with 1 <= m < 2. The last bits of `thirds` are fourths of exponent / 3: a third of the rounder's
  // power is off by 1/12, which takes 1/3 to 5/12 and 2/3 to 3/4, clear of where the next fourth begins.
  const IntOf<T> bits = to_bits(a);
  const T power = from_bits(shift_right_logical(bits, F::kMantissaBits) | int_constant(a, F::kPowerRounderBits));
  const T m = from_bits((bits & int_constant(a, F::kMantissaMask)) | int_constant(a, power_bits<F>(0)));
  constexpr double kOffset = F::kRounder / 4 - F::kPowerRounder / 3 - F::kBias / 3.0;
  const IntOf<T> thirds = to_bits(fma(power, constant(a, 1.0 / 3), constant(a, kOffset)));
  const IntOf<T> entry = thirds & int_constant(a, 15);
  const T reduced = m * table_lookup(entry, kSteps, a);
  const T inverse = polynomial(m, F::kInverseCbrtPolynomial) * table_lookup(entry, kTurns, a);
  // root = u (1 - error)^(-2/3), where the error of u's own rounding is two thirds in `error`.
  const T u = reduced * (inverse * inverse);
  const T error = fma(-u, inverse, constant(a, 1));
  T slope = fma(error, constant(a, 5.0 / 9), constant(a, 2.0 / 3));
  if constexpr (kIsDouble<F>) slope = fma(error * error, constant(a, 40.0 / 81), slope);
  const T root = fma(u * error, slope, u);
  return from_bits(to_bits(root) + shift_left(shift_right_logical(thirds, 2), F::kMantissaBits));
}

template <class F, class T>
T cbrt(const T& x) {
  constexpr int kLift = F::kMantissaBits + 2 - (F::kMantissaBits + 2) % 3 + 3;  // a multiple of 3
  const T a = abs(x);
  const T zero = constant(x, 0);
  const T infinity = constant(x, F::Limits::infinity());
  const auto normal = mask_and(less_equal(constant(x, F::Limits::min()), a), less(a, infinity));
  const T value = select_rare(
      mask_not(normal),
      [&] {
        const T lifted = cbrt_normal<F>(a * constant(x, kPowerOfTwo<kLift>));
        const T subnormal = lifted * constant(x, kPowerOfTwo<-kLift / 3>);
        const auto inside = mask_and(less(zero, a), less(a, infinity));
        return select(inside, subnormal, a);
      },
      cbrt_normal<F>(a));
  return multiply_sign<F>(value, x);
}

template <class F, class T>
T hypot(const T& x, const T& y) {
  const T ax = abs(x);
  const T ay = abs(y);
  const auto steep = less(ax, ay);
  const T larger = select(steep, ay, ax);
  const T smaller = select(steep, ax, ay);
  const auto root_of_squares = [](const T& a, const T& b) { return sqrt(fma(a, a, b * b)); };
  constexpr int kSafe = F::kBias / 2 - F::kMantissaBits - 2;
  const T high = constant(x, kPowerOfTwo<kSafe>);
  const T low = constant(x, kPowerOfTwo<-kSafe>);
  const auto safe = mask_and(less(low, larger), less(larger, high));
  return select_rare(
      mask_not(safe),
      [&] {
        constexpr int kRaise = kIsDouble<F> ? 600 : 90;
        constexpr int kLower = kIsDouble<F> ? 520 : 67;
        const auto small = less(larger, high);
        const T down = select(small, constant(x, kPowerOfTwo<kRaise>), constant(x, kPowerOfTwo<-kLower>));
        const T up = select(small, constant(x, kPowerOfTwo<-kRaise>), constant(x, kPowerOfTwo<kLower>));
        const T scaled = root_of_squares(larger * down, smaller * down) * up;
        // NaN unless one side is infinite: then the other does not matter.
        const T infinity = constant(x, F::Limits::infinity());
        return select(mask_or(equal(ax, infinity), equal(ay, infinity)), infinity, scaled);
      },
      root_of_squares(larger, smaller));
}

}  // namespace rooftop::ops::meaning
