// cbrt by an approximation of x^(-1/3) and one step of correction; hypot as a square root, scaled where squares would
// overflow or vanish.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// The cube root of a normal a > 0.
template <class F, class T>
T cbrt_normal(const T& a) {
  const T one = constant(a, 1);
  // a = 2^(3 q + j) m with j = -1, 0, 1 and 1 <= m < 2.
  const IntOf<T> bits = to_bits(a);
  const IntOf<T> biased = shift_right_logical(bits, F::kMantissaBits);
  const T exponent =
      from_bits(biased | int_constant(a, F::kPowerRounderBits)) - constant(a, F::kPowerRounder + F::kBias);
  const T m = from_bits((bits & int_constant(a, F::kMantissaMask)) | int_constant(a, power_bits<F>(0)));
  const Rounded<T> q = round_product<F>(exponent, 1.0 / 3);
  const T j = fma(q.value, constant(a, -3), exponent);
  // 2^j and 2^(-j/3) as the quadratics through their three values.
  const T reduced = m * fma(j, fma(j, constant(a, 0.25), constant(a, 0.75)), one);
  const T turn = fma(j, fma(j, constant(a, 0.02681157593718), constant(a, -0.23310894863214)), one);
  const T guess = polynomial(m, F::kInverseCbrtPolynomial) * turn;
  const T error = fma(-reduced, guess * guess * guess, one);
  const T step = fma(error, constant(a, 2.0 / 9), constant(a, 1.0 / 3));
  const T inverse = fma(guess * error, step, guess);
  // One step of Newton's from reduced * inverse^2, with the cube's error known.
  const T square = inverse * inverse;
  const T root = reduced * square;
  const Pair<T> root_squared = two_product(root, root);
  const T rest = fma(-root, root_squared.low, fma(-root, root_squared.high, reduced));
  return fma(rest, square * constant(a, 1.0 / 3), root) * scale_from<F>(q, 0);
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
