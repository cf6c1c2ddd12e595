// Where quantiles lie in a sorted vector: the ways of Hyndman and Fan, "Sample Quantiles in Statistical Packages"
// (1996), under NumPy's names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rooftop::lib {

enum class QuantileMethod : std::uint8_t {
  Linear,
  Lower,
  Higher,
  Nearest,
  Midpoint,
  InvertedCdf,
  AveragedInvertedCdf,
  ClosestObservation,
  InterpolatedInvertedCdf,
  Hazen,
  Weibull,
  MedianUnbiased,
  NormalUnbiased,
};

std::optional<QuantileMethod> quantile_method_from_name(std::string_view name);

/// Whether a quantile is an element always, never a number between two.
bool picks_elements(QuantileMethod method);

/// `part` of the way from one element of the sorted vector to the next.
struct QuantilePlace {
  std::int64_t low = 0, high = 0;
  double part = 0;
};

/// Where `quantile` of n elements is, computed as NumPy does. @pre n > 0, 0 <= quantile <= 1
QuantilePlace quantile_place(QuantileMethod method, std::int64_t n, double quantile);

}  // namespace rooftop::lib
