// fmod, exact: one quotient where it is below 2^52 (2^23), else 2^g mod m by repeated squaring, g being the difference
// of the exponents: a number of steps that does not depend on the arguments.
#pragma once

#include "rooftop/ops/meaning/format.h"

namespace rooftop::ops::meaning {

/// v minus the nearest multiple of m, without error; |v| at most about 1.5 m.
template <class T>
T reduce_once(const T& v, const T& m) {
  return fma(-rint(v / m), m, v);
}

/// u v mod m in about [-m/2, m/2], without error, for integers |u|, |v| of at most about m/2.
template <class T>
T multiply_modulo(const T& u, const T& v, const T& m) {
  const Pair<T> product = two_product(u, v);
  // The quotient is below m/4 and off by less than 3/4, so that both sums are integers within the mantissa.
  const T rest = fma(-rint(product.high / m), m, product.high) + product.low;
  return reduce_once(rest, m);
}

/// A positive number as mantissa * 2^exponent, mantissa an integer of full width; exponent = `biased` - bias - width.
template <class T>
struct IntegerSplit {
  T mantissa;
  IntOf<T> biased;
};

template <class F, class T>
IntegerSplit<T> split_integer(const T& a) {
  const IntOf<T> bits = to_bits(a);
  const IntOf<T> mantissa =
      (bits & int_constant(a, F::kMantissaMask)) | int_constant(a, power_bits<F>(F::kMantissaBits));
  return {from_bits(mantissa), shift_right_logical(bits, F::kMantissaBits)};
}

/// a mod b for finite a, b > 0 with a / b >= 2^(mantissa bits).
template <class F, class T>
T fmod_far(const T& a, const T& b) {
  constexpr int kSquarings = kIsDouble<F> ? 6 : 4;
  constexpr int kLift = F::kMantissaBits + 2;
  const auto subnormal = less(b, constant(a, F::Limits::min()));
  const IntegerSplit<T> dividend = split_integer<F>(a);
  const IntegerSplit<T> divisor = split_integer<F>(select(subnormal, b * constant(a, kPowerOfTwo<kLift>), b));
  const T m = divisor.mantissa;
  const IntOf<T> zero = int_constant(a, 0);
  const IntOf<T> gap = dividend.biased - divisor.biased + select(subnormal, int_constant(a, kLift), zero);
  // 2^gap mod m from gap's highest bits down; those above the squarings give less than m/2.
  const IntOf<T> start = shift_right_logical(gap, kSquarings) + int_constant(a, F::kBias);
  T power = from_bits(shift_left(start, F::kMantissaBits));
  for (int bit = kSquarings - 1; bit >= 0; --bit) {
    const T square = multiply_modulo(power, power, m);
    const auto even = equal(gap & int_constant(a, std::int64_t{1} << bit), zero);
    power = reduce_once(select(even, square, square + square), m);
  }
  const T rest = multiply_modulo(power, reduce_once(dividend.mantissa, m), m);
  const T positive = select(less(rest, constant(a, 0)), rest + m, rest);
  // Times 2^(divisor's exponent); the first factor keeps the number normal and makes the second one so.
  constexpr int kAway = F::kMantissaBits + 8;
  const T up = from_bits(shift_left(divisor.biased + int_constant(a, kAway - F::kMantissaBits), F::kMantissaBits));
  const T down = select(subnormal, constant(a, kPowerOfTwo<-kAway - kLift>), constant(a, kPowerOfTwo<-kAway>));
  return positive * down * up;
}

template <class F, class T>
T fmod(const T& x, const T& y) {
  const T a = abs(x);
  const T b = abs(y);
  const T zero = constant(x, 0);
  const T infinity = constant(x, F::Limits::infinity());
  const T quotient = a / b;
  // The quotient may have been rounded up to an integer: then the rest is below zero.
  const T rest = fma(-trunc(quotient), b, a);
  const T near = select(less(rest, zero), rest + b, rest);
  const auto ordinary = mask_and(less(quotient, constant(x, kPowerOfTwo<F::kMantissaBits>)), less(b, infinity));
  const T value = select_rare(
      mask_not(ordinary),
      [&] {
        const auto defined = mask_and(less(zero, b), less(a, infinity));
        const T far = select(less(a, b), a, fmod_far<F>(a, b));
        return select(defined, far, constant(x, F::Limits::quiet_NaN()));
      },
      near);
  return multiply_sign<F>(value, x);
}

}  // namespace rooftop::ops::meaning
