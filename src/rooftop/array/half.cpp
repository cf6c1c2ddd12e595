// Conversions by their bits: the same on every machine.
#include "rooftop/array/half.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "rooftop/base/errors.h"

namespace rooftop::array {
namespace {

// How a half is laid out behind its sign.
struct Format {
  int fraction_bits;
  int least_exponent;  ///< of the smallest normal number
  std::uint16_t infinity;
};

Format format_of(DType half) {
  ROOFTOP_CHECK(is_half(half)) << name_of(half);
  return half == DType::F16 ? Format{10, -14, 0x7C00} : Format{7, -126, 0x7F80};
}

// As the processor's conversions do, the flag of overflow is raised.
std::uint16_t overflowing(std::uint16_t infinity) {
  volatile float beyond = std::numeric_limits<float>::max();
  beyond = beyond * beyond;
  return infinity;
}

}  // namespace

std::uint16_t half_bits(double value, DType half) {
  const Format format = format_of(half);
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
  if (std::isnan(value)) {
    // What of the payload has room, made quiet.
    const auto payload = std::bit_cast<std::uint64_t>(value) << 12 >> (64 - format.fraction_bits);
    return static_cast<std::uint16_t>(sign | format.infinity | (1U << (format.fraction_bits - 1)) | payload);
  }
  const double size = std::fabs(value);
  if (std::isinf(size)) return sign | format.infinity;  // ilogb would raise a flag
  // In units of the last place: an integer below 2 ** (fraction_bits + 1) behind the rounding.
  const int exponent = size == 0 ? format.least_exponent : std::max(std::ilogb(size), format.least_exponent);
  if (exponent > -format.least_exponent + 1) return sign | overflowing(format.infinity);
  const double units = std::nearbyint(std::ldexp(size, format.fraction_bits - exponent));
  // The hidden bit adds one to the exponent field, and so does a carry out of the fraction.
  const auto field = static_cast<std::uint32_t>(exponent - format.least_exponent) << format.fraction_bits;
  const std::uint32_t bits = field + static_cast<std::uint32_t>(units);
  return static_cast<std::uint16_t>(sign | (bits < format.infinity ? bits : overflowing(format.infinity)));
}

float half_value(std::uint16_t bits, DType half) {
  if (half == DType::BF16) return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  const Format format = format_of(half);
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t size = bits & 0x7FFF;
  if (size >= format.infinity) return std::bit_cast<float>(sign | 0x7F800000 | (size & 0x3FF) << 13);
  // Read as a float32 the exponent is 112 too small, for subnormal numbers too.
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(std::bit_cast<float>(size << 13) * 0x1p112F));
}

}  // namespace rooftop::array
