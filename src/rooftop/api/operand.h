// What a function of arrays is given: an array, or a C++ number that takes on the type of what it meets.
#pragma once

#include <complex>
#include <concepts>
#include <cstdint>

#include "rooftop/api/array.h"

namespace rooftop {

/// An argument, for the length of a call: it refers to the array that it was made of.
///
/// Numbers are weak, as Python's are in NumPy 2: `float32_array + 1.5` stays float32, `uint8_array + 300` is an
/// OverflowError. A bool is not weak. For a number with a type of its own use an array without axes, `scalar(x)`.
class Operand {
 public:
  enum class Kind : std::uint8_t { Array, Bool, Int, UInt, Float, Complex };

  Operand(const Array& array) : kind_(Kind::Array), array_(&array) {}  // NOLINT: meant to convert
  template <std::integral T>
  Operand(T value)  // NOLINT
      : kind_(std::same_as<T, bool>       ? Kind::Bool
              : std::unsigned_integral<T> ? Kind::UInt
                                          : Kind::Int),
        integer_(static_cast<std::int64_t>(value)) {}
  template <std::floating_point T>
  Operand(T value) : kind_(Kind::Float), real_(static_cast<double>(value)) {}  // NOLINT
  template <std::floating_point T>
  Operand(const std::complex<T>& value)  // NOLINT
      : kind_(Kind::Complex), real_(static_cast<double>(value.real())), imag_(static_cast<double>(value.imag())) {}

  Kind kind() const { return kind_; }
  bool is_array() const { return kind_ == Kind::Array; }
  const Array& array() const { return *array_; }
  std::int64_t integer() const { return integer_; }  ///< of kind UInt: its bits
  double real() const { return real_; }
  double imag() const { return imag_; }

 private:
  Kind kind_;
  union {
    const Array* array_;
    std::int64_t integer_;
    double real_;
  };
  double imag_ = 0;
};

}  // namespace rooftop
