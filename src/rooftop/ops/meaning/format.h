// The two float formats as parameters of the meanings, and the few building blocks that all of them share:
// polynomials, sums and products without error, powers of two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "rooftop/ops/meaning/coefficients.h"
#include "rooftop/ops/meaning/concept.h"

namespace rooftop::ops::meaning {

/// float64. A meaning is written once over a format F and a value type T whose floats have that format.
struct Float64 : Coefficients64 {
  using Limits = std::numeric_limits<double>;
  static constexpr int kMantissaBits = 52;
  static constexpr int kExponentBits = 11;
  static constexpr int kBias = 1023;
  static constexpr double kRounder = 0x1.8p52;  ///< x + kRounder has rint(x) in its lowest bits
  static constexpr std::int64_t kRounderBits = 0x4338000000000000;
  static constexpr double kPowerRounder = 0x1p52;  ///< its bits plus n, 0 <= n < 2^52, are those of kPowerRounder + n
  static constexpr std::int64_t kPowerRounderBits = 0x4330000000000000;
  static constexpr std::int64_t kSignBit = INT64_MIN;
  static constexpr std::int64_t kMantissaMask = (std::int64_t{1} << 52) - 1;
};

/// float32.
struct Float32 : Coefficients32 {
  using Limits = std::numeric_limits<float>;
  static constexpr int kMantissaBits = 23;
  static constexpr int kExponentBits = 8;
  static constexpr int kBias = 127;
  static constexpr double kRounder = 0x1.8p23;
  static constexpr std::int64_t kRounderBits = 0x4b400000;
  static constexpr double kPowerRounder = 0x1p23;
  static constexpr std::int64_t kPowerRounderBits = 0x4b000000;
  static constexpr std::int64_t kSignBit = INT32_MIN;
  static constexpr std::int64_t kMantissaMask = (std::int64_t{1} << 23) - 1;
};

template <class F>
inline constexpr bool kIsDouble = F::kMantissaBits == 52;

/// The bits of 2^e as an integer constant, for a normal exponent.
template <class F>
constexpr std::int64_t power_bits(int e) {
  return static_cast<std::int64_t>(e + F::kBias) << F::kMantissaBits;
}

constexpr double computed_power(int e) {
  double value = 1;
  for (int i = 0; i < (e < 0 ? -e : e); ++i) value *= e < 0 ? 0.5 : 2.0;
  return value;
}

/// 2^E as a double, for constants.
template <int E>
inline constexpr double kPowerOfTwo = computed_power(E);

/// c[0] + c[1] x + c[2] x^2 + ... by pairs c[2i] + c[2i+1] x under Horner's scheme in x^2: half the latency for one
/// product more, and pairs of alternating coefficients do not cancel later.
template <class T, std::size_t N>
T polynomial(const T& x, const double (&c)[N]) {
  static_assert(N >= 2);
  if constexpr (N < 5) {
    T sum = constant(x, c[N - 1]);
    for (std::size_t i = N - 1; i-- > 0;) sum = fma(sum, x, constant(x, c[i]));
    return sum;
  } else {
    const T square = x * x;
    const auto pair = [&](std::size_t i) { return fma(constant(x, c[i + 1]), x, constant(x, c[i])); };
    constexpr std::size_t kTop = N - (N % 2 == 0 ? 2 : 1);
    T sum = N % 2 == 0 ? pair(kTop) : constant(x, c[kTop]);
    for (std::size_t i = kTop; i >= 2; i -= 2) sum = fma(sum, square, pair(i - 2));
    return sum;
  }
}

/// The same sum as c[0] + x (c[1] + c[2] x + ...): only the last addition rounds in c[0]'s last place.
template <class T, std::size_t N>
T polynomial_of_slope(const T& x, const double (&c)[N]) {
  double rest[N - 1];
  std::copy(c + 1, c + N, rest);
  return fma(x, polynomial(x, rest), constant(x, c[0]));
}

/// An unevaluated sum high + low, |low| at most about half an ulp of high.
template <class T>
struct Pair {
  T high;
  T low;
};

/// a + b without error.
template <class T>
Pair<T> two_sum(const T& a, const T& b) {
  const T sum = a + b;
  const T b_part = sum - a;
  const T a_part = sum - b_part;
  return {sum, (a - a_part) + (b - b_part)};
}

/// a + b without error if |a| >= |b| or a is 0.
template <class T>
Pair<T> fast_two_sum(const T& a, const T& b) {
  const T sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b without error, barring underflow.
template <class T>
Pair<T> two_product(const T& a, const T& b) {
  const T product = a * b;
  return {product, fma(a, b, -product)};
}

/// rint(x * scale) as a float and in the low bits of `bits`; |x * scale| < 2^(mantissa bits - 2).
template <class T>
struct Rounded {
  T value;
  IntOf<T> bits;
};
template <class F, class T>
Rounded<T> round_product(const T& x, double scale) {
  const T rounder = constant(x, F::kRounder);
  const T shifted = fma(x, constant(x, scale), rounder);
  return {shifted - rounder, to_bits(shifted)};
}

/// 2^(n + offset), n being in the low bits of `bits` as round_product leaves it; the exponent must be normal.
template <class F, class T>
T scale_from(const Rounded<T>& n, int offset) {
  const IntOf<T> biased = n.bits + int_constant(n.value, F::kBias + offset);
  return from_bits(shift_left(biased, F::kMantissaBits));
}

/// The magnitude of `magnitude` with the sign of `sign` flipped in or out: magnitude * sgn(sign) on bits.
template <class F, class T>
T multiply_sign(const T& value, const T& sign) {
  return from_bits(to_bits(value) ^ (to_bits(sign) & int_constant(value, F::kSignBit)));
}

}  // namespace rooftop::ops::meaning
