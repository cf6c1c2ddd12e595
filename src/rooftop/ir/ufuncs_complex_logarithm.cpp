// The logarithm of a complex number with more digits than a float64 has, for powers.
#include <numbers>

#include "rooftop/ir/meaning.h"
#include "rooftop/ir/ufuncs_complex_pairs.h"
#include "rooftop/ops/meaning/logarithm.h"

namespace rooftop::ir::ufuncs {
namespace {

using Format = ops::meaning::Float64;
using ops::meaning::kTableSize;

/// t + t³/3 + t⁵/5 + … (`alternating`: t - t³/3 + t⁵/5 - …) for |t| < 1/29, to 2^-82: the first terms in pairs.
Pair odd_series(const Call& c, const Pair& t, bool alternating) {
  const Pair square = product(c, t, t);
  const Pair w = alternating ? negative(square) : square;
  Expr rest = real_num(t.high, 1.0 / 19);
  for (int n = 17; n >= 7; n -= 2) rest = operation(Op::fma, {w.high, rest, real_num(t.high, 1.0 / n)});
  const Pair fifth = inverse_of(t.high, 5), third = inverse_of(t.high, 3);
  const Pair inner = fast_sum(c, fifth.high, w.high * rest);
  const Pair slope = sum(c, third, product(c, w, {inner.high, inner.low + fifth.low}));
  return sum(c, t, product(c, t, product(c, w, slope)));
}

/// log(x) / 2 + k ln 2 for a normal x > 0: x = 2^m z, log z by a table for the part of the range that z is in.
Pair half_logarithm(const Call& c, const Pair& x, const Expr& k) {
  using Base = ops::meaning::BaseE<Format>;
  static constexpr ops::meaning::Table kValueLow{"log_value_low_f64", Format::kLogValueLow, kTableSize};
  constexpr int kFraction = Format::kMantissaBits;
  const auto integer = [&](const Expr& like, std::int64_t n) { return int_constant(n, like.type()); };
  const Expr pattern = bits(x.high);
  const Expr moved = c.let(pattern + integer(pattern, ops::meaning::power_bits<Format>(0) - Format::kLogStartBits));
  const Expr exponent = shr(moved, integer(moved, kFraction));
  const Expr m = bitcast(either(exponent, integer(moved, Format::kPowerRounderBits)), DType::F64) -
                 real_num(k, Format::kPowerRounder + Format::kBias);
  const Expr z = c.let(
      bitcast(both(moved, integer(moved, Format::kMantissaMask)) + integer(moved, Format::kLogStartBits), DType::F64));
  const Expr entry =
      c.let(both(shr(moved, integer(moved, kFraction - ops::meaning::kTableBits)), integer(moved, kTableSize - 1)));
  // 2^-m, by the mirror image of the exponent.
  const Expr down = bitcast(
      integer(moved, 2 * ops::meaning::power_bits<Format>(0)) - both(moved, integer(moved, ~Format::kMantissaMask)),
      DType::F64);
  const Expr inverse = c.let(lookup(Base::kInverse, entry));
  // z/c - 1, whose logarithm is twice the area tangent of r / (2 + r).
  const Pair ratio = exact_product(c, z, inverse);
  const Pair r = fast_sum(c, ratio.high - num(z, 1), operation(Op::fma, {x.low * down, inverse, ratio.low}));
  const Pair divisor = fast_sum(c, num(z, 2), r.high);
  const Pair area = odd_series(c, quotient(c, r, {divisor.high, divisor.low + r.low}), false);
  const Expr half = real_num(k, 0.5);
  const Expr whole = c.let(operation(Op::fma, {m, half, k}));
  const Pair of_two = product(c, whole, {real_num(k, Format::kLn2), real_num(k, Format::kLn2Low)});
  const Pair value = {c.let(lookup(Base::kValue, entry) * half), c.let(lookup(kValueLow, entry) * half)};
  return sum(c, sum(c, of_two, value), area);
}

/// atan(small / large), 0 <= small <= large, by the arctangent of a multiple of 17/256 near the quotient.
Pair angle_below_eighth(const Call& c, const Expr& small, const Expr& large) {
  static constexpr ops::meaning::Table kHigh{"atan_value_f64", Format::kAtanValue, kTableSize};
  static constexpr ops::meaning::Table kLow{"atan_value_low_f64", Format::kAtanValueLow, kTableSize};
  constexpr double kStep = 17.0 / 256;
  const Expr rounder = real_num(small, Format::kRounder);
  const Expr shifted = c.let(operation(Op::fma, {small / large, real_num(small, 1 / kStep), rounder}));
  const Expr entry = c.let(both(bits(shifted), num(bits(shifted), kTableSize - 1)));
  const Expr centre = c.let((shifted - rounder) * real_num(small, kStep));
  const Pair up = exact_product(c, centre, large), across = exact_product(c, centre, small);
  const Pair rise = exact_sum(c, small, -up.high), run = exact_sum(c, large, across.high);
  const Pair tangent = quotient(c, fast_sum(c, rise.high, rise.low - up.low), {run.high, run.low + across.low});
  return sum(c, {c.let(lookup(kHigh, entry)), c.let(lookup(kLow, entry))}, odd_series(c, tangent, true));
}

}  // namespace

ComplexPair logarithm_pairs(const Call& c, const Expr& a, const Expr& b) {
  const Expr zero = zero_of(a), one = num(a, 1);
  // Infinite parts stand for 1 and finite parts beside them for 0: the angle is theirs. NaN stays.
  const Expr endless = c.let(either(is_infinite(a), is_infinite(b)));
  const Expr re = c.let(choose(endless, choose(is_infinite(a), one, choose(is_nan(a), a, zero)), magnitude(a)));
  const Expr im = c.let(choose(endless, choose(is_infinite(b), one, choose(is_nan(b), b, zero)), magnitude(b)));
  const Expr steep = c.let(lt(re, im));
  // Scaled until the larger part is near 1.
  const Expr size = c.let(choose(steep, im, re));
  const Expr is_tiny = c.let(lt(size, real_num(a, 0x1p-960))), is_huge = c.let(ge(size, real_num(a, 0x1p1020)));
  const int up = 108, down = 4;
  const auto by_size = [&](double tiny, double huge, double ordinary) {
    return choose(is_tiny, real_num(a, tiny), choose(is_huge, real_num(a, huge), real_num(a, ordinary)));
  };
  const Expr lift = c.let(by_size(0x1p108, 0x1p-4, 1)), lifted = c.let(size * lift);
  const Expr biased = c.let(shr(bits(lifted), num(bits(lifted), Format::kMantissaBits)));
  const Expr exponent = bitcast(either(biased, int_constant(Format::kPowerRounderBits, biased.type())), DType::F64) -
                        real_num(a, Format::kPowerRounder + Format::kBias);
  const Expr unit = c.let(bitcast(
      shl(int_constant(2046, biased.type()) - biased, int_constant(Format::kMantissaBits, biased.type())), DType::F64));
  const Expr large = c.let(lifted * unit);
  const Expr small = c.let(choose(steep, re, im) * lift * unit);
  const Expr k = c.let(exponent + by_size(-up, down, 0));
  const Pair of_large = exact_product(c, large, large), of_small = exact_product(c, small, small);
  const Pair length = half_logarithm(c, sum(c, of_large, of_small), k);

  const Pair low_angle = angle_below_eighth(c, small, large);
  const Expr half_pi = real_num(a, Format::kHalfPi), half_pi_low = real_num(a, Format::kHalfPiLow);
  const Expr left = c.let(lt(bits(a, true), zero_of(bits(a, true))));
  // pi/2 less it where it is steep, pi less that on the left.
  const auto mirrored = [&](const Expr& where, const Pair& x, const Expr& whole, const Expr& whole_low) {
    const Pair turned = sum(c, {c.let(whole), c.let(whole_low)}, negative(x));
    return Pair{c.let(choose(where, turned.high, x.high)), c.let(choose(where, turned.low, x.low))};
  };
  const Pair right_angle = mirrored(steep, low_angle, half_pi, half_pi_low);
  const Pair angle = mirrored(left, right_angle, half_pi + half_pi, half_pi_low + half_pi_low);
  const Expr sign = op(Op::copysign, one, b);
  return {{c.let(choose(endless, infinity(a), length.high)), c.let(choose(endless, zero, length.low))},
          {c.let(angle.high * sign), c.let(angle.low * sign)}};
}

}  // namespace rooftop::ir::ufuncs
