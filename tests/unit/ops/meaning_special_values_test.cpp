// NaN, infinities, signed zeros, subnormals and domain errors: the meanings agree with the C library (C99, annex F).
#include <gtest/gtest.h>

#include "ops/meaning_cases.h"

namespace rooftop::ops::meaning::testing {
namespace {

/// What a caller can tell apart without looking at the last places.
template <class E>
::testing::AssertionResult agrees(const Case<E>& c, E x, E y) {
  const E got = c.meaning(x, y);
  const E want = c.libm(x, y);
  const bool both_nan = std::isnan(got) && std::isnan(want);
  const bool same = both_nan || got == want;
  const bool exceptional = !std::isfinite(want) || want == 0;
  // Beside the ends of the range one last place may decide between finite and infinite, or subnormal and zero.
  const bool neighbours = std::nextafter(want, got) == got;
  const bool fine = exceptional ? (both_nan || ((same || neighbours) && std::signbit(got) == std::signbit(want)))
                                : std::isfinite(got) && ulps(got, c.exact(x, y)) <= c.bound;
  if (fine) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << c.name << "(" << x << ", " << y << ") is " << got << ", should be " << want;
}

template <class E>
void check_all() {
  const std::vector<E> points = special_points<E>();
  for (const Case<E>& c : cases<E>()) {
    for (E x : points) {
      if (c.arguments == 1) {
        EXPECT_TRUE(agrees(c, x, E(0)));
        continue;
      }
      for (E y : points) EXPECT_TRUE(agrees(c, x, y));
    }
  }
}

TEST(MeaningSpecialValues, Float64AgreesWithTheCLibrary) { check_all<double>(); }
TEST(MeaningSpecialValues, Float32AgreesWithTheCLibrary) { check_all<float>(); }

template <class E>
void check_zeros() {
  for (const Case<E>& c : cases<E>()) {
    if (c.arguments != 1 || c.libm(0, 0) != 0) continue;
    EXPECT_FALSE(std::signbit(c.meaning(E(0), 0))) << c.name;
    EXPECT_TRUE(std::signbit(c.meaning(-E(0), 0))) << c.name;
    const E smallest = std::numeric_limits<E>::denorm_min();
    EXPECT_LE(ulps(c.meaning(smallest, 0), c.exact(smallest, 0)), 0.6) << c.name;
  }
}

TEST(MeaningSpecialValues, FunctionsThroughZeroKeepItsSignAndTheSmallestNumber) {
  check_zeros<double>();
  check_zeros<float>();
}

TEST(MeaningSpecialValues, NanComesOutOfEveryFunctionOfNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Case<double>& c : cases<double>()) {
    EXPECT_TRUE(std::isnan(c.meaning(nan, nan))) << c.name;
    // A payload in the low bits must not leak into a result that is a number.
    const double odd_nan = std::bit_cast<double>(std::uint64_t{0x7ff80000deadbeef});
    EXPECT_TRUE(std::isnan(c.meaning(odd_nan, odd_nan))) << c.name;
  }
}

TEST(MeaningSpecialValues, PowIsExactWhereTheResultIsAFloat) {
  const auto pow64 = [](double x, double y) { return pow<Float64>(Lanes<double, 1>{x}, Lanes<double, 1>{y}).v; };
  const auto pow32 = [](float x, float y) { return pow<Float32>(Lanes<float, 1>{x}, Lanes<float, 1>{y}).v; };
  for (int base = -60; base <= 60; ++base) {
    double power = 1;
    for (int exponent = 0; std::fabs(power) <= 0x1p53; ++exponent) {
      EXPECT_EQ(pow64(base, exponent), power) << base << " ** " << exponent;
      if (std::fabs(power) <= 0x1p24) {
        EXPECT_EQ(pow32(static_cast<float>(base), static_cast<float>(exponent)), power);
      }
      if (base * base <= 1 && exponent > 60) break;
      power *= base;
    }
  }
  for (int exponent = -1074; exponent <= 1023; ++exponent)
    EXPECT_EQ(pow64(2, exponent), std::ldexp(1.0, exponent)) << exponent;
  for (int exponent = -149; exponent <= 127; ++exponent)
    EXPECT_EQ(pow32(2, static_cast<float>(exponent)), std::ldexp(1.0f, exponent)) << exponent;
  for (int root = 1; root < 5000; ++root) EXPECT_EQ(pow64(double(root) * root, 0.5), root);
}

TEST(MeaningSpecialValues, Exp2OfIntegersIsExact) {
  for (int n = -1074; n <= 1023; ++n) EXPECT_EQ(exp2<Float64>(Lanes<double, 1>{double(n)}).v, std::ldexp(1.0, n)) << n;
  for (int n = -149; n <= 127; ++n) EXPECT_EQ(exp2<Float32>(Lanes<float, 1>{float(n)}).v, std::ldexp(1.0f, n)) << n;
}

TEST(MeaningSpecialValues, LogarithmsOfPowersAreExact) {
  for (int n = -1074; n <= 1023; ++n) EXPECT_EQ(log2<Float64>(Lanes<double, 1>{std::ldexp(1.0, n)}).v, n);
  double power = 1;
  for (int n = 0; n <= 22; ++n, power *= 10) EXPECT_EQ(log10<Float64>(Lanes<double, 1>{power}).v, n);
}

}  // namespace
}  // namespace rooftop::ops::meaning::testing
