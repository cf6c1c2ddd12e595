// Sampled errors against the C library in extended precision, each below its function's bound; the full measurement is
// tools/ulp.
#include <gtest/gtest.h>

#include "ops/meaning_cases.h"

namespace rooftop::ops::meaning::testing {
namespace {

constexpr int kPoints = 20000;

struct Span {
  double low, high;
};

/// Intervals that cover each form a function takes; of two arguments both come from the same one.
std::vector<Span> spans_of(const std::string& name) {
  if (name == "acosh") return {{1, 1.1}, {1, 10}, {1, 1e30}};
  if (name.starts_with("log") && name != "log1p") return {{0.5, 2}, {0.9, 1.1}, {1e-30, 1e30}};
  if (name == "log1p") return {{-0.9, 1}, {-0.01, 0.01}, {0, 1e30}};
  if (name == "asin" || name == "acos" || name == "atanh") return {{-1, 1}, {0.4, 0.6}, {0.99, 1}};
  if (name == "sin" || name == "cos" || name == "tan")
    return {{-1, 1}, {-20, 20}, {-2000, 2000}, {1e6, 1e9}, {1e20, 1e30}};
  if (name == "erfc") return {{-1, 1}, {-5, 9}, {2, 4}};
  if (name == "pow") return {{0.5, 2}, {0.01, 20}};
  return {{-1, 1}, {-5, 5}, {-80, 80}};
}

template <class E>
double largest_error(const Case<E>& c) {
  Random random{42};
  double worst = 0;
  for (const Span& span : spans_of(c.name)) {
    for (int i = 0; i < kPoints; ++i) {
      const E x = static_cast<E>(random.between(span.low, span.high));
      const E y = static_cast<E>(random.between(span.low, span.high));
      const long double exact = c.exact(x, y);
      if (!std::isfinite(static_cast<E>(exact))) continue;
      worst = std::max(worst, ulps(c.meaning(x, y), exact));
    }
  }
  return worst;
}

template <class E>
void check_all() {
  for (const Case<E>& c : cases<E>()) EXPECT_LE(largest_error(c), c.bound) << c.name;
}

TEST(MeaningAccuracy, Float64StaysBelowItsBounds) { check_all<double>(); }
TEST(MeaningAccuracy, Float32StaysBelowItsBounds) { check_all<float>(); }

TEST(MeaningAccuracy, HugeArgumentsOfSinAndCosAreFullyReduced) {
  // The double closest to a multiple of pi/2, and random ones of every exponent.
  const double closest = 6381956970095103.0 * 0x1p797;
  EXPECT_LE(ulps(cos<Float64>(Lanes<double, 1>{closest}).v, std::cos(static_cast<long double>(closest))), 1.1);
  Random random{7};
  for (int i = 0; i < kPoints; ++i) {
    const double x = random.any<double>();
    if (!std::isfinite(x)) continue;
    ASSERT_LE(ulps(sin<Float64>(Lanes<double, 1>{x}).v, std::sin(static_cast<long double>(x))), 1.1) << x;
    const float narrow = random.any<float>();
    if (!std::isfinite(narrow)) continue;
    ASSERT_LE(ulps(cos<Float32>(Lanes<float, 1>{narrow}).v, std::cos(static_cast<long double>(narrow))), 1.1) << narrow;
  }
}

TEST(MeaningAccuracy, LargePowersOfNumbersNearOneKeepTheirBound) {
  Random random{11};
  for (int i = 0; i < 10 * kPoints; ++i) {
    const double x = random.between(0.94, 1.07);
    const double y = random.between(-700, 700) / std::log(x);
    const double got = pow<Float64>(Lanes<double, 1>{x}, Lanes<double, 1>{y}).v;
    ASSERT_LE(ulps(got, std::pow(static_cast<long double>(x), static_cast<long double>(y))), 1.1) << x << " to " << y;
  }
}

template <class E>
void check_remainder() {
  using F = std::conditional_t<std::is_same_v<E, double>, Float64, Float32>;
  Random random{9};
  for (int i = 0; i < 10 * kPoints; ++i) {
    const E x = random.any<E>();
    const E y = i % 2 == 0 ? random.any<E>() : static_cast<E>(random.between(-100, 100));
    const E got = fmod<F>(Lanes<E, 1>{x}, Lanes<E, 1>{y}).v;
    const E want = std::fmod(x, y);
    if (std::isnan(want)) {
      ASSERT_TRUE(std::isnan(got)) << x << " fmod " << y;
    } else {
      ASSERT_EQ(bits_of(got), bits_of(want)) << x << " fmod " << y;
    }
  }
}

TEST(MeaningAccuracy, FmodIsExact) {
  check_remainder<double>();
  check_remainder<float>();
}

TEST(MeaningAccuracy, FunctionsAreMonotoneOverTheSeamsOfTheirForms) {
  // Where one polynomial hands over to another a step back would show.
  const auto step = [](auto f, double seam) {
    double x = seam;
    for (int i = 0; i < 200; ++i) x = std::nextafter(x, 0.0);
    double previous = f(x);
    int backward = 0;
    for (int i = 0; i < 400; ++i) {
      x = std::nextafter(x, 10.0);
      const double value = f(x);
      if (value < previous - 4e-16 * std::fabs(previous)) ++backward;
      previous = value;
    }
    return backward;
  };
  EXPECT_EQ(step([](double x) { return erf<Float64>(Lanes<double, 1>{x}).v; }, 1.0), 0);
  EXPECT_EQ(step([](double x) { return asin<Float64>(Lanes<double, 1>{x}).v; }, 0.5), 0);
  EXPECT_EQ(step([](double x) { return atan<Float64>(Lanes<double, 1>{x}).v; }, 1.0), 0);
  EXPECT_EQ(step([](double x) { return tanh<Float64>(Lanes<double, 1>{x}).v; }, 0.75), 0);
}

}  // namespace
}  // namespace rooftop::ops::meaning::testing
