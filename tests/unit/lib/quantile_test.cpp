// Quantiles of vectors without Python.
#include "rooftop/lib/quantile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "rooftop/lib/weighted_quantile.h"

namespace rooftop::lib {
namespace {

using array::DType;

double quantile_of(std::vector<double> values, QuantileMethod method, double quantile) {
  const auto n = static_cast<std::int64_t>(values.size());
  const QuantilePlace place = quantile_place(method, n, quantile);
  double found = 0;
  EXPECT_TRUE(quantiles(DType::F64, {}, reinterpret_cast<char*>(values.data()), n, {&place, 1}, &found));
  return found;
}

TEST(Quantile, LiesWhereItsMethodSays) {
  const std::vector<double> values = {40, 10, 30, 20};
  EXPECT_EQ(quantile_of(values, QuantileMethod::Linear, 0.5), 25);
  EXPECT_EQ(quantile_of(values, QuantileMethod::Lower, 0.5), 20);
  EXPECT_EQ(quantile_of(values, QuantileMethod::Higher, 0.5), 30);
  EXPECT_EQ(quantile_of(values, QuantileMethod::Midpoint, 0.4), 25);
  EXPECT_EQ(quantile_of(values, QuantileMethod::InvertedCdf, 0.5), 20);
  EXPECT_EQ(quantile_of(values, QuantileMethod::AveragedInvertedCdf, 0.5), 25);
  EXPECT_EQ(quantile_of(values, QuantileMethod::ClosestObservation, 0.5), 20);
  EXPECT_EQ(quantile_of(values, QuantileMethod::InterpolatedInvertedCdf, 0.375), 15);
  EXPECT_EQ(quantile_of(values, QuantileMethod::Hazen, 0.5), 25);
  EXPECT_EQ(quantile_of(values, QuantileMethod::Weibull, 0.1), 10);
  EXPECT_EQ(quantile_of(values, QuantileMethod::NormalUnbiased, 1), 40);
}

TEST(Quantile, MethodsHaveNumPysNames) {
  EXPECT_EQ(quantile_method_from_name("linear"), QuantileMethod::Linear);
  EXPECT_EQ(quantile_method_from_name("normal_unbiased"), QuantileMethod::NormalUnbiased);
  EXPECT_EQ(quantile_method_from_name("other"), std::nullopt);
}

TEST(Quantile, OfNaNIsNaN) {
  std::vector<double> values = {1, std::nan(""), 3};
  const QuantilePlace place = quantile_place(QuantileMethod::Linear, 3, 0);
  double found = 0;
  EXPECT_TRUE(quantiles(DType::F64, {}, reinterpret_cast<char*>(values.data()), 3, {&place, 1}, &found));
  EXPECT_TRUE(std::isnan(found));
  pick_quantiles(DType::F64, reinterpret_cast<char*>(values.data()), 3, {&place, 1}, reinterpret_cast<char*>(&found));
  EXPECT_TRUE(std::isnan(found));
}

TEST(Quantile, KeepsThePrecisionAsked) {
  std::vector<float> values = {1.0F, 2.0F};
  const QuantilePlace place = quantile_place(QuantileMethod::Linear, 2, 0.3);
  double found = 0;
  for (const DType precision : {DType::F16, DType::F32, DType::F64}) {
    EXPECT_TRUE(
        quantiles(DType::F32, {precision, precision}, reinterpret_cast<char*>(values.data()), 2, {&place, 1}, &found));
    const double wanted = precision == DType::F64 ? 1.3 : precision == DType::F32 ? 1.3F : 1.2998046875;
    EXPECT_EQ(found, wanted);
  }
}

TEST(Quantile, TellsWhereDifferencesWrap) {
  std::vector<std::int8_t> values = {-128, 127};
  const QuantilePlace place = quantile_place(QuantileMethod::Linear, 2, 0.5);
  double found = 0;
  EXPECT_FALSE(quantiles(DType::I8, {}, reinterpret_cast<char*>(values.data()), 2, {&place, 1}, &found));
}

TEST(Quantile, WeighsElements) {
  const std::vector<float> values = {30.0F, 10.0F, 20.0F, 40.0F};
  const auto* data = reinterpret_cast<const char*>(values.data());
  const double weights[] = {2, 0, 1, 1}, none[] = {0, 0, 0, 0}, quantiles[] = {0, 0.25, 0.3, 0.75, 0.8, 1};
  float found[6] = {};
  EXPECT_TRUE(weighted_quantiles(DType::F32, data, weights, 4, quantiles, reinterpret_cast<char*>(found)));
  EXPECT_EQ(std::vector<float>(found, found + 6), (std::vector<float>{20, 20, 30, 30, 40, 40}));
  EXPECT_FALSE(weighted_quantiles(DType::F32, data, none, 4, quantiles, reinterpret_cast<char*>(found)));
}

TEST(Quantile, PicksElementsOfTheirOwnType) {
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> values = {large, large - 1, 0};
  const QuantilePlace places[] = {quantile_place(QuantileMethod::Lower, 3, 0.6),
                                  quantile_place(QuantileMethod::Higher, 3, 0.6)};
  std::int64_t found[2] = {};
  pick_quantiles(DType::I64, reinterpret_cast<char*>(values.data()), 3, places, reinterpret_cast<char*>(found));
  EXPECT_EQ(found[0], large - 1);
  EXPECT_EQ(found[1], large);
}

}  // namespace
}  // namespace rooftop::lib
