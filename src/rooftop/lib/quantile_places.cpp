// Every way computes a place that is no whole number, and says what to make of its fraction.
#include "rooftop/lib/quantile_places.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "rooftop/base/errors.h"

namespace rooftop::lib {
namespace {

constexpr std::array<std::string_view, 13> kNames = {
    "linear",
    "lower",
    "higher",
    "nearest",
    "midpoint",
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "median_unbiased",
    "normal_unbiased",
};

/// The place by the plotting positions alpha and beta, rounded as NumPy rounds it.
double continuous(double n, double quantile, double alpha, double beta) {
  return n * quantile + (alpha + quantile * (1 - alpha - beta)) - 1;
}

/// The whole number below `index`, if `stays_below`, else the next one.
double step(double index, bool stays_below) { return std::max(std::floor(index) + (stays_below ? 0.0 : 1.0), 0.0); }

double virtual_place(QuantileMethod method, double n, double quantile) {
  const double along = (n - 1) * quantile;
  switch (method) {
    case QuantileMethod::Linear:
      return along;
    case QuantileMethod::Lower:
      return std::floor(along);
    case QuantileMethod::Higher:
      return std::ceil(along);
    case QuantileMethod::Nearest:
      return std::nearbyint(along);
    case QuantileMethod::Midpoint:
      return 0.5 * (std::floor(along) + std::ceil(along));
    case QuantileMethod::InvertedCdf: {
      const double index = n * quantile - 1;
      return step(index, index == std::floor(index));
    }
    case QuantileMethod::AveragedInvertedCdf:
      return n * quantile - 1;
    case QuantileMethod::ClosestObservation: {
      const double index = n * quantile - 1 - 0.5;
      const double below = std::floor(index);
      return step(index, index == below && std::fabs(std::fmod(below, 2)) == 1);
    }
    case QuantileMethod::InterpolatedInvertedCdf:
      return continuous(n, quantile, 0, 1);
    case QuantileMethod::Hazen:
      return continuous(n, quantile, 0.5, 0.5);
    case QuantileMethod::Weibull:
      return continuous(n, quantile, 0, 0);
    case QuantileMethod::MedianUnbiased:
      return continuous(n, quantile, 1 / 3.0, 1 / 3.0);
    case QuantileMethod::NormalUnbiased:
      return continuous(n, quantile, 3 / 8.0, 3 / 8.0);
  }
  ROOFTOP_UNREACHABLE("a way to find quantiles");
}

}  // namespace

std::optional<QuantileMethod> quantile_method_from_name(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<QuantileMethod>(found - kNames.begin());
}

bool picks_elements(QuantileMethod method) {
  return method == QuantileMethod::Lower || method == QuantileMethod::Higher || method == QuantileMethod::Nearest ||
         method == QuantileMethod::InvertedCdf || method == QuantileMethod::ClosestObservation;
}

QuantilePlace quantile_place(QuantileMethod method, std::int64_t n, double quantile) {
  const double place = virtual_place(method, static_cast<double>(n), quantile);
  if (place >= static_cast<double>(n - 1)) return {n - 1, n - 1, 0};
  if (place < 0) return {0, 0, 0};
  const auto low = static_cast<std::int64_t>(place);
  double part = place - static_cast<double>(low);
  if (method == QuantileMethod::Midpoint) part = part == 0 ? 0 : 0.5;
  if (method == QuantileMethod::AveragedInvertedCdf) part = part == 0 ? 0.5 : 1;
  return {low, low + 1, part};
}

}  // namespace rooftop::lib
