// Arrays of any element type for tests of kernels: values that are special, comparison but for the bits of NaNs.
#pragma once

#include <bit>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "rooftop/array/dtype.h"
#include "rooftop/array/half.h"

namespace rooftop::lib::testing {

using array::DType;

/// Elements of one type, packed.
class Elements {
 public:
  Elements(DType dtype, std::size_t count) : dtype_(dtype), bytes_(count * array::size_of(dtype)) {}

  DType dtype() const { return dtype_; }
  std::size_t size() const { return bytes_.size() / array::size_of(dtype_); }
  std::byte* at(std::size_t i) { return bytes_.data() + i * array::size_of(dtype_); }
  const std::byte* at(std::size_t i) const { return bytes_.data() + i * array::size_of(dtype_); }

  /// A real number, or the part of a complex one.
  double real(std::size_t i, int part = 0) const {
    const DType d = array::part_of(dtype_);
    const std::byte* const from = at(i) + static_cast<std::size_t>(part) * array::size_of(d);
    if (array::is_half(d)) return array::half_value(read<std::uint16_t>(from), d);
    return d == DType::F32 ? read<float>(from) : read<double>(from);
  }
  void set_real(std::size_t i, double value, int part = 0) {
    const DType d = array::part_of(dtype_);
    std::byte* const to = at(i) + static_cast<std::size_t>(part) * array::size_of(d);
    if (array::is_half(d)) {
      write(to, array::half_bits(value, d));
    } else if (d == DType::F32) {
      write(to, static_cast<float>(value));
    } else {
      write(to, value);
    }
  }
  bool is_real() const { return array::is_float(dtype_) || array::is_complex(dtype_); }

  /// Bits and signs of zeros count, those of NaNs do not.
  bool same(std::size_t i, const Elements& other, std::size_t j) const {
    const std::size_t size = array::size_of(dtype_);
    if (std::memcmp(at(i), other.at(j), size) == 0) return true;
    if (!is_real()) return false;
    const std::size_t part_size = array::size_of(array::part_of(dtype_));
    for (int part = 0; part < (array::is_complex(dtype_) ? 2 : 1); ++part) {
      const std::size_t offset = static_cast<std::size_t>(part) * part_size;
      const bool nan = std::isnan(real(i, part)) && std::isnan(other.real(j, part));
      if (!nan && std::memcmp(at(i) + offset, other.at(j) + offset, part_size) != 0) return false;
    }
    return true;
  }

  std::string text(std::size_t i) const {
    if (array::is_complex(dtype_)) return std::to_string(real(i)) + "+" + std::to_string(real(i, 1)) + "j";
    if (is_real()) {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "%.17g", real(i));
      return buffer;
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, at(i), array::size_of(dtype_));
    return std::to_string(bits);
  }

 private:
  template <class T>
  static T read(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  template <class T>
  static void write(std::byte* to, T value) {
    std::memcpy(to, &value, sizeof value);
  }

  DType dtype_;
  std::vector<std::byte> bytes_;
};

inline double special_real(DType part, std::mt19937_64& random) {
  const bool wide = part == DType::F64;
  const double lowest = wide                 ? 5e-324
                        : part == DType::F16 ? 5.9604644775390625e-08
                        : part == DType::F32 ? 1.4e-45
                                             : 9.2e-41;
  const double largest = wide ? std::numeric_limits<double>::max() : part == DType::F16 ? 65504.0 : 3e38;
  const double values[] = {0.0,
                           -0.0,
                           1.0,
                           -1.0,
                           0.5,
                           -0.5,
                           2.0,
                           3.0,
                           -7.25,
                           1e-3,
                           lowest,
                           -lowest,
                           largest,
                           -largest,
                           std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN(),
                           lowest * 1000};
  const std::size_t choice = random() % (2 * std::size(values));
  if (choice < std::size(values)) return values[choice];
  return std::uniform_real_distribution(-20.0, 20.0)(random);
}

inline void set_special(Elements& e, std::size_t i, std::mt19937_64& random) {
  const DType d = e.dtype();
  if (e.is_real()) {
    for (int part = 0; part < (array::is_complex(d) ? 2 : 1); ++part) {
      e.set_real(i, special_real(array::part_of(d), random), part);
    }
    return;
  }
  std::uint64_t bits = random();
  const std::uint64_t high = std::uint64_t{1} << (array::bits_of(d) - 1);
  const std::uint64_t values[] = {0, 1, 2, 3, ~std::uint64_t{0}, high, high - 1, high + 1, 7, 64, 31};
  if (random() % 2 == 0) bits = values[random() % std::size(values)];
  if (random() % 4 == 0) bits %= 100;
  if (array::is_bool(d)) bits &= 1;
  std::memcpy(e.at(i), &bits, array::size_of(d));
}

/// Special and random numbers; the same for the same arguments.
inline Elements special_values(DType dtype, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Elements e(dtype, count);
  for (std::size_t i = 0; i < count; ++i) set_special(e, i, random);
  return e;
}

}  // namespace rooftop::lib::testing
