// Prefixes by thousands, digits by size.
#include "rooftop/profile/quantity.h"

#include <cmath>
#include <cstdio>

namespace rooftop::profile {
namespace {

std::string digits(double value) {
  char text[32];
  const int decimals = value == std::floor(value) && value < 1000 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace

std::string quantity(double value, const char* unit) {
  static constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P"};
  int prefix = 0;
  while (value >= 999.5 && prefix < 5) {
    value /= 1000;
    ++prefix;
  }
  return digits(value) + " " + kPrefixes[prefix] + unit;
}

std::string duration(double seconds) {
  if (seconds < 1e-6) return digits(std::round(seconds * 1e9)) + " ns";
  if (seconds < 1e-3) return digits(seconds * 1e6) + " us";
  if (seconds < 1) return digits(seconds * 1e3) + " ms";
  return digits(seconds) + " s";
}

std::string percentage(double fraction) {
  const double percent = 100 * fraction;
  char text[32];
  std::snprintf(text, sizeof text, percent < 1 ? "%.2f%%" : percent < 9.95 ? "%.1f%%" : "%.0f%%", percent);
  return text;
}

}  // namespace rooftop::profile
