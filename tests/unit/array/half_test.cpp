// The two-byte floats against the compiler's own float16, and against the definition of the nearest value.
#include "rooftop/array/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace rooftop::array {
namespace {

constexpr DType kHalves[] = {DType::F16, DType::BF16};

TEST(Half, Float16IsTheCompilersForEveryValue) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = std::bit_cast<_Float16>(static_cast<std::uint16_t>(bits));
    const float value = half_value(static_cast<std::uint16_t>(bits), DType::F16);
    if (std::isnan(static_cast<float>(half))) {
      EXPECT_TRUE(std::isnan(value)) << bits;
    } else {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(value), std::bit_cast<std::uint32_t>(static_cast<float>(half))) << bits;
    }
  }
}

TEST(Half, Float16RoundsAsTheCompilersDoes) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 2'000'000; ++i) {
    // Exponents around those of float16, fractions with long runs of zeros or ones: many ties and near ties.
    const std::uint64_t exponent = 1023 - 30 + random() % 50;
    std::uint64_t fraction = random() & 0xFFFFFFFFFFFFF;
    if (i % 3 != 0) fraction = (fraction >> 40 << 40) + (i % 3 == 1 ? random() % 3 - 1 : 0);
    const auto value = std::bit_cast<double>((random() & 1) << 63 | exponent << 52 | (fraction & 0xFFFFFFFFFFFFF));
    ASSERT_EQ(half_bits(value, DType::F16), std::bit_cast<std::uint16_t>(static_cast<_Float16>(value))) << value;
  }
}

TEST(Half, EveryHalfComesBack) {
  for (const DType half : kHalves) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
      const float value = half_value(static_cast<std::uint16_t>(bits), half);
      if (std::isnan(value)) {
        EXPECT_TRUE(std::isnan(half_value(half_bits(value, half), half))) << bits;
      } else {
        EXPECT_EQ(half_bits(value, half), bits);
      }
    }
  }
}

TEST(Half, BetweenNeighboursTheNearerWinsAndTheEvenOne) {
  for (const DType half : kHalves) {
    const std::uint16_t infinity = half_bits(std::numeric_limits<double>::infinity(), half);
    for (std::uint16_t bits = 0; bits + 1 < infinity; ++bits) {
      const double low = half_value(bits, half), high = half_value(static_cast<std::uint16_t>(bits + 1), half);
      const double middle = low + (high - low) / 2;
      EXPECT_EQ(half_bits(middle, half), bits % 2 == 0 ? bits : bits + 1);
      EXPECT_EQ(half_bits(std::nextafter(middle, low), half), bits);
      EXPECT_EQ(half_bits(std::nextafter(middle, high), half), bits + 1);
      EXPECT_EQ(half_bits(-std::nextafter(middle, high), half), 0x8000 + bits + 1);
    }
    // Beyond the largest by half of the last place there is only infinity.
    const double largest = half_value(static_cast<std::uint16_t>(infinity - 1), half);
    const double step = largest - half_value(static_cast<std::uint16_t>(infinity - 2), half);
    EXPECT_EQ(half_bits(largest + step / 2, half), infinity);
    EXPECT_EQ(half_bits(std::nextafter(largest + step / 2, 0.0), half), infinity - 1);
    EXPECT_EQ(half_bits(std::numeric_limits<double>::max(), half), infinity);
    EXPECT_EQ(half_bits(std::numeric_limits<double>::denorm_min(), half), 0);
  }
}

}  // namespace
}  // namespace rooftop::array
