// The element types of arrays, and those of C++ that correspond to them.
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "rooftop/api/visibility.h"

namespace rooftop {

enum class DType : std::uint8_t {
  Bool,
  Int8,
  Int16,
  Int32,
  Int64,
  UInt8,
  UInt16,
  UInt32,
  UInt64,
  Float16,
  BFloat16,
  Float32,
  Float64,
  Complex64,
  Complex128,
};

/// NumPy's name: "bool", "int8" … "complex128"; "bfloat16".
ROOFTOP_API std::string_view name_of(DType dtype);

/// Bytes of one element.
constexpr std::size_t size_of(DType dtype) {
  constexpr std::uint8_t kSizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};
  return kSizes[static_cast<std::size_t>(dtype)];
}

/// Which conversions a call may make. NumPy's rules: `SameKind` allows float64 to float32, not to int64.
enum class Casting : std::uint8_t { No, Equiv, Safe, SameKind, Unsafe };

ROOFTOP_API bool can_cast(DType from, DType to, Casting casting = Casting::Safe);

/// The smallest type that both convert to safely.
ROOFTOP_API DType promote_types(DType a, DType b);

/// C++ types that are element types. Float16 and BFloat16 have none: convert with `astype`.
template <typename T>
concept Element = std::same_as<T, std::remove_cv_t<T>> &&
    (std::integral<T> || std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::complex<float>> ||
     std::same_as<T, std::complex<double>>);

namespace detail {

template <Element T>
constexpr DType find_dtype() {
  if constexpr (std::same_as<T, bool>) {
    return DType::Bool;
  } else if constexpr (std::integral<T>) {
    constexpr int kPower = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return static_cast<DType>(static_cast<int>(std::signed_integral<T> ? DType::Int8 : DType::UInt8) + kPower);
  } else if constexpr (std::floating_point<T>) {
    return sizeof(T) == 4 ? DType::Float32 : DType::Float64;
  } else {
    return sizeof(T) == 8 ? DType::Complex64 : DType::Complex128;
  }
}

}  // namespace detail

/// The element type of a C++ type.
template <Element T>
inline constexpr DType dtype_of = detail::find_dtype<T>();

}  // namespace rooftop
