// The same bits at every width, the registry's completeness, and the vocabulary that the meanings rely on.
#include <gtest/gtest.h>

#include "ops/meaning_cases.h"

// Vectors wider than this program's registers are meant here.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace rooftop::ops::meaning::testing {
namespace {

static_assert(MeaningValue<Lanes<double, 1>> && MeaningValue<Lanes<double, 4>> && MeaningValue<Lanes<float, 8>>);

template <class F, class E, int N, class Function>
void expect_same_bits(const char* name, Function function) {
  using V = Lanes<E, N>;
  using Scalar = Lanes<E, 1>;
  Random random{3};
  const std::vector<E> special = special_points<E>();
  for (int round = 0; round < 300; ++round) {
    E x[N], y[N];
    for (int lane = 0; lane < N; ++lane) {
      // One lane in some rounds is rare while its neighbours are not.
      x[lane] =
          random.bits() % 4 == 0 ? special[random.bits() % special.size()] : static_cast<E>(random.between(-3, 3));
      y[lane] = random.bits() % 4 == 0 ? random.any<E>() : static_cast<E>(random.between(0, 3));
    }
    const V wide = function(V::load(x), V::load(y));
    for (int lane = 0; lane < N; ++lane) {
      const E alone = function(Scalar{x[lane]}, Scalar{y[lane]}).v;
      if (std::isnan(alone)) {
        ASSERT_TRUE(std::isnan(wide.lane(lane))) << name << "(" << x[lane] << ", " << y[lane] << ")";
      } else {
        ASSERT_EQ(bits_of(wide.lane(lane)), bits_of(alone)) << name << "(" << x[lane] << ", " << y[lane] << ")";
      }
    }
  }
}

template <class F, class E, int N>
void expect_all_same_bits() {
#define ROOFTOP_SAME_ONE(f) expect_same_bits<F, E, N>(#f, [](const auto& x, const auto&) { return f<F>(x); });
#define ROOFTOP_SAME_TWO(f) expect_same_bits<F, E, N>(#f, [](const auto& x, const auto& y) { return f<F>(x, y); });
  ROOFTOP_MEANINGS_OF_ONE(ROOFTOP_SAME_ONE)
  ROOFTOP_MEANINGS_OF_TWO(ROOFTOP_SAME_TWO)
#undef ROOFTOP_SAME_ONE
#undef ROOFTOP_SAME_TWO
}

TEST(MeaningLanes, Float64HasTheSameBitsAtWidthTwoAndFour) {
  expect_all_same_bits<Float64, double, 2>();
  expect_all_same_bits<Float64, double, 4>();
}
TEST(MeaningLanes, Float32HasTheSameBitsAtWidthFourAndEight) {
  expect_all_same_bits<Float32, float, 4>();
  expect_all_same_bits<Float32, float, 8>();
}

TEST(MeaningLanes, ArithmeticIsNotContracted) {
  // With one rounding the difference would be the product's rounding error.
  volatile double tenth = 0.1, three = 3;
  const Lanes<double, 4> a = constant(Lanes<double, 4>{}, tenth);
  const Lanes<double, 4> b = constant(a, three);
  const Lanes<double, 4> product = a * b;
  EXPECT_EQ((a * b - product).lane(0), 0);
  EXPECT_NE(fma(a, b, -product).lane(0), 0);
}

TEST(MeaningLanes, MinAndMaxReturnTheirFirstArgumentWhenUnordered) {
  using D = Lanes<double, 1>;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(min(D{nan}, D{1}).v));
  EXPECT_EQ(min(D{1}, D{nan}).v, 1);
  EXPECT_TRUE(std::isnan(max(D{nan}, D{1}).v));
  EXPECT_EQ(max(D{1}, D{nan}).v, 1);
  EXPECT_FALSE(std::signbit(min(D{0.0}, D{-0.0}).v));
}

TEST(MeaningLanes, RareValuesAreComputedOnlyWhenALaneNeedsThem) {
  using V = Lanes<double, 4>;
  const double numbers[4] = {1, 2, 3, 4};
  const V x = V::load(numbers);
  int calls = 0;
  const auto rare = [&] {
    ++calls;
    return -x;
  };
  EXPECT_EQ(select_rare(less(x, constant(x, 0)), rare, x).lane(2), 3);
  EXPECT_EQ(calls, 0);
  const V mixed = select_rare(less(x, constant(x, 2.5)), rare, x);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(mixed.lane(1), -2);
  EXPECT_EQ(mixed.lane(2), 3);
}

TEST(MeaningRegistry, EveryMathOperationButTheGammasHasAMeaning) {
  int with = 0;
  for (int i = 0; i < op_count(); ++i) {
    const Op op = static_cast<Op>(i);
    const bool expected = info(op).is_math && op != Op::gamma && op != Op::lgamma;
    EXPECT_EQ(has_meaning(op), expected) << info(op).name;
    with += has_meaning(op);
  }
  EXPECT_EQ(with, 26);
}

TEST(MeaningRegistry, ApplyingByOperationIsCallingByName) {
  using D = Lanes<double, 1>;
  const D arguments[2] = {{0.75}, {2.5}};
  for (const Case<double>& c : cases<double>()) {
    const Op op = *op_from_name(c.name);
    ASSERT_EQ(info(op).arity, c.arguments) << c.name;
    const std::span<const D> given(arguments, static_cast<std::size_t>(c.arguments));
    const auto result = apply_meaning<Float64, D>(op, given);
    ASSERT_TRUE(result.has_value()) << c.name;
    const double direct = c.meaning(0.75, 2.5);
    EXPECT_TRUE(result->v == direct || (std::isnan(result->v) && std::isnan(direct))) << c.name;
    const std::span<const D> wrong(arguments, static_cast<std::size_t>(3 - c.arguments));
    EXPECT_FALSE((apply_meaning<Float64, D>(op, wrong)).has_value()) << c.name;
  }
  EXPECT_FALSE((apply_meaning<Float64, D>(Op::add, std::span<const D>(arguments, 2))).has_value());
}

}  // namespace
}  // namespace rooftop::ops::meaning::testing
