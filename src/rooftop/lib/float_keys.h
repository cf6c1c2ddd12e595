// Floats as integers of the same order: their bits, with those below the sign turned over where it is set.
#pragma once

#include <cstdint>

namespace rooftop::lib {

/// What floats have that can't be ordered as the others are.
struct FloatFacts {
  bool has_nan = false;
  bool has_negative_zero = false;
};

/// The key of a float's bits, and the bits of a key.
template <typename Key>
[[gnu::always_inline]] constexpr Key turned(Key bits) {
  constexpr int kSign = 8 * sizeof(Key) - 1;
  return static_cast<Key>(bits ^ (static_cast<Key>(bits >> kSign) & static_cast<Key>(~(Key{1} << kSign))));
}

/// The largest key of a number, +infinity's. Keys above it and below its complement are NaN's.
template <typename Key>
inline constexpr Key kInfinityKey = 0;
template <>
inline constexpr std::int32_t kInfinityKey<std::int32_t> = 0x7f800000;
template <>
inline constexpr std::int64_t kInfinityKey<std::int64_t> = 0x7ff0000000000000;

template <typename Bits, typename Float>
[[gnu::always_inline]] constexpr FloatFacts facts_of(const Float* floats, std::int64_t n) {
  constexpr auto kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  Bits nan = 0, negative_zero = 0;  // of the floats' size: nothing to convert
  for (std::int64_t i = 0; i < n; ++i) {
    nan |= floats[i] != floats[i] ? 1 : 0;
    negative_zero |= __builtin_bit_cast(Bits, floats[i]) == kSign ? 1 : 0;
  }
  return {nan != 0, negative_zero != 0};
}

}  // namespace rooftop::lib
